import { EventStreams, Market, Pacer, Runtime } from '@ballast/bus';
import { Clock } from '@ballast/domain';
import { PROFILES } from '@ballast/policy';
import { type DynamicModule, Module } from '@nestjs/common';
import { CollateralController } from './collateral.controller.js';
import type { CollateralOptions } from './collateral.options.js';
import { ProtectionController } from './protection/protection.controller.js';
import { Protections } from './protection/protections.js';
import { StateController } from './state.controller.js';
import { CollateralService } from './collateral.service.js';
import { Treasuries } from './treasury/treasuries.js';
import { TreasuryController } from './treasury/treasury.controller.js';

@Module({})
class CollateralModule {}

/** The service as a Nest module, for its process and for the back-test alike. */
export function collateralModule(options: CollateralOptions): DynamicModule {
  const treasuries = {
    provide: Treasuries,
    inject: [EventStreams, Clock, Pacer, Runtime],
    useFactory: (...ports: [EventStreams, Clock, Pacer, Runtime]) => {
      const [streams, clock, pacer, runtime] = ports;
      return new Treasuries({ profiles: options.profiles ?? PROFILES, dayBoundaryMs: options.dayBoundaryMs ?? 0, metrics: options.metrics }, { streams, clock, pacer, runtime });
    },
  };
  const protections = {
    provide: Protections,
    inject: [EventStreams, Market, Clock, Pacer, Runtime],
    useFactory: (...ports: [EventStreams, Market, Clock, Pacer, Runtime]) => {
      const [streams, market, clock, pacer, runtime] = ports;
      return new Protections(options, { streams, market, clock, pacer, runtime });
    },
  };
  const service = {
    provide: CollateralService,
    inject: [EventStreams, Market, Clock, Pacer, Runtime, Treasuries, Protections],
    useFactory: (...ports: [EventStreams, Market, Clock, Pacer, Runtime, Treasuries, Protections]) => {
      const [streams, market, clock, pacer, runtime, treasury, protection] = ports;
      return new CollateralService(options, { streams, market, clock, pacer, runtime, treasury, protection });
    },
  };
  return { module: CollateralModule, controllers: [CollateralController, StateController, TreasuryController, ProtectionController], providers: [treasuries, protections, service] };
}
