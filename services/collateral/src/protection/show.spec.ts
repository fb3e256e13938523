import { MemorySystem, type Platform } from '@ballast/bus';
import { bps, type Decider, type Id, type Instrument, money, notional, partitionOf, price, quantity, ratio, signedQuantity } from '@ballast/domain';
import type { BallastEvent, BotCreated, BotDeleted, PositionClosed, PositionOpened, ProtectionConfigured, ProtectionSettings, ProtectionStale, ProtectionTransferIntended, ProtectionTransferRefused } from '@ballast/events';
import { Metrics } from '@ballast/observability';
import type { AccountState, VenueAdapter } from '@ballast/venues';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collateralModule } from '../collateral.module.js';

const START = Date.UTC(2026, 0, 5, 12);
const PARTITION = partitionOf('p');
const SETTINGS: ProtectionSettings = { enabled: true, mode: 'smart', triggerDistance: ratio('0.05'), safeDistance: ratio('0.12'), hysteresis: ratio('0.01'), restoreMargin: ratio('0.02'), maxDeposit: money('1000'), increment: money('100'), cooldownMs: 1_000, exhausted: 'hold' };
const CONFIGURED: ProtectionConfigured = { type: 'ProtectionConfigured', botId: 'bot-1', accountId: 'a', portfolioId: 'p', revision: 1, settings: SETTINGS, by: 'test' };
const INTENDED: ProtectionTransferIntended = { type: 'ProtectionTransferIntended', botId: 'bot-1', accountId: 'a', portfolioId: 'p', transferId: 't-1', direction: 'DEPOSIT', amount: money('50'), fee: money('0'), reason: 'DANGER', at: START, deposited: money('0') };
const FROZEN: ProtectionTransferRefused = { type: 'ProtectionTransferRefused', botId: 'bot-1', transferId: 't-1', kind: 'frozen', reason: 'transfers are paused', frozen: true, at: START };
const STALE: ProtectionStale = { type: 'ProtectionStale', botId: 'bot-1', what: 'STATE', missedIntervals: 2, lastStateTime: START, lastPriceTime: START, at: START };
const FILL = { accountId: 'a', instrument: 'SOL-PERP', fillId: 'f', tradeId: 't', side: 'BUY' as const, quantity: quantity('10'), price: price('100'), fee: money('0'), venueTime: START };
const OPENED: PositionOpened = { type: 'PositionOpened', ...FILL, position: signedQuantity('10'), entryPrice: price('100'), realisedPnl: money('0') };
const CLOSED: PositionClosed = { type: 'PositionClosed', ...FILL, fillId: 'g', side: 'SELL', position: signedQuantity('0'), realisedPnl: money('0') };
const SOL: Instrument = { instrument: 'SOL-PERP', venue: 'nado', base: 'SOL', quote: 'USDT0', lotSize: quantity('0.01'), tickSize: price('0.01'), notionalMin: notional('1'), makerFeeBps: bps('0'), takerFeeBps: bps('0'), initialMarginRatio: ratio('0.1'), maintenanceMarginRatio: ratio('0.05') };
const CREATED: BotCreated = { type: 'BotCreated', botId: 'bot-1', portfolioId: 'p', accountId: 'a', strategy: 's', profiles: ['demo'], settings: {}, by: 'test' };
const DELETED: BotDeleted = { type: 'BotDeleted', botId: 'bot-1', accountId: 'a', portfolioId: 'p', by: 'test', reason: 'over' };

/** An account that answers where it is told to; what it holds is 10 SOL long, 2 % from liquidation. */
class EmulatedVenue {
  readonly venue = 'emulated';
  away = false;
  isFlat = false;
  connect = () => Promise.resolve();
  close = () => Promise.resolve();
  transfersSince = () => Promise.resolve([]);
  accountState = ({ accountId }: { readonly accountId: Id }): Promise<AccountState> => {
    if (this.away) return Promise.reject(new Error('no answer'));
    const positions = this.isFlat ? [] : [{ instrument: 'SOL-PERP', quantity: signedQuantity('10'), entryPrice: price('100'), liquidationPrice: price('100') }];
    return Promise.resolve({ accountId, collateral: money('10'), equity: money('10'), initialMarginHealth: money('0'), maintenanceMarginHealth: money('0'), positions, time: system.clock.now() });
  };
}

let system: MemorySystem;
let venue: EmulatedVenue;
let metrics: Metrics;
let writers: Map<string, Platform>;

/** An event in the log as if its writer had decided it. */
async function recorded(writer: string, kind: string, id: Id, event: BallastEvent): Promise<void> {
  const decider: Decider<null, BallastEvent, BallastEvent> = { kind, writer, initial: null, decide: (_, decided) => [decided], evolve: (state) => state };
  const by = writers.get(writer) ?? system.platform(writer);
  writers.set(writer, by);
  await by.streams.execute(decider, { partition: PARTITION, id }, event, { causationId: event.type, correlationId: 'bot-1', lane: 'a' });
}
const trade = (event: PositionOpened | PositionClosed): Promise<void> => recorded('execution', 'position', 'a-SOL-PERP', event);
async function protectedBy(...events: readonly BallastEvent[]): Promise<void> {
  for (const event of events) await recorded('collateral', 'protection', 'bot-1', event);
}

/** A life of collateral, for ten seconds of market time. */
async function live(): Promise<void> {
  metrics = new Metrics({ service: 'collateral', version: 'test', commit: 'test' });
  await system.add('collateral', () => collateralModule({ venue: venue as unknown as VenueAdapter, accountOf: (accountId) => ({ accountId, subaccount: accountId }), metrics }));
  await goOn();
}
async function goOn(): Promise<void> {
  const desk = system.platform('market-data').market;
  desk.publish('instrument', 'SOL-PERP', SOL);
  for (let second = 0; second < 10; second += 1) {
    desk.publish('price', 'SOL-PERP', { instrument: 'SOL-PERP', markPrice: price('102'), oraclePrice: price('102'), time: system.clock.now() });
    await system.run(system.clock.now() + 1_000);
  }
}
const shown = async (): Promise<readonly string[]> => (await metrics.text()).split('\n').filter((line) => /^ballast_protection_(?!actions).*\{/.test(line)).map((line) => line.replace('ballast_protection_', '').replace('{bot="bot-1"}', '')).sort();

beforeEach(async () => {
  system = new MemorySystem(START);
  venue = new EmulatedVenue();
  writers = new Map();
  await recorded('operator', 'bot', 'bot-1', CREATED);
});
afterEach(() => system.stop());

describe('protection on the metrics page', () => {
  it('stands where it stood before the service was started anew: a page does not end with a restart', async () => {
    await trade(OPENED);
    await protectedBy(CONFIGURED, INTENDED, FROZEN, STALE);
    venue.away = true;
    await live();
    expect(await shown()).toEqual(['deposited_quote 0', 'stale 1', 'venue_frozen 1']);
  });

  it('says no more that a bot is in danger, or its venue frozen, once its position is closed and there is nothing to bring back', async () => {
    await trade(OPENED);
    await protectedBy(CONFIGURED, INTENDED, FROZEN);
    await live();
    expect(await shown()).toEqual(['deposited_quote 0', 'distance_ratio 0.02', 'in_danger 1', 'stale 0', 'venue_frozen 1']);
    venue.isFlat = true;
    await trade(CLOSED);
    await goOn();
    expect(await shown()).toEqual(['deposited_quote 0', 'stale 0']);
  });

  it('says nothing of a bot that is deleted', async () => {
    await protectedBy(CONFIGURED);
    await live();
    expect(await shown()).toEqual(['deposited_quote 0', 'stale 0']);
    await recorded('operator', 'bot', 'bot-1', DELETED);
    await goOn();
    expect(await shown()).toEqual([]);
  });
});
