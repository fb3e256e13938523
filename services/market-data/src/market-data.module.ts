import { Market, Pacer, Runtime } from '@ballast/bus';
import { Clock } from '@ballast/domain';
import { type DynamicModule, Module } from '@nestjs/common';
import { MarketDataController } from './market-data.controller.js';
import type { MarketDataOptions } from './market-data.options.js';
import { MarketDataService } from './market-data.service.js';

@Module({})
class MarketDataModule {}

/** The service as a Nest module, for its process and for the back-test alike. */
export function marketDataModule(options: MarketDataOptions): DynamicModule {
  const service = {
    provide: MarketDataService,
    inject: [Market, Clock, Pacer, Runtime],
    useFactory: (market: Market, clock: Clock, pacer: Pacer, runtime: Runtime) => new MarketDataService(options, { market, clock, pacer, runtime }),
  };
  return { module: MarketDataModule, controllers: [MarketDataController], providers: [service] };
}
