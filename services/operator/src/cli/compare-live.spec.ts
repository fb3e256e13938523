import { describe, expect, it } from 'vitest';
import { TreasuryBooks, treasuryRound } from '@ballast/books';
import { type DecisionRecord, InMemoryEventStore, type OwnedState, type Reply, Requests, RequestTimeout } from '@ballast/bus';
import { money, type Partition, partitionOf, ratio } from '@ballast/domain';
import type { BallastEvent, TreasuryFund } from '@ballast/events';
import { ballast, type Ran, writeLog } from './story.fixtures.js';

const P = partitionOf('main');
const BOT = { status: 'RUNNING', portfolioId: 'main', accountId: 'acct1', strategy: 'dn-pair', profiles: ['demo'], settings: { mode: 'cycle' } };

type Held = Readonly<Record<string, readonly OwnedState[]>>;
const HELD: Held = {
  operator: [{ stream: 'operator.bot.pair1', version: 2, state: BOT }],
  execution: [
    { stream: 'execution.position.acct1-ETH-PERP', version: 2, state: { quantity: '0', entryPrice: '' } },
    { stream: 'execution.position.acct1-SOL-PERP', version: 2, state: { quantity: '0', entryPrice: '' } },
    { stream: 'execution.trade.trade1', version: 9, state: { orders: Object.fromEntries(['entry-0', 'entry-1', 'exit-0', 'exit-1'].map((name) => [`order-${name}`, { status: 'ENDED', filled: name.endsWith('0') ? '0.042' : '1' }])) } },
  ],
  collateral: [{ stream: 'collateral.ledger.main', version: 1, state: { transfers: { acct1: '1000' } } }],
};

/** Services that hold what they are told, and reporting with a hash of its own. */
class Holders extends Requests {
  constructor(
    private readonly held: Held,
    private readonly reporting: { readonly hash: string; readonly cut: string } | undefined,
  ) {
    super();
  }

  command(service: string): Promise<Reply> {
    return Promise.reject(new RequestTimeout(`${service} takes no commands here`));
  }

  as(): Requests {
    return this;
  }

  query(service: string, partition: Partition): Promise<Reply> {
    if (service === 'reporting') return this.reporting ? Promise.resolve({ ok: true, data: this.reporting }) : Promise.reject(new RequestTimeout('nobody listens'));
    return Promise.resolve({ ok: true, data: { streams: partition === P ? (this.held[service] ?? []) : [] } });
  }
}

/** No service runs: the log is served alone. */
class Nobody extends Requests {
  as(): Requests {
    return this;
  }

  command(service: string): Promise<Reply> {
    return Promise.reject(new RequestTimeout(`${service} is not there`));
  }

  query(service: string): Promise<Reply> {
    return Promise.reject(new RequestTimeout(`${service} is not there`));
  }
}

async function compared(held: Held, reporting?: { readonly hash?: string; readonly cut?: string }): Promise<Ran> {
  const store = new InMemoryEventStore();
  await writeLog(store);
  const asOf = reporting?.cut ?? `${P}:21`;
  const { hash } = JSON.parse((await ballast(['rebuild', '--json', '--as-of', asOf], { store })).out) as { hash: string };
  return ballast(['rebuild', '--compare-live'], { store, requests: new Holders(held, reporting && { hash, cut: asOf, ...reporting }) });
}

it('says equal where every holder has what the log says, at its own cut', async () => {
  for (const reporting of [{}, { cut: `${P}:15` }]) {
    const { code, out } = await compared(HELD, reporting);
    expect([code, out]).toEqual([0, expect.stringContaining('live     equal')]);
  }
});

it.each<[string, Held, RegExp]>([
  ['a position held wrong', { ...HELD, execution: HELD['execution']!.map((held, index) => (index === 0 ? { ...held, state: { quantity: '0.042', entryPrice: '2756.9' } } : held)) }, /execution.position.acct1-ETH-PERP version 2: live .*0.042.*, the log .*"0"/],
  ['an order held wrong', { ...HELD, execution: HELD['execution']!.map((held, index) => (index === 2 ? { ...held, state: { orders: {} } } : held)) }, /execution.trade.trade1 version 9/],
  ['a position not held at all', { ...HELD, execution: HELD['execution']!.slice(1) }, /execution.position.acct1-ETH-PERP is in the log, execution does not hold it/],
  ['a bot held in another status', { ...HELD, operator: [{ stream: 'operator.bot.pair1', version: 2, state: { ...BOT, status: 'PAUSED' } }] }, /operator.bot.pair1/],
  ['money that came and was not counted', { ...HELD, collateral: [{ stream: 'collateral.ledger.main', version: 1, state: { transfers: { acct1: '999' } } }] }, /collateral.ledger.main/],
])('names %s and exits with 1', async (_what, held, difference) => {
  const { code, err } = await compared(held, {});
  expect(code).toBe(1);
  expect(err).toMatch(difference);
});

it('names reporting where its hash differs', async () => {
  expect(await compared(HELD, { hash: 'f'.repeat(64) })).toMatchObject({ code: 1, err: expect.stringMatching(/reporting: at 0?.*live f{64}/) as string });
});

it('exits with 3 where nothing differs and a service is absent, and names it', async () => {
  const { code, out, err } = await compared(HELD);
  expect([code, err]).toEqual([3, expect.stringContaining('nothing differs, and not everything is compared: reporting: does not answer')]);
  expect(out).toContain('live     NOT COMPARED');
  expect(out).not.toContain('DIFFERENT');
});

it('exits with 3 where no service runs at all, with each of them in the document', async () => {
  const store = new InMemoryEventStore();
  await writeLog(store);
  const { code, out } = await ballast(['rebuild', '--compare-live', '--json'], { store, requests: new Nobody() });
  expect(code).toBe(3);
  const { compareLive } = JSON.parse(out) as { readonly compareLive: object };
  expect(compareLive).toMatchObject({ equal: false, absent: [...['operator', 'execution', 'collateral'].map((service) => `${service}: does not answer for partition 0`), 'reporting: does not answer'] });
  expect(compareLive).not.toHaveProperty('difference');
});

it('exits with 1 where one differs, though another is absent', async () => {
  expect(await compared({ ...HELD, collateral: [{ stream: 'collateral.ledger.main', version: 1, state: { transfers: { acct1: '999' } } }] })).toMatchObject({ code: 1, err: expect.stringContaining('collateral.ledger.main') as string });
});

describe('a protection', () => {
  const bot = { botId: 'pair1', accountId: 'acct1', portfolioId: 'main' } as const;
  const settings = { enabled: true, mode: 'smart', triggerDistance: ratio('0.05'), safeDistance: ratio('0.12'), hysteresis: ratio('0.01'), restoreMargin: ratio('0.02'), maxDeposit: money('100'), increment: money('5'), cooldownMs: 60_000, exhausted: 'hold' } as const;
  const seen = { distance: ratio('0.04'), at: 1_800_000_000_000 };
  const events: readonly BallastEvent[] = [
    { type: 'ProtectionConfigured', ...bot, revision: 1, settings, by: 'cli', initialDistances: {} },
    { type: 'ProtectionDeposited', ...bot, transferId: 't1', amount: money('60'), fee: money('1'), venueTime: 1, deposited: money('60') },
    { type: 'ProtectionExhausted', ...seen, botId: 'pair1', cause: 'CAP', deposited: money('60'), cap: money('60'), freeFunds: money('0'), policy: 'hold' },
  ];
  const log = events.map((event, index) => ({ writer: 'collateral', kind: 'protection', id: 'pair1', correlationId: 'pair1', at: 1_800_000_000_000 + index, events: [event] }));
  const told = { revision: 1, enabled: true, mode: 'smart', deposited: '60', paused: false, exhausted: 'CAP' };
  const run = async (...argv: readonly string[]): Promise<Ran> => {
    const store = new InMemoryEventStore();
    await writeLog(store);
    await writeLog(store, log);
    const held = (deposited: string): Held => ({ ...HELD, collateral: [...HELD['collateral']!, { stream: 'collateral.protection.pair1', version: 3, state: { ...told, deposited } }] });
    const { hash, cut } = JSON.parse((await ballast(['rebuild', '--json'], { store })).out) as { readonly hash: string; readonly cut: string };
    const [deposited = '60', ...rest] = argv;
    return ballast(rest, { store, requests: rest[0] === 'rebuild' ? new Holders(held(deposited), { hash, cut }) : new Nobody(), marketWire: { lastValues: () => Promise.resolve(new Map<string, unknown>()) } });
  };

  it('is compared with what collateral holds', async () => {
    expect(await run('60', 'rebuild', '--compare-live')).toMatchObject({ code: 0, out: expect.stringContaining('live     equal') as string });
    expect(await run('61', 'rebuild', '--compare-live')).toMatchObject({ code: 1, err: expect.stringMatching(/collateral.protection.pair1 version 3: live .*"61".*, the log .*"60"/) as string });
  });

  it('is listed by status, also under its name of state, and by rebuild: revision, mode, deposited, paused, exhausted', async () => {
    expect(JSON.parse((await run('60', 'state', '--json')).out)).toMatchObject({ protections: { pair1: told } });
    expect((await run('60', 'status')).out.replaceAll(/ *│ */g, '│')).toContain('│pair1│on│smart│60│1││CAP│');
    expect(JSON.parse((await run('60', 'rebuild', '--json')).out)).toMatchObject({ protections: { pair1: told } });
  });
});

describe('a treasury', () => {
  const decisions = treasuryRound();
  const books = new TreasuryBooks();
  for (const { events, at } of decisions) for (const event of events) books.apply({ event, index: 0, decision: { occurredAt: at } as DecisionRecord });
  const version = decisions.filter(({ kind }) => kind === 'treasury').length;
  const { highWaterMark, nextBoundaryAt, chestCounts, funds } = books.portfolios.get('main')!;
  const textsOf = (fund: TreasuryFund): object => Object.fromEntries([...funds.accounts(fund)].map(([accountId, amount]) => [accountId, amount.toString()]));
  const state = { funds: { TRADING: textsOf('TRADING'), CHEST: textsOf('CHEST'), OPERATING: textsOf('OPERATING'), WITHDRAWAL: textsOf('WITHDRAWAL') }, highWaterMark: highWaterMark.toString(), nextBoundaryAt, chestCounts };

  async function comparedTreasury(held: readonly OwnedState[]): Promise<Ran> {
    const store = new InMemoryEventStore();
    await writeLog(store, decisions);
    return ballast(['rebuild', '--compare-live'], { store, requests: new Holders({ ...HELD, collateral: [...HELD['collateral']!, ...held] }, undefined) });
  }
  const treasury = (changed: object = {}): OwnedState => ({ stream: 'collateral.treasury.main', version, state: { ...state, ...changed } });

  it('has money in it', () => expect([funds.of('TRADING').gt(0), funds.of('CHEST').gt(0)]).toEqual([true, true]));

  it('is compared fund by fund and account by account', async () => {
    expect(await comparedTreasury([treasury()])).toMatchObject({ code: 3, out: expect.stringContaining('collateral: equal, 2 streams') as string });
    expect(await comparedTreasury([treasury({ funds: { ...state.funds, CHEST: { acct1: '0.01' } } })])).toMatchObject({ code: 1, err: expect.stringMatching(/collateral.treasury.main version \d+: live .*"CHEST":{"acct1":"0.01"}/) as string });
    expect(await comparedTreasury([treasury({ highWaterMark: '0.5' })])).toMatchObject({ code: 1, err: expect.stringContaining('collateral.treasury.main') as string });
  });

  it('is missed where collateral does not hold it', async () => {
    expect(await comparedTreasury([])).toMatchObject({ code: 1, err: expect.stringMatching(/collateral.treasury.main is in the log, collateral does not hold it/) as string });
  });
});
