import { Query } from '@ballast/bus';
import type { Ms } from '@ballast/domain';
import { Controller, Inject } from '@nestjs/common';
import { IsIn, IsInt, Matches, Min } from 'class-validator';
import { CANDLE_INTERVALS_MS } from './candle/candle-builder.js';
import { MarketDataService } from './market-data.service.js';

export class CandlesQuery {
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  @IsIn(CANDLE_INTERVALS_MS) readonly intervalMs!: Ms;
  /** First open time, ms. */
  @IsInt() @Min(0) readonly from!: Ms;
}

export class FeedsQuery {}

/** What others may ask of the market's near past. */
@Controller()
export class MarketDataController {
  constructor(@Inject(MarketDataService) private readonly service: MarketDataService) {}

  /** Complete candles from `from` on, oldest first; decimal strings. */
  @Query('candles', CandlesQuery)
  candles({ instrument, intervalMs, from }: CandlesQuery): Promise<{ readonly candles: readonly object[] }> {
    const text = this.service.history.since(instrument, intervalMs, from).map(({ open, high, low, close, volume, ...times }) => ({
      ...times, open: open.toString(), high: high.toString(), low: low.toString(), close: close.toString(), volume: volume.toString(),
    }));
    return Promise.resolve({ candles: text });
  }

  @Query('feeds', FeedsQuery)
  feeds(): Promise<Readonly<Record<string, string>>> {
    return Promise.resolve(this.service.feeds());
  }
}
