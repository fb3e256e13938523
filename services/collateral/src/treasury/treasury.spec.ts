import { MemorySystem, type Platform } from '@ballast/bus';
import { type Decider, money, notional, partitionOf, price, quantity, signedQuantity } from '@ballast/domain';
import type { BallastEvent, EquityObserved, TradeClosed } from '@ballast/events';
import { Metrics } from '@ballast/observability';
import { DN_PAIR_V4_1, type PolicyProfile } from '@ballast/policy';
import type { AccountState, VenueAdapter, VenueTransfer } from '@ballast/venues';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CollateralOptions } from '../collateral.options.js';
import { collateralModule } from '../collateral.module.js';
import { LEGION_SPLIT } from './treasury.fixtures.js';

const START = Date.UTC(2026, 0, 5, 23, 50);
const MIDNIGHT = Date.UTC(2026, 0, 6);
const DAY_MS = 86_400_000;
const P = partitionOf('p');
const PROFILES = new Map<string, PolicyProfile>([['dn-pair-v4.1', DN_PAIR_V4_1], ['legion', { ...DN_PAIR_V4_1, name: 'legion', version: 1, treasury: LEGION_SPLIT }], ['broken', { ...DN_PAIR_V4_1, name: 'broken', version: 1, treasury: { ...LEGION_SPLIT, chestRatio: money('0.5') as never } }]]);
const writerOf = (writer: string, kind: string): Decider<null, BallastEvent, BallastEvent> => ({ kind, writer, initial: null, decide: (_state, event) => [event], evolve: (state) => state });

/** What collateral asks of a venue: the balance is the deposit, what came and went, and what was earned. */
class EmulatedVenue {
  readonly venue = 'emulated';
  balance = money('200');
  transfers: VenueTransfer[] = [];
  constructor(private readonly now: () => number) {}
  connect = () => Promise.resolve();
  close = () => Promise.resolve();
  transfersSince = (_account: unknown, from: number) => Promise.resolve(this.transfers.filter(({ time }) => time >= from));
  accountState = ({ accountId }: { readonly accountId: string }): Promise<AccountState> =>
    Promise.resolve({ accountId, collateral: this.balance, equity: this.balance, initialMarginHealth: this.balance, maintenanceMarginHealth: this.balance, positions: [], time: this.now() });
}

let system: MemorySystem;
let venue: EmulatedVenue;
let operator: Platform;
let execution: Platform;
let count = 0;

const start = (options: Partial<CollateralOptions> = {}) => system.add('collateral', () => collateralModule({ venue: venue as unknown as VenueAdapter, accountOf: (accountId) => ({ accountId, subaccount: accountId }), profiles: PROFILES, ...options }));
const bot = (...profiles: readonly string[]) =>
  operator.streams.execute(writerOf('operator', 'bot'), { partition: P, id: 'bot-1' }, { type: 'BotCreated', botId: 'bot-1', portfolioId: 'p', accountId: 'a', strategy: 's', profiles, settings: {}, by: 'test' }, { causationId: 'c', correlationId: 'bot-1', lane: 'a' });

/** A trade that brought so much: its position event, its close, and the venue's balance. */
async function earn(result: string): Promise<void> {
  count += 1;
  venue.balance = venue.balance.plus(result) as typeof venue.balance;
  const at = system.clock.now();
  const cause = { causationId: `fill${count}`, correlationId: `t${count}`, lane: 'a' };
  await execution.streams.execute(writerOf('execution', 'position'), { partition: P, id: 'a-ETH-PERP' }, { type: 'PositionClosed', accountId: 'a', instrument: 'ETH-PERP', fillId: `f${count}`, tradeId: `t${count}`, side: 'SELL', quantity: quantity('1'), price: price('2000'), fee: money('0'), position: signedQuantity('0'), realisedPnl: money(result), venueTime: at }, cause);
  const leg = { leg: 0, instrument: 'ETH-PERP', side: 'BUY' as const, planned: quantity('1'), filled: quantity('1'), exited: quantity('1'), fees: money('0') };
  const closed: TradeClosed = { type: 'TradeClosed', tradeId: `t${count}`, botId: 'bot-1', accountId: 'a', portfolioId: 'p', planId: `pl${count}`, signalId: `s${count}`, outcome: 'COMPLETED', legs: [leg], planVolume: notional('2000'), turnover: notional('4000'), realisedPnl: money(result), fees: money('0'), nakedNotionalSeconds: notional('0'), reason: 'test' };
  await execution.streams.execute(writerOf('execution', 'trade'), { partition: P, id: `t${count}` }, closed, cause);
  await system.run(at);
}

async function eventsOf(stream: string): Promise<readonly BallastEvent[]> {
  const stored = await system.store.readSubject(P, `evt.${P}.collateral.${stream}`);
  return stored.flatMap(({ bytes }) => (JSON.parse(Buffer.from(bytes).toString()) as { events: BallastEvent[] }).events);
}
const treasury = async () => (await eventsOf('treasury.p')) as readonly (BallastEvent & { readonly balances: Readonly<Record<string, unknown>> })[];
const told = async () => (await treasury()).map((event) => `${event.type.replace('Treasury', '')}${'day' in event ? ` ${String(event.day)}` : ''} ${['trading', 'chest', 'operating', 'withdrawal'].map((fund) => String(event.balances[fund])).join('/')}`);
const ask = async (name: string, payload: object) => {
  const asked = system.requestsOf('cli').query('collateral', P, name, payload);
  await system.run(system.clock.now());
  return ask.data(await asked);
};
ask.data = (reply: Awaited<ReturnType<ReturnType<MemorySystem['requestsOf']>['query']>>) => (reply.ok ? (reply.data as Readonly<Record<string, unknown>>) : { error: reply.error });

beforeEach(() => {
  system = new MemorySystem(START);
  venue = new EmulatedVenue(() => system.clock.now());
  operator = system.platform('operator');
  execution = system.platform('execution');
});
afterEach(() => system.stop());

describe('the treasuries of collateral', () => {
  it('book what comes, split the day at its end and set it aside from what sizing and risk see (R102, W-8)', async () => {
    await start();
    await bot('legion');
    await system.run(START + 60_000);
    await earn('100');
    await system.run(MIDNIGHT + 61_000);
    expect(await told()).toEqual(['Opened 2026-01-05 0/0/0/0', 'Booked 200/0/0/0', 'Booked 300/0/0/0', 'DayClosed 2026-01-05 260/20/15/5']);
    const observed = (await eventsOf('equity.a')) as readonly EquityObserved[];
    expect(observed.slice(-2).map(({ collateral, eligibleCollateral, setAside, trigger }) => [trigger, collateral, eligibleCollateral, setAside])).toEqual([['DAY', '300', '260', '40'], ['INTERVAL', '300', '260', '40']]);
    expect(observed[0]).toMatchObject({ eligibleCollateral: '200' });
  });

  it('show what each fund holds, also at the next start (R102)', async () => {
    const metrics = (): Metrics => new Metrics({ service: 'collateral', version: 'test', commit: 'test' });
    const shown = async (found: Metrics): Promise<readonly string[]> => (await found.text()).split('\n').filter((line) => line.startsWith('ballast_treasury_funds_usd{'));
    const [first, second] = [metrics(), metrics()];
    await start({ metrics: first });
    expect(await shown(first)).toEqual([]);
    await bot('legion');
    await system.run(START + 60_000);
    await earn('100');
    expect(await shown(first)).toContain('ballast_treasury_funds_usd{portfolio="p",fund="trading"} 300');
    await system.run(MIDNIGHT + 61_000);
    const split = [['trading', 260], ['chest', 20], ['operating', 15], ['withdrawal', 5]].map(([fund, amount]) => `ballast_treasury_funds_usd{portfolio="p",fund="${fund}"} ${amount}`);
    expect(await shown(first)).toEqual(split);
    await system.stop();
    await start({ metrics: second });
    await system.run(MIDNIGHT + 62_000);
    expect(await shown(second)).toEqual(split);
  });

  it('change nothing for portfolios whose profiles bind none (W-18)', async () => {
    await start();
    await bot('dn-pair-v4.1');
    await earn('100');
    await system.run(MIDNIGHT + 61_000);
    expect(await treasury()).toEqual([]);
    expect((await eventsOf('equity.a')).some((event) => 'setAside' in event)).toBe(false);
    expect(await ask('treasury', { portfolioId: 'p' })).toEqual({ portfolioId: 'p', opened: false, fault: '' });
  });

  it('close every day that was missed by what the log had at its end, and none twice', async () => {
    await start({ intervalMs: 3_600_000 });
    await bot('legion');
    await system.run(START + 60_000);
    await earn('100');
    await system.stop();
    await system.run(MIDNIGHT + 3_600_000);
    await earn('-30');
    await system.run(MIDNIGHT + DAY_MS + 3_600_000);
    await earn('130');
    await start({ intervalMs: 3_600_000 });
    await system.run(MIDNIGHT + DAY_MS + 7_200_000);
    expect((await told()).slice(2)).toEqual(['Booked 300/0/0/0', 'DayClosed 2026-01-05 260/20/15/5', 'Booked 230/20/15/5', 'DayClosed 2026-01-06 230/20/15/5', 'Booked 360/20/15/5']);
    const before = await told();
    await system.stop();
    await start({ intervalMs: 3_600_000 });
    await system.run(MIDNIGHT + DAY_MS + 7_300_000);
    expect(await told()).toEqual(before);
    await system.run(MIDNIGHT + 2 * DAY_MS + 1);
    expect((await told()).at(-1)).toBe('DayClosed 2026-01-07 320/40/30/10');
  });

  it('close the day when risk\'s day is over, and observe the account then (C-25)', async () => {
    await start({ dayBoundaryMs: 3_600_000 });
    await bot('legion');
    await system.run(START + 60_000);
    await earn('100');
    await system.run(MIDNIGHT + 61_000);
    expect((await told()).at(-1)).toBe('Booked 300/0/0/0');
    await system.run(MIDNIGHT + 3_661_000);
    expect((await told()).at(-1)).toBe('DayClosed 2026-01-05 260/20/15/5');
    expect(((await eventsOf('equity.a')) as readonly EquityObserved[]).filter(({ trigger }) => trigger === 'DAY').map(({ venueTime }) => venueTime)).toEqual([MIDNIGHT + 3_600_000]);
  });

  it('take five wins in a row for a hot streak, as of the day\'s end (C-41, C-49)', async () => {
    await start();
    await bot('legion');
    await system.run(START + 60_000);
    for (const result of ['-10', '20', '20', '20', '20', '30']) await earn(result);
    await system.run(MIDNIGHT);
    expect((await told()).at(-1)).toBe('DayClosed 2026-01-05 255/25/15/5');
    expect((await treasury()).at(-1)).toMatchObject({ winsInARow: 5, chestRatio: '0.25', reinvested: '55' });
  });

  it('split nothing by shares that are not the whole, and say so', async () => {
    await start();
    await bot('broken');
    await system.run(MIDNIGHT + 1_000);
    expect(await treasury()).toEqual([]);
    expect(await ask('treasury', { portfolioId: 'p' })).toMatchObject({ opened: false, fault: 'treasury: found shares that sum to 1.3, allowed is exactly 1' });
  });

  it('book a withdrawal by its person once money has left, and refuse it before', async () => {
    await start();
    await bot('legion');
    await system.run(START + 60_000);
    await earn('100');
    await system.run(MIDNIGHT + 1_000);
    const withdraw = (user: string, key: string) => system.command({ user, service: 'collateral', partition: P }, 'withdraw-treasury', { portfolioId: 'p', fund: 'WITHDRAWAL', amount: '5', reason: 'wages' }, key);
    await expect(withdraw('approver', 'one')).rejects.toThrow(/at most the 0 that left the portfolio/);
    venue.balance = money('294');
    venue.transfers = [{ transferId: 't', amount: money('-6'), balance: money('294'), time: system.clock.now() }];
    await system.run(MIDNIGHT + 121_000);
    await expect(withdraw('cli', 'two')).rejects.toThrow(/approver/);
    await withdraw('approver', 'three');
    await withdraw('approver', 'three');
    expect((await told()).slice(-2)).toEqual(['Booked 254/20/15/5', 'Withdrawn 259/20/15/0']);
    expect((await treasury()).at(-1)).toMatchObject({ by: 'approver', reason: 'wages', amount: '5' });
    await system.run(MIDNIGHT + 181_000);
    expect((await eventsOf('equity.a')).at(-1)).toMatchObject({ collateral: '294', eligibleCollateral: '259', setAside: '35' });
  });
});
