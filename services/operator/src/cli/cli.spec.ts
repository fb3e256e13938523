import { expect, it } from 'vitest';
import { InMemoryDeadLetters, InMemoryEventStore, MemorySystem } from '@ballast/bus';
import { pairRound } from '@ballast/books';
import { partitionOf } from '@ballast/domain';
import { operatorModule } from '../operator.module.js';
import { ballast, writeLog } from './story.fixtures.js';

const GOLDEN = ['size', '--target', '100', '--price-a', '2756.9', '--lot-a', '0.001', '--price-b', '115.86', '--lot-b', '0.1'];
const P = partitionOf('main');

async function recorded(decisions = pairRound()): Promise<{ readonly store: InMemoryEventStore; readonly deadLetters: InMemoryDeadLetters }> {
  const store = new InMemoryEventStore();
  await writeLog(store, decisions);
  return { store, deadLetters: new InMemoryDeadLetters() };
}

it('sizes the golden pair to 0.042 and 1 at 0.06 % (R33)', async () => {
  const { code, out } = await ballast([...GOLDEN, '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({ outcome: 'BALANCED', quantityA: '0.042', quantityB: '1', notionalA: '115.7898', notionalB: '115.86', imbalanceRatio: '0.000606271019' });
});

it('says INFEASIBLE and why where no pair fits, without failing', async () => {
  const { code, out } = await ballast([...GOLDEN, '--max-notional', '50', '--json']);
  expect([code, JSON.parse(out)]).toMatchObject([0, { outcome: 'INFEASIBLE', quantityA: '0', reasons: [expect.stringContaining('leg A') as string, expect.stringContaining('leg B') as string] }]);
  expect(await ballast([...GOLDEN.slice(0, -1), '10'])).toMatchObject({ code: 0, out: 'INFEASIBLE: no pair of quantities fits\nleg B: no whole number of lots of 1158.6 each is worth from 80 to 120' });
});

it.each([
  [['size', '--target', '1e3', '--price-a', '1', '--lot-a', '1', '--price-b', '1', '--lot-b', '1'], '--target'],
  [[...GOLDEN, '--max-deviation', '1'], 'maxDeviation'],
  [['size', '--target', '1'], '--price-a'],
  [['rebuild', '--as-of', 'yesterday'], '--as-of'],
  [['rebuild', '--as-of', '0:1', '--compare-live'], '--compare-live'],
  [['rebuild', '--as-of', '0:5,0:7'], 'partition 0 twice'],
  [['rebuild', '--as-of', '2025-02-30'], '--as-of'],
  [['verify', '--to', '2025-02-29T00:00:00Z'], '--to'],
  [['verify', '--from', '0:500', '--to', '0:100'], '--from'],
  [['verify', '--from', '2026-01-31T12:00:00Z', '--to', '2026-01-31T11:00:00Z'], '--from'],
  [['status', '--nats', '::::'], '--nats: found "::::"'],
  [['status', '--nats', 'nats://127.0.0.1:4222,nats://'], '--nats: found "nats://"'],
  [['halt', '--bot', 'a', '--instrument', 'b'], 'one scope'],
  [['status', '--as', 'root'], '--as: found "root", allowed are cli, approver'],
  [['bot', 'start'], 'bot'],
  [['bot', 'start', 'no way'], 'A-Z'],
  [['bot', 'configure', 'b1', '--settings', '[1]'], '--settings'],
  [['backtest', '--strategy', 'dn-pair', '--data', 'nowhere-at-all'], '--data'],
  [['tail', '--last', '-1'], '--last'],
  [['nonsense'], 'nonsense'],
])('refuses %j with exit code 2 and names %s', async (argv, named) => {
  const { code, out, err } = await ballast(argv, {});
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(named);
  expect(err).toContain('--help');
});

it('shows an example in the help of every command', async () => {
  const { out } = await ballast(['--help']);
  const names = [...out.matchAll(/^ {2}([a-z][a-z-]*) .*\S$/gm)].map(([, name]) => name!).filter((name) => name !== 'help' && name !== 'bot' && name !== 'dead');
  expect(names.length).toBeGreaterThan(12);
  const commands = [...names.map((name) => [name]), ...['create', 'configure', 'start', 'pause', 'stop', 'close-all', 'list'].map((name) => ['bot', name]), ...['list', 'retry', 'discard'].map((name) => ['dead', name])];
  for (const command of commands) {
    const { code, out: help } = await ballast([...command, '--help']);
    expect([command, code, help]).toEqual([command, 0, expect.stringContaining(`$ ballast ${command.join(' ')}`)]);
  }
});

it.each([
  [['status'], {}, 'cli'],
  [['status', '--as', 'approver'], {}, 'approver'],
  [['--as', 'approver', 'status'], {}, 'approver'],
  [['status'], { BALLAST_AS: 'approver' }, 'approver'],
  [['status', '--as', 'cli'], { BALLAST_AS: 'approver' }, 'cli'],
])('asks %j with %j as user %s', async (argv, env, user) => {
  let asked = '';
  await ballast(argv, {}, { env: { NATS_URL: 'nats://127.0.0.1:1', ...env }, connect: (target) => Promise.reject(new Error((asked = target.user))) });
  expect(asked).toBe(user);
});

it('names what to do where no server answers', async () => {
  const { code, err } = await ballast(['status'], {}, { env: { NATS_URL: 'nats://127.0.0.1:1' }, connect: async (target) => (await import('./connection.js')).connectCli(target) });
  expect(code).toBe(1);
  expect(err).toContain('make demo');
});

it('explains an order by the whole round, from signal to result', async () => {
  const { code, out } = await ballast(['explain', 'order-exit-1'], await recorded());
  expect(code).toBe(0);
  const order = ['signal to ENTER: cycle 1', 'saw ETH-PERP 2756.9 / 2756.9', 'planned BALANCED', 'rule leverage [demo]: PASS, 0.23 of 5', 'ENTRY order BUY 0.042 ETH-PERP', 'filled 0.042 ETH-PERP', 'slippage 0 bps', 'balanced: imbalance planned', 'EXIT order SELL 0.042', 'closed COMPLETED', 'net $0.443893'];
  const places = order.map((text) => out.indexOf(text));
  expect(places).not.toContain(-1);
  expect([...places].sort((a, b) => a - b)).toEqual(places);
  expect(out).not.toContain('BotCreated');
});

it('explains by any id of the story alike, and refuses an unknown one', async () => {
  const bus = await recorded();
  const story = (await ballast(['explain', 'trade1'], bus)).out;
  for (const id of ['plan1', 'signal1', 'fill-order-entry-0']) expect((await ballast(['explain', id], bus)).out).toBe(story);
  expect(await ballast(['explain', 'nobody'], bus)).toMatchObject({ code: 1, err: expect.stringContaining('ballast trades') as string });
});

it('rebuilds the same books and hash twice, and less as of an earlier time or cut', async () => {
  const bus = await recorded();
  const whole = JSON.parse((await ballast(['rebuild', '--json'], bus)).out) as Record<string, unknown>;
  expect(whole).toMatchObject({ events: 23, balances: { acct1: { cash: '1000.44389302' } }, bots: { pair1: { status: 'RUNNING' } } });
  expect(JSON.parse((await ballast(['rebuild', '--json'], bus)).out)).toMatchObject({ hash: whole['hash'], cut: whole['cut'] });
  const early = JSON.parse((await ballast(['rebuild', '--json', '--as-of', '2026-01-31T12:00:10Z'], bus)).out) as { cut: string; hash: string; positions: object };
  expect(early.positions).toMatchObject({ 'acct1/ETH-PERP': { quantity: '0.042' }, 'acct1/SOL-PERP': { quantity: '-1' } });
  expect(JSON.parse((await ballast(['rebuild', '--json', '--as-of', early.cut], bus)).out)).toMatchObject({ hash: early.hash });
  expect(await ballast(['rebuild', '--as-of', `${P}:999`], bus)).toMatchObject({ code: 1 });
});

it('verifies a sound log with exit code 0, and a planted breach with 1 and the offending place', async () => {
  expect((await ballast(['verify'], await recorded())).code).toBe(0);
  const doubled = pairRound().flatMap((decision) => (decision.events[0]?.type === 'PositionClosed' ? [decision, { ...decision, at: decision.at + 1 }] : [decision]));
  const { code, out, err } = await ballast(['verify', '--json'], await recorded(doubled));
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ ok: false, first: { rule: 'one position event per fill', eventType: 'PositionClosed', subject: `evt.${P}.execution.position.acct1-ETH-PERP` } });
  expect(err).toContain('ballast halt');
});

it('reports breaches of the range asked for only', async () => {
  const bus = await recorded(pairRound().filter(({ events }) => events[0]?.type !== 'PositionClosed'));
  expect((await ballast(['verify', '--to', '2026-01-31T12:00:20Z'], bus)).code).toBe(0);
  expect((await ballast(['verify', '--from', '2026-01-31T12:00:20Z'], bus)).code).toBe(1);
});

it('verify proves nothing in silence: of a range without a decision, or beyond the end of the log, it says so', async () => {
  const bus = await recorded();
  expect(await ballast(['verify', '--to', `${P}:99999`], bus)).toMatchObject({ code: 1, out: '', err: expect.stringContaining(`partition ${P} of the log ends at 21; the cut asks for 99999`) as string });
  expect(await ballast(['verify', '--from', '2030-01-01'], bus)).toMatchObject({ code: 1, out: '', err: expect.stringContaining('nothing is proven') as string });
  expect((await ballast(['verify', '--from', `${P}:5`, '--to', `${P}:6`], bus)).out).toContain('1 decisions');
});

it('verify finds bytes that were changed or are no decision', async () => {
  const bus = await recorded();
  bus.store.add(P, `evt.${P}.operator.bot.pair1`, Buffer.from('{"format":1'));
  const { code, err } = await ballast(['verify'], bus);
  expect([code, err.includes('found no JSON')]).toEqual([1, true]);
  expect(await ballast(['rebuild'], bus)).toMatchObject({ code: 1, err: expect.stringContaining('ballast verify') as string });
});

it('lists positions, orders and trades from the log', async () => {
  const bus = await recorded();
  expect((await ballast(['positions'], bus)).out).toContain('no open positions');
  expect(Object.keys((JSON.parse((await ballast(['orders', '--all', '--json'], bus)).out) as { orders: object }).orders)).toHaveLength(4);
  expect(JSON.parse((await ballast(['trades', '--json'], bus)).out)).toMatchObject({ trades: [{ tradeId: 'trade1', status: 'COMPLETED', netBeforeFunding: '0.44389302', legs: [{ side: 'BUY', instrument: 'ETH-PERP', planned: '0.042', filled: '0.042' }, { side: 'SELL', instrument: 'SOL-PERP' }], imbalancePlanned: '0.000606271019' }] });
  expect((await ballast(['trades'], bus)).out).toMatch(/imbalance[^]*0\.0606271019 %/);
  expect(await ballast(['trades', '--bot', 'nosuch'], bus)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/there is no bot nosuch\n.*pair1/) as string });
});

it('tails what is appended, in words, until it is stopped', async () => {
  const bus = await recorded(pairRound().slice(0, 2));
  let stop = (): void => undefined;
  const lines: string[] = [];
  const tail = ballast(['tail', '--last', '1'], bus, { stopped: new Promise((resolve) => (stop = resolve)), out: (text) => lines.push(text) });
  await expect.poll(() => lines.length).toBe(1);
  await writeLog(bus.store, pairRound().slice(2, 5));
  await expect.poll(() => lines.join('\n')).toContain('signal to ENTER: cycle 1');
  stop();
  expect((await tail).code).toBe(0);
});

it.each([
  ['pair1', 'acct2', /bot pair1 exists already, in portfolio main/],
  ['pair2', 'acct1', /account acct1 is used by bot pair1/],
])('creates no bot %s in account %s in another portfolio, whoever owns its partition', async (bot, account, names) => {
  const { code, out, err } = await ballast(['bot', 'create', bot, '--portfolio', 'other', '--account', account, '--strategy', 'dn-pair', '--profile', 'demo', '--settings', '{}'], await recorded());
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(names);
});

it('starts, stops and deletes a bot through the operator, and says why it is refused', async () => {
  const system = new MemorySystem(pairRound()[0]!.at);
  await writeLog(system.store, pairRound().slice(0, 2));
  await system.add('operator', () => operatorModule());
  const run = async (...argv: string[]) => {
    const ran = ballast(argv, { store: system.store, requests: system.requestsOf('cli') });
    await system.work.idle();
    return ran;
  };
  expect(await run('bot', 'pause', 'pair1')).toMatchObject({ code: 0, out: expect.stringContaining('PAUSED') as string });
  expect(await run('bot', 'pause', 'nobody')).toMatchObject({ code: 1, err: expect.stringContaining('ballast bot list') as string });
  await run('bot', 'stop', 'pair1', '--reason', 'evening');
  expect(await run('bot', 'pause', 'pair1')).toMatchObject({ code: 1, err: expect.stringContaining('only a RUNNING bot') as string });
  expect(JSON.parse((await run('bot', 'list', '--json')).out)).toMatchObject({ bots: [{ botId: 'pair1', status: 'STOPPED' }] });
  expect(await run('bot', 'delete', 'pair1')).toMatchObject({ code: 2, err: expect.stringContaining('--reason') as string });
  expect(await run('bot', 'delete', 'pair1', '--reason', 'replaced')).toMatchObject({ code: 0, out: expect.stringContaining('DELETED') as string });
  expect([(await run('bot', 'list')).out, JSON.parse((await run('bot', 'list', '--all', '--json')).out)]).toMatchObject([expect.stringContaining('there is no bot') as string, { bots: [{ botId: 'pair1', status: 'DELETED' }] }]);
  expect(await run('verify')).toMatchObject({ code: 0 });
  await system.stop();
});
