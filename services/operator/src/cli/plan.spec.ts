import { describe, expect, it } from 'vitest';
import { ballast } from './story.fixtures.js';

const plan = async (...argv: readonly string[]): Promise<string> => {
  const { code, out, err } = await ballast(['plan', ...argv]);
  expect([code, err]).toEqual([0, '']);
  return out;
};
const json = async (...argv: readonly string[]): Promise<unknown> => JSON.parse(await plan(...argv, '--json'));

describe('ballast plan feasibility (R2, C-17, C-18)', () => {
  it('says of $2,000 and $1,000,000 a day what is feasible, what is not, and why, turnover and exposure apart', async () => {
    const out = await plan('feasibility', '--capital', '2000', '--daily-volume', '1000000');
    expect(out).toContain('turnover       500x a day: $1,000,000 of plan volume over $2,000');
    expect(out).toContain('peak exposure  1x: 1,000 rounds of $1,000, 1 at once, 2 legs each = $2,000 open; $32,000 may be ($2,000 x 20 x 0.8)');
    expect(out).toContain('FEASIBLE by exposure');
    expect(out).toContain('NOT FEASIBLE held all at once: that would be 500x leverage, the limit is 20x');
    expect(out).toContain('$11.57 a second is money, not requests: 0.012 rounds a second');
    expect(out).toContain('option A       $50,000 of capital holds the whole volume at once at 20x');
    expect(out).toContain('option B       $33,333 to $100,000 a day with $2,000');
    expect(out).toContain('option C       grow into it: 71 % a month for 6 months, or 30.8 % a month for 12 months');
  });

  it('refuses by exposure where too much stands at once', async () => {
    expect(await plan('feasibility', '--capital', '2000', '--daily-volume', '1000000', '--hold', '30m')).toContain('NOT FEASIBLE by exposure: $10,000 more would stand open than may');
    expect(await json('feasibility', '--capital', '2000', '--daily-volume', '1000000', '--hold', '30m')).toMatchObject({ turnoverRatio: '500', openAtOnce: 21, peakGross: '42000', peakLeverage: '21', exposureFeasible: false });
  });
});

describe('ballast plan pnl (R19, W-15)', () => {
  it('projects $22.40 a day, $448 in 20 days and $672 in 30', async () => {
    expect(await json('pnl', '--trades', '20', '--notional', '1000', '--spread', '20', '--maker-share', '0.7')).toMatchObject({ scenarios: [{ perDay: '22.4', perMonth: { 20: '448', 30: '672' } }] });
    expect(await plan('pnl', '--trades', '20', '--notional', '1000', '--spread', '20', '--maker-share', '0.7')).toMatch(/\$22\.40 .*\$448 .*\$672/);
  });

  it("shows the plan's four scenarios where none is named", async () => {
    expect(await json('pnl')).toMatchObject({ scenarios: [{ perDay: '22.4' }, { perDay: '146' }, { perDay: '810' }, { perDay: '2120' }] });
  });
});

it("computes the capital of R21, the basis points of C-20 and the milestones of R24 for the plan's own phases", async () => {
  expect(await json('capital')).toMatchObject({ phases: [{ capital: '250', capitalAllLegs: '500' }, { capital: '125' }, { capital: '104.166666666667' }, { capital: '62.5' }] });
  expect(await plan('capital')).toContain('capital is not the bottleneck');
  expect(await json('required-bps')).toMatchObject({ rows: [{ requiredBps: '10', brings: [{ profit: '16', enough: false }, { profit: '32', enough: true }] }, { requiredBps: '20' }, ...Array.from({ length: 5 }, () => ({}))] });
  expect(await json('milestones')).toMatchObject({ projected: [{ capital: '2448' }, { capital: '8288' }, { capital: '56888' }, {}] });
  expect(await plan('milestones')).toContain('$2,448, $8,288, $56,888');
});

it('compounds $200 to $25,949, and to $4,660 with 60 % reinvested (R110, C-36)', async () => {
  const out = await plan('compounding');
  expect(out).toMatch(/│ 12 .*\$25,949\.27 .*12875 % .*\$4,659\.62/);
  expect(out).toContain('$200 -> $225 -> $260 -> $300: 12.5 %, 15.6 %, 15.4 % a step');
});

it('tells how far liquidation is in English and in Korean (R30)', async () => {
  expect(await plan('liquidation', '--maintenance-margin', '0')).toMatch(/20x .*5 % .*5 % .*A move of 5 % against the position liquidates it/);
  expect(await plan('liquidation', '--lang', 'ko')).toMatch(/50x .*2 % .*없음 .*금지/);
});

it('tells what an imbalance is in dollars, and that it is no loss (C-34)', async () => {
  expect(await plan('residual', '--notional-a', '99.25', '--notional-b', '104.27')).toContain('delta      $5.02 is not hedged: exposure, not a loss');
});

it.each<[readonly string[], string]>([
  [['feasibility', '--capital', '2000'], '--daily-volume'],
  [['feasibility', '--capital', '0', '--daily-volume', '1'], 'capital: found 0'],
  [['feasibility', '--capital', '2000', '--daily-volume', '1', '--hold', 'long'], '--hold'],
  [['pnl', '--trades', '20'], '--notional, --spread, --maker-share'],
  [['pnl', '--trades', '20', '--notional', '1000', '--spread', '20', '--maker-share', '1.01'], '--maker-share: found "1.01"'],
  [['capital', '--trades', '20'], '--daily-volume'],
  [['required-bps', '--daily-profit', '20'], '--daily-volume'],
  [['milestones', '--milestone', '0:2000'], 'fewer than two'],
  [['milestones', '--milestone', '3:2000', '1:4000'], 'month 1 after month 3'],
  [['compounding', '--months', '0'], '--months'],
  [['liquidation', '--lang', 'fr'], 'en, ko'],
  [['residual', '--notional-a', '0', '--notional-b', '1'], 'more than 0'],
])('refuses plan %j with exit code 2 and names %s', async (argv, named) => {
  const { code, out, err } = await ballast(['plan', ...argv]);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(named);
});

it('shows an example in the help of every calculator', async () => {
  const { out } = await ballast(['plan', '--help']);
  const names = [...out.matchAll(/^ {2}([a-z-]+) .*\S$/gm)].map(([, name]) => name ?? '').filter((name) => name !== 'help');
  expect(names).toHaveLength(8);
  for (const name of names) expect((await ballast(['plan', name, '--help'])).out).toContain(`$ ballast plan ${name}`);
});
