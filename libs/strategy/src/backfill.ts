import type { Pacer, Requests } from '@ballast/bus';
import { type Clock, type Ms, type Partition, type Price, price, type Quantity, quantity } from '@ballast/domain';
import { decodeAs, DecimalField, Nested } from '@ballast/events';
import { IsInt, Matches, Min } from 'class-validator';
import type { MarketMemory } from './market-memory.js';

class CandleAnswer {
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  @IsInt() @Min(1) readonly intervalMs!: Ms;
  @IsInt() @Min(0) readonly openTime!: Ms;
  @DecimalField(price) readonly open!: Price;
  @DecimalField(price) readonly high!: Price;
  @DecimalField(price) readonly low!: Price;
  @DecimalField(price) readonly close!: Price;
  @DecimalField(quantity) readonly volume!: Quantity;
}

class CandlesAnswer {
  @Nested(() => CandleAnswer, { array: true }) readonly candles!: readonly CandleAnswer[];
}

/** An unanswered question is asked again this much later, ms of market time. */
const RETRY_MS = 10_000;

/** Asks market-data once per instrument for the candles of before this process began. */
export class Backfill {
  private readonly answered = new Set<string>();
  private readonly askedAt = new Map<string, Ms>();
  /** Why the last question of an instrument failed. */
  readonly faults = new Map<string, string>();

  constructor(
    private readonly ports: { readonly requests: Requests; readonly pacer: Pacer; readonly clock: Clock },
    private readonly memory: MarketMemory,
    private readonly intervalMs: Ms,
  ) {}

  /** Asks what was not answered yet; nothing where `from` is not before now. */
  ask(partition: Partition, instruments: readonly string[], from: Ms): void {
    const now = this.ports.clock.now();
    for (const instrument of from < now ? instruments : []) {
      if (this.answered.has(instrument) || now < (this.askedAt.get(instrument) ?? -Infinity) + RETRY_MS) continue;
      this.askedAt.set(instrument, now);
      void this.askOne(partition, instrument, from);
    }
  }

  private async askOne(partition: Partition, instrument: string, from: Ms): Promise<void> {
    const done = this.ports.pacer.busy('work');
    try {
      const reply = await this.ports.requests.query('market-data', partition, 'candles', { instrument, intervalMs: this.intervalMs, from: Math.max(0, from) });
      if (!reply.ok) throw new Error(reply.error);
      for (const candle of decodeAs(CandlesAnswer, reply.data).candles) this.memory.addCandle(candle);
      this.answered.add(instrument);
      this.faults.delete(instrument);
    } catch (error) {
      this.faults.set(instrument, error instanceof Error ? error.message : String(error));
    } finally {
      done();
    }
  }
}
