import { EventStreams, Market, Pacer, Runtime } from '@ballast/bus';
import { Clock } from '@ballast/domain';
import { type DynamicModule, Module } from '@nestjs/common';
import { CollateralController } from './collateral.controller.js';
import type { CollateralOptions } from './collateral.options.js';
import { StateController } from './state.controller.js';
import { CollateralService } from './collateral.service.js';

@Module({})
class CollateralModule {}

/** The service as a Nest module, for its process and for the back-test alike. */
export function collateralModule(options: CollateralOptions): DynamicModule {
  const service = {
    provide: CollateralService,
    inject: [EventStreams, Market, Clock, Pacer, Runtime],
    useFactory: (...ports: [EventStreams, Market, Clock, Pacer, Runtime]) => {
      const [streams, market, clock, pacer, runtime] = ports;
      return new CollateralService(options, { streams, market, clock, pacer, runtime });
    },
  };
  return { module: CollateralModule, controllers: [CollateralController, StateController], providers: [service] };
}
