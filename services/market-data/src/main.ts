import 'reflect-metadata';
import { type JetStreamBus, type PaceFollower, runService } from '@ballast/bus';
import { budgetedVenue, NadoAdapter, SimClockClient } from '@ballast/venues';
import { connectRedis } from './cache/connect-redis.js';
import { MarketClockMaker } from './clock/market-clock-maker.js';
import { pastHours } from './candle/past-hours.js';
import { configOf } from './config.js';
import { marketDataModule } from './market-data.module.js';

/** Market data signs nothing; the adapter only needs some key to be made. */
const READ_ONLY_KEY = `0x${'1'.padStart(64, '0')}` as const;

const config = configOf(process.env);
let maker: MarketClockMaker | undefined;
let venueTime: number | undefined;

async function makeClock(follower: PaceFollower, bus: JetStreamBus): Promise<void> {
  if (config.simUrl === undefined) throw new Error('SIM_CLOCK_URL: found nothing, allowed is the URL of the replayed venue (or CLOCK=wall)');
  maker = new MarketClockMaker({ venue: new SimClockClient(config.simUrl), follower, wire: bus.marketWire, requests: bus.requests, services: config.services, partition: 0 });
  await maker.start();
}

await runService({
  name: 'market-data',
  build: process.env['BALLAST_BUILD'] ?? 'dev',
  sharing: 'leader',
  makesClock: makeClock,
  module: (context) => {
    const { platform, metrics, log } = context;
    const { redisUrl, instruments, staleAfterMs, budget: settings, past, ...nado } = config;
    const onMarketTime = (marketMs: number): void => {
      venueTime = marketMs;
      maker?.onVenueTime(marketMs);
    };
    context.venueTime(() => venueTime);
    platform.runtime.onStop(() => Promise.resolve(maker?.stop()));
    const adapter = new NadoAdapter({ ...nado, privateKey: READ_ONLY_KEY, clock: platform.clock, prices: config.simUrl === undefined ? 'poll' : 'stream', onMarketTime });
    const lastValues = redisUrl === undefined ? undefined : connectRedis(redisUrl, () => metrics.count('ballast_cache_failures_total', { service: 'market-data' }));
    const { venue } = budgetedVenue(adapter, { caller: 'market-data', settings, clock: platform.clock, wall: () => performance.now(), metrics, warn: (line) => log.warn(line) });
    return marketDataModule({ venue, instruments, staleAfterMs, metrics, ...(lastValues ? { lastValues } : {}), ...(past ? { past: pastHours(past) } : {}) });
  },
  onLive: () => void maker?.conduct(),
});
