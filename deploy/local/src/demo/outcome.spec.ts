import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { completeSummary, failuresOf, type Outcome, type ReportedSummary } from './outcome.js';
import { summaryTable } from './summary-table.js';

const summary: ReportedSummary = {
  cut: { 0: 1_450 },
  marketTime: { from: '2025-09-04T19:46:56.253Z', to: '2025-09-04T20:20:00.000Z' },
  cycles: { attempted: 39, completed: 39, unwound: 0, unfilled: 0, open: 0, successRate: '1' },
  execution: { orders: 491, fills: 273, fillRate: '0.98', makerShare: '0.48077', planVolume: '38419.88', turnover: '153651.11' },
  imbalance: { filledAtReference: { mean: '0.00051', worst: '0.00097' }, balancedPlans: { trades: 39, worstFilledAtReference: '0.00097' } },
  pnl: { realised: '-13.61', fees: '35.31', funding: '0', net: '-48.92' },
  naked: { totalNotionalSeconds: '191114.2' },
  residuals: [],
  refusals: { 'depth-multiple': 2 },
  infeasible: {},
  positions: { 'pair-1/ETH-PERP': { quantity: '0' }, 'pair-1/SOL-PERP': { quantity: '-0' } },
};
const outcome: Outcome = {
  summary,
  proofs: { verify: { ok: true, breaches: 0, first: null, rules: ['chain'], decisions: 1_450 }, rebuild: { equalsLive: true, difference: null, hash: 'ab'.repeat(32), cut: '0:1450', events: 2_339, eventsPerSecond: 3_191 } },
  files: { 'summary.json': 'out/summary.json' },
  speed: '15',
  wallSeconds: 134,
  isFlat: true,
  mustTrade: true,
  restarts: { risk: 0 },
};
const first = (change: Partial<Outcome>): string | undefined => failuresOf({ ...outcome, ...change })[0]?.what;

describe('what must hold after every demonstration', () => {
  it('finds nothing where all of it does', () => expect(failuresOf(outcome)).toEqual([]));

  it('finds a leg that is left open', () => {
    expect(first({ summary: { ...summary, positions: { 'pair-1/SOL-PERP': { quantity: '-4.7' } } } })).toBe('a leg was left open: pair-1/SOL-PERP -4.7');
    expect(first({ isFlat: false })).toContain('a trade has not ended');
  });

  it('finds a breach, and a state that is not what the services hold', () => {
    expect(first({ proofs: { ...outcome.proofs, verify: { ...outcome.proofs.verify, ok: false, breaches: 1, first: 'cash at 0:7: a cent' } } })).toContain('cash at 0:7: a cent');
    expect(first({ proofs: { ...outcome.proofs, rebuild: { ...outcome.proofs.rebuild, equalsLive: false, difference: 'execution: other' } } })).toContain('execution: other');
  });

  it('finds a BALANCED plan that was filled at 0.1 % or more (R33), and a process that died', () => {
    expect(first({ summary: { ...summary, imbalance: { ...summary.imbalance, balancedPlans: { trades: 1, worstFilledAtReference: '0.001' } } } })).toContain('imbalance of 0.001');
    expect(first({ restarts: { risk: 2, sizing: 0 } })).toBe('processes died and were started again: risk 2 x');
  });

  it('finds a run without a completed cycle where the bot must trade, and else says it under the table', () => {
    const idle = { ...outcome, summary: { ...summary, cycles: { ...summary.cycles, completed: 0 } } };
    expect(failuresOf(idle).map(({ what }) => what)).toEqual(['not one cycle was completed']);
    const looking = { ...idle, mustTrade: false };
    expect(failuresOf(looking)).toEqual([]);
    expect(summaryTable(looking, []).split('\n').at(-1)).toContain('NOTICE: not one cycle was completed');
  });

  it('names files from the folder a person is in, and others in full', () => {
    const files = { 'summary.json': join(process.cwd(), 'out', 'demo', 'summary.json'), 'trades.csv': '/elsewhere/trades.csv' };
    expect(summaryTable({ ...outcome, files }, [])).toMatch(/files +out\/demo\/summary\.json\n +\/elsewhere\/trades\.csv$/);
  });

  it('adds proofs and failures to the summary on the disk, and shows them in the table', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'ballast-outcome-')), 'summary.json');
    writeFileSync(file, JSON.stringify(summary));
    const failed = { ...outcome, isFlat: false, files: { 'summary.json': file } };
    const failures = failuresOf(failed);
    completeSummary(failed, failures);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ cycles: { completed: 39 }, verify: { ok: true }, rebuild: { equalsLive: true }, run: { isFlat: false, failures } });
    const table = summaryTable(failed, failures);
    for (const shown of ['39 completed of 39', '-48.92 = realised -13.61 - fees 35.31 + funding 0.00', 'worst 0.097 %', 'depth-multiple 2', 'FAILED: a leg was left open']) expect(table).toContain(shown);
  });
});
