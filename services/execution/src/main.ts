import 'reflect-metadata';
import { runService } from '@ballast/bus';
import { budgetedVenue, nadoAccount, NadoAdapter } from '@ballast/venues';
import { configOf } from './config.js';
import { executionModule } from './execution.module.js';
import { CANCELS } from './trade/trade.controller.js';
import { WallRetryTimer } from './venue/retry-timer.js';

const { venue, budget, limits, staleAfterMs, onStopOrders } = configOf(process.env);

/** A replica that the venue has not answered at all for so long is cut off from it: another one may not be. */
const CONNECT_WITHIN_MS = 300_000;

await runService({
  name: 'execution',
  answersLapsed: CANCELS,
  build: process.env['BALLAST_BUILD'] ?? 'dev',
  module: ({ platform, shared, log, metrics, bus, concern, venueTime }) => {
    let seen: number | undefined;
    venueTime(() => seen);
    const onMarketTime = (marketMs: number): void => {
      seen = marketMs;
    };
    const nado = new NadoAdapter({ ...venue, clock: platform.clock, prices: 'poll', ...(venue.live ? {} : { onMarketTime }) });
    return executionModule({
      venue: budgetedVenue(nado, { caller: 'execution', settings: budget, clock: platform.clock, wall: () => performance.now(), metrics, warn: (line) => log.warn(line) }).venue,
      accountOf: nadoAccount,
      limits,
      staleAfterMs,
      onStopOrders,
      ...(shared ? { connectWithinMs: CONNECT_WITHIN_MS } : {}),
      metrics,
      concern,
      feeds: {
        log: (partition) => bus.store.lastSequence(partition),
        risk: (partition) => platform.requests.query('risk', partition, 'pace', {}),
      },
      retryTimer: new WallRetryTimer(),
      log: (fields, message) => log.info(fields, message),
    });
  },
});
