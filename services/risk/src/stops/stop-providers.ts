import type { Provider } from '@nestjs/common';
import { EventStreams, Market, Pacer, Runtime } from '@ballast/bus';
import { Clock } from '@ballast/domain';
import { RiskSettings } from '../risk.settings.js';
import { StopsResume } from './stops-resume.service.js';
import { StopsWatch } from './stops-watch.service.js';

/** What judges the hard stops, and what resumes them. */
export const stopProviders: readonly Provider[] = [
  {
    provide: StopsWatch,
    inject: [EventStreams, Market, Clock, Pacer, Runtime, RiskSettings],
    useFactory: (...[streams, market, clock, pacer, runtime, settings]: [EventStreams, Market, Clock, Pacer, Runtime, RiskSettings]) => new StopsWatch({ streams, market, clock, pacer, runtime }, settings),
  },
  { provide: StopsResume, inject: [StopsWatch, EventStreams, Clock], useFactory: (watch: StopsWatch, streams: EventStreams, clock: Clock) => new StopsResume(watch, streams, clock) },
];
