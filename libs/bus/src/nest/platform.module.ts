import { type DynamicModule, Module } from '@nestjs/common';
import { Clock } from '@ballast/domain';
import { DeadLetters } from '../ports/dead-letters.js';
import { EventStreams } from '../ports/event-streams.js';
import { Market } from '../ports/market.js';
import { Pacer } from '../ports/pacer.js';
import { Requests } from '../ports/requests.js';
import { Runtime } from '../ports/runtime.js';
import type { Platform } from '../service/platform.js';

/** Makes the ports of a platform injectable in every module of a service. */
@Module({})
export class PlatformModule {
  static with(platform: Platform): DynamicModule {
    const providers = [
      { provide: Clock, useValue: platform.clock },
      { provide: EventStreams, useValue: platform.streams },
      { provide: Market, useValue: platform.market },
      { provide: Pacer, useValue: platform.pacer },
      { provide: Requests, useValue: platform.requests },
      { provide: Runtime, useValue: platform.runtime },
      { provide: DeadLetters, useValue: platform.deadLetters },
    ];
    return { module: PlatformModule, global: true, providers, exports: providers.map(({ provide }) => provide) };
  }
}
