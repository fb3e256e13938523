import { InMemoryDeadLetters, InMemoryEventStore } from '@ballast/bus';
import { pairRound, treasuryRound } from '@ballast/books';
import { partitionOf } from '@ballast/domain';
import { expect, it } from 'vitest';
import { ballast, writeLog } from '../story.fixtures.js';

async function recorded(decisions = treasuryRound()): Promise<{ readonly store: InMemoryEventStore; readonly deadLetters: InMemoryDeadLetters }> {
  const store = new InMemoryEventStore();
  await writeLog(store, decisions);
  return { store, deadLetters: new InMemoryDeadLetters() };
}

it('shows funds, high-water mark, splits and the next boundary from the log alone (R102)', async () => {
  const bus = await recorded();
  const { code, out } = await ballast(['treasury', '--json'], bus);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    portfolioId: 'main', opened: true, profile: 'legion@1', highWaterMark: '0.44389302', nextBoundaryAt: '2026-02-02T00:00:00.000Z', notBooked: '0',
    funds: { TRADING: { balance: '1000.28389302' }, CHEST: { balance: '0.08', accounts: { acct1: '0.08' } }, OPERATING: { balance: '0.06' }, WITHDRAWAL: { balance: '0.02' } },
    splits: [{ day: '2026-01-31', profit: '0.44389302', reinvested: '0.28389302', toChest: '0.08', toOperating: '0.06', toWithdrawal: '0.02', backFromChest: '0' }],
  });
  const table = (await ballast(['treasury'], bus)).out;
  expect(table).toMatch(/portfolio main, split by legion@1; high-water mark 0\.44389302; the day ends 2026-02-02T00:00:00\.000Z[^]*war chest[^]*0\.08[^]*2026-01-31[^]*nothing has moved at a venue/);
});

it('tells what came and is not booked yet', async () => {
  const bus = await recorded(treasuryRound().filter(({ events }) => events[0]?.type !== 'TreasuryBooked' && events[0]?.type !== 'TreasuryDayClosed'));
  expect((await ballast(['treasury'], bus)).out).toMatch(/1000\.44389302 came since/);
  expect((await ballast(['treasury'], bus)).out).toMatch(/no day has closed yet/);
});

it('says so where a portfolio has no treasury (W-18)', async () => {
  const { code, out } = await ballast(['treasury'], await recorded(pairRound()));
  expect([code, out]).toEqual([0, expect.stringContaining('portfolio main has no treasury') as string]);
  expect(await ballast(['treasury', '--portfolio', 'other'], await recorded())).toMatchObject({ code: 1, err: expect.stringMatching(/no portfolio other[^]*main/) as string });
});

it('lists every line that was booked, the newest where asked', async () => {
  const bus = await recorded();
  const { entries } = JSON.parse((await ballast(['treasury', 'entries', '--json'], bus)).out) as { entries: readonly { fund: string; amount: string }[] };
  expect(entries.map(({ fund, amount }) => `${fund} ${amount}`)).toEqual(['OUTSIDE -1000', 'TRADING 1000', 'OUTSIDE -0.44389302', 'TRADING 0.44389302', 'TRADING -0.08', 'CHEST 0.08', 'TRADING -0.06', 'OPERATING 0.06', 'TRADING -0.02', 'WITHDRAWAL 0.02']);
  expect((await ballast(['treasury', 'entries', '--last', '2'], bus)).out).toMatch(/WITHDRAWAL[^]*the last 2 of 10 lines/);
});

it('tells a treasury in words, and verify proves it', async () => {
  const bus = await recorded();
  const partition = partitionOf('main');
  const [closed] = (await bus.store.readSubject(partition, `evt.${partition}.collateral.treasury.main`)).slice(-1);
  const { decisionId } = JSON.parse(Buffer.from(closed!.bytes).toString()) as { decisionId: string };
  const { out } = await ballast(['explain', decisionId], bus);
  expect(out).toMatch(/\$0\.443893 of profit are split[^]*\$0\.283893 reinvested, \$0\.08 to the war chest \(20 % after 1 wins in a row\), \$0\.06 operating, \$0\.02 withdrawal; by legion@1/);
  expect((await ballast(['verify'], bus)).out).toMatch(/cash, treasury[^]*everything holds/);
});

it.each([
  [['treasury', '--last', '0'], '--last'],
  [['treasury', 'entries', '--last', 'x'], '--last'],
  [['treasury', 'withdraw', '--reason', 'wages'], '--amount'],
  [['treasury', 'withdraw', '--amount', '5'], '--reason'],
  [['treasury', 'withdraw', '--amount', '-5', '--reason', 'wages'], '--amount'],
  [['treasury', 'withdraw', '--amount', 'ten', '--reason', 'wages'], '--amount'],
  [['treasury', 'withdraw', '--amount', '5', '--reason', ' '], '--reason'],
  [['treasury', 'withdraw', '--amount', '5', '--reason', 'wages', '--fund', 'chest'], '--fund'],
])('refuses %j with exit code 2 and names %s', async (argv, named) => {
  const { code, out, err } = await ballast(argv, {});
  expect([code, out, err.includes(named)]).toEqual([2, '', true]);
});

it.each([['show'], ['entries'], ['withdraw']])('shows an example in the help of %s', async (name) => {
  expect(await ballast(['treasury', name, '--help'])).toMatchObject({ code: 0, out: expect.stringContaining(`$ ballast treasury`) as string });
});
