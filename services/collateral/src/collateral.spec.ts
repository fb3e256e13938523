import { MemorySystem, type Platform } from '@ballast/bus';
import { type Decider, money, partitionOf, price, quantity, signedQuantity } from '@ballast/domain';
import type { AccountFunded, BotCreated, EquityObserved, PositionOpened } from '@ballast/events';
import { Metrics } from '@ballast/observability';
import type { AccountState, VenueAdapter, VenueTransfer } from '@ballast/venues';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collateralModule } from './collateral.module.js';

const START = Date.UTC(2026, 0, 5, 23, 58, 30);
const PARTITION = partitionOf('p');
const writerOf = <Event extends { readonly type: string }>(writer: string, kind: string): Decider<null, Event, Event> => ({ kind, writer, initial: null, decide: (_state, event) => [event], evolve: (state) => state });
const operator = writerOf<BotCreated>('operator', 'bot');
const execution = writerOf<PositionOpened>('execution', 'position');

/** Only what collateral asks of a venue; the venue is the one thing that is emulated. */
class EmulatedVenue {
  readonly venue = 'emulated';
  balance = '10000';
  away = false;
  positions: AccountState['positions'] = [];
  transfers: readonly VenueTransfer[] = [];
  /** From when on it was asked for transfers. */
  readonly askedFrom: number[] = [];
  hidesTransfers = false;
  constructor(private readonly now: () => number) {}
  connect = () => Promise.resolve();
  close = () => Promise.resolve();
  transfersSince = (_account: unknown, from: number) => (this.askedFrom.push(from), this.hidesTransfers ? Promise.reject(new Error('no archive')) : Promise.resolve(this.transfers.filter(({ time }) => time >= from)));
  accountState = ({ accountId }: { readonly accountId: string }): Promise<AccountState> => {
    if (this.away) return Promise.reject(new Error('no answer'));
    const worth = money(this.balance);
    return Promise.resolve({ accountId, collateral: worth, equity: worth, initialMarginHealth: worth, maintenanceMarginHealth: worth, positions: this.positions, time: this.now() });
  };
}

let system: MemorySystem;
let venue: EmulatedVenue;
let desk: Platform;
let trader: Platform;

beforeEach(async () => {
  system = new MemorySystem(START);
  venue = new EmulatedVenue(() => system.clock.now());
  desk = system.platform('operator');
  trader = system.platform('execution');
  await system.add('collateral', () => collateralModule({ venue: venue as unknown as VenueAdapter, accountOf: (accountId) => ({ accountId, subaccount: accountId }) }));
  await desk.streams.execute(operator, { partition: PARTITION, id: 'bot-1' }, { type: 'BotCreated', botId: 'bot-1', portfolioId: 'p', accountId: 'a', strategy: 's', profiles: ['demo'], settings: {}, by: 'test' }, { causationId: 'c', correlationId: 'bot-1', lane: 'a' });
});
afterEach(() => system.stop());

async function eventsOf<Event>(stream: string): Promise<readonly Event[]> {
  const stored = await system.store.readSubject(PARTITION, `evt.${PARTITION}.collateral.${stream}`);
  return stored.flatMap(({ bytes }) => (JSON.parse(Buffer.from(bytes).toString()) as { events: Event[] }).events);
}
const triggers = async () => (await eventsOf<EquityObserved>('equity.a')).map(({ trigger }) => trigger);
const transfers = async () => (await eventsOf<AccountFunded>('ledger.p')).map(({ amount }) => amount as unknown as string);
const openPosition = () => {
  venue.positions = [{ instrument: 'ETH-PERP', quantity: signedQuantity('1'), entryPrice: price('2000'), liquidationPrice: price('1500') }];
};

describe('collateral', () => {
  it('observes an account at its bot\'s creation, each minute, and at the UTC day boundary', async () => {
    await system.run(START + 150_000);
    expect(await triggers()).toEqual(['START', 'INTERVAL', 'DAY', 'INTERVAL']);
    expect(await transfers()).toEqual(['10000']);
  });

  it('shows what an account is worth and holds, and counts the time for which nobody has seen a position', async () => {
    await system.stop();
    const metrics = new Metrics({ service: 'collateral', version: 'test', commit: 'test' });
    const lines = async (name: string): Promise<readonly string[]> => (await metrics.text()).split('\n').filter((line) => line.startsWith(`ballast_${name}{`));
    await system.add('collateral', () => collateralModule({ venue: venue as unknown as VenueAdapter, accountOf: (accountId) => ({ accountId, subaccount: accountId }), metrics }));
    system.platform('market-data').market.publish('price', 'ETH-PERP', { instrument: 'ETH-PERP', markPrice: price('2000'), oraclePrice: price('2000'), time: START + 30_000 });
    await trader.streams.execute(
      execution,
      { partition: PARTITION, id: 'a-ETH-PERP' },
      { type: 'PositionOpened', accountId: 'a', instrument: 'ETH-PERP', fillId: 'f', tradeId: 't', side: 'BUY', quantity: quantity('1'), price: price('2000'), fee: money('1'), position: signedQuantity('1'), entryPrice: price('2000'), realisedPnl: money('0'), venueTime: START } as PositionOpened,
      { causationId: 'f', correlationId: 't', lane: 'a' },
    );
    openPosition();
    await system.run(START + 40_000);
    expect(await lines('position_notional_quote')).toEqual(['ballast_position_notional_quote{bot="bot-1",instrument="ETH-PERP"} 2000']);
    expect(await lines('collateral_quote')).toEqual(['ballast_collateral_quote{bot="bot-1"} 10000']);
    venue.away = true;
    await system.run(START + 200_000);
    expect(await lines('unguarded_position_seconds_total')).toEqual([]);
    await system.run(START + 340_000);
    expect(await lines('unguarded_position_seconds_total')).toEqual(['ballast_unguarded_position_seconds_total{bot="bot-1",reason="no_account_state"} 180']);
  });

  it('observes nothing at a restart that it has observed in this interval, and makes up for one that was missed', async () => {
    const again = () => system.add('collateral', () => collateralModule({ venue: venue as unknown as VenueAdapter, accountOf: (accountId) => ({ accountId, subaccount: accountId }) }));
    await system.run(START + 10_000);
    await system.stop();
    await again();
    await system.run(START + 20_000);
    expect(await triggers()).toEqual(['START']);
    await system.stop();
    await system.run(START + 40_000);
    await again();
    await system.run(START + 45_000);
    expect(await triggers()).toEqual(['START', 'START']);
  });

  it('records nothing while the venue does not answer, says how old its knowledge is, and the day when it is back', async () => {
    await system.run(START + 1_000);
    venue.away = true;
    await system.run(START + 100_000);
    const asked = system.requestsOf('cli').query('collateral', PARTITION, 'accounts', {});
    await system.run(system.clock.now());
    expect(await asked).toMatchObject({ ok: true, data: { accounts: [{ accountId: 'a', ageMs: 100_000, fault: 'Error: no answer' }] } });
    expect(await triggers()).toEqual(['START']);
    venue.away = false;
    await system.run(START + 110_000);
    expect(await triggers()).toEqual(['START', 'DAY']);
  });

  it('values nothing without a young price: no mark is guessed', async () => {
    openPosition();
    await system.run(START + 86_000);
    expect(await triggers()).toEqual([]);
    desk.market.publish('price', 'ETH-PERP', { instrument: 'ETH-PERP', markPrice: price('2000'), oraclePrice: price('1800'), time: START + 85_000 });
    await system.run(START + 91_000);
    expect(await eventsOf('equity.a')).toMatchObject([{ accountLeverage: '0.2', positions: [{ distanceToLiquidation: '0.2' }] }]);
  });

  it('values nothing by an old mark, however young the price of the oracle beside it', async () => {
    const told = { instrument: 'ETH-PERP', oraclePrice: price('1800') };
    openPosition();
    await system.run(START + 86_000);
    desk.market.publish('price', 'ETH-PERP', { ...told, markPrice: price('2000'), time: START + 85_000, markTime: START + 70_000 });
    await system.run(START + 91_000);
    expect(await triggers()).toEqual([]);
    desk.market.publish('price', 'ETH-PERP', { ...told, markPrice: price('1790'), time: START + 90_000, markTime: START + 89_000 });
    await system.run(START + 96_000);
    expect(await eventsOf('equity.a')).toMatchObject([{ marks: [{ markPrice: '1790' }] }]);
  });

  it('records what the venue has on record as a transfer, while a position is open too, once', async () => {
    await system.run(START + 1_000);
    openPosition();
    venue.transfers = [{ transferId: '1', amount: money('10000'), balance: money('10000'), time: START }, { transferId: '2', amount: money('500'), balance: money('10500'), time: START + 20_000 }];
    await system.run(START + 151_000);
    expect(await transfers()).toEqual(['10000', '500']);
    expect((await eventsOf<AccountFunded>('ledger.p')).map(({ venueTime }) => venueTime)).toEqual([START, START + 20_000]);
  });

  it('records a withdrawal with its sign after a restart too, and none twice', async () => {
    await system.run(START + 1_000);
    venue.transfers = [{ transferId: '1', amount: money('-300'), balance: money('9700'), time: START + 20_000 }];
    await system.run(START + 31_000);
    await system.stop();
    await system.add('collateral', () => collateralModule({ venue: venue as unknown as VenueAdapter, accountOf: (accountId) => ({ accountId, subaccount: accountId }) }));
    await system.run(START + 151_000);
    expect(await transfers()).toEqual(['10000', '-300']);
  });

  it('concludes no transfer from a balance: what is unexplained is not its to tell', async () => {
    await system.run(START + 1_000);
    venue.balance = '10500';
    await system.run(START + 211_000);
    expect(await transfers()).toEqual(['10000']);
  });

  it('asks for transfers from ten minutes before the newest that it knows, and so also for one that the venue’s record tells late', async () => {
    await system.run(START + 60_000);
    const moved = (transferId: string, time: number, balance: string): VenueTransfer => ({ transferId, amount: money('500'), balance: money(balance), time });
    venue.transfers = [moved('2', START + 1_200_000, '10500')];
    await system.run(START + 1_300_000);
    expect(venue.askedFrom.at(-1)).toBe(START + 600_000);
    venue.transfers = [moved('1', START + 700_000, '10500'), ...venue.transfers];
    await system.run(START + 1_400_000);
    expect(await transfers()).toEqual(['10000', '500', '500']);
  });

  it('observes an account while the venue has no answer about transfers, and says so', async () => {
    venue.hidesTransfers = true;
    await system.run(START + 31_000);
    expect(await triggers()).toEqual(['START', 'INTERVAL']);
    const asked = system.requestsOf('cli').query('collateral', PARTITION, 'accounts', {});
    await system.run(system.clock.now());
    expect(await asked).toMatchObject({ ok: true, data: { accounts: [{ accountId: 'a', fault: 'Error: no archive' }] } });
  });

  it.each([[10_000, 2], [10_001, 1]])('values a position by a mark of %i ms or does not: one older than 10 s is none', async (ageMs, observations) => {
    await system.run(START + 29_000);
    openPosition();
    desk.market.publish('price', 'ETH-PERP', { instrument: 'ETH-PERP', markPrice: price('2000'), oraclePrice: price('1800'), time: START + 30_000 - ageMs });
    await system.run(START + 30_000);
    expect(await eventsOf('equity.a')).toHaveLength(observations);
  });

  it('takes no result of a position for a transfer', async () => {
    await system.run(START + 1_000);
    await trader.streams.execute(execution, { partition: PARTITION, id: 'a-ETH' }, {
      type: 'PositionOpened', accountId: 'a', instrument: 'ETH-PERP', fillId: 'f', tradeId: 't', side: 'BUY', quantity: quantity('1'), price: price('2000'), fee: money('1'), position: signedQuantity('0'), realisedPnl: money('-19'), venueTime: START,
    }, { causationId: 'fill', correlationId: 't', lane: 'a' });
    venue.balance = '9980';
    await system.run(START + 200_000);
    expect(await transfers()).toEqual(['10000']);
  });
});
