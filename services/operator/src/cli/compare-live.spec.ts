import { expect, it } from 'vitest';
import { InMemoryEventStore, type OwnedState, type Reply, Requests, RequestTimeout } from '@ballast/bus';
import { type Partition, partitionOf } from '@ballast/domain';
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

it('names reporting where its hash differs, or where it is silent', async () => {
  expect(await compared(HELD, { hash: 'f'.repeat(64) })).toMatchObject({ code: 1, err: expect.stringMatching(/reporting: at 0?.*live f{64}/) as string });
  expect(await compared(HELD)).toMatchObject({ code: 1, err: expect.stringContaining('reporting: does not answer') as string });
});
