import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InMemoryEventStore } from '@ballast/bus';
import { ballast, type Ran, writeLog } from './story.fixtures.js';

const KINDS = ['standup', 'snapshot', 'tracker', 'slippage', 'weekly'];
/** What each writes beside its CSV of its own name. */
const MORE: Readonly<Record<string, readonly string[]>> = { slippage: ['slippage-buckets.csv'], weekly: ['weekly-criteria.csv'] };

describe('ballast report', () => {
  let store: InMemoryEventStore;
  let folder: string;
  const report = (...argv: readonly string[]): Promise<Ran> => ballast(['report', ...argv], { store }, { cwd: folder });
  const json = async (...argv: readonly string[]): Promise<unknown> => {
    const { code, out, err } = await report(...argv, '--json');
    expect([code, err]).toEqual([0, '']);
    return JSON.parse(out);
  };

  beforeEach(async () => {
    store = new InMemoryEventStore();
    await writeLog(store);
    folder = mkdtempSync(join(tmpdir(), 'ballast-report-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('makes the stand-up of the last day of the log (R108)', async () => {
    expect(await json('standup')).toMatchObject({
      period: { from: '2026-01-31T00:00:00.000Z', to: null }, attention: [],
      portfolios: [{ portfolioId: 'main', equityAtEnd: '1000.44389302', result: '0.44389302', transfers: '1000', unexplained: '0', results: { wins: 1, losses: 0, net: '0.44389302' }, bots: [{ botId: 'pair1', status: 'RUNNING' }] }],
    });
    expect((await report('standup')).out).toContain('## Portfolio main: ACTIVE');
  });

  it('tells each bot with its interval (R93), and each trade with its R and market (R106, R107)', async () => {
    expect(await json('snapshot')).toMatchObject({ bots: [{ botId: 'pair1', wins: 1, winRate: '1', winRateInterval: { low: '0.206549314377', high: '1' } }] });
    expect(await json('tracker')).toMatchObject({ trades: [{ tradeId: 'trade1', net: '0.44389302', riskBasis: 'COST_BUDGET', risk: '0.139032', rMultiple: '3.192739944761', legs: [{ instrument: 'ETH-PERP', depthNotional: '50000' }, { instrument: 'SOL-PERP' }] }] });
  });

  it('tells slippage by size (R50), and the week with its recommendation (R58)', async () => {
    expect(await json('slippage')).toMatchObject({ buckets: [{ bucket: '$0-1K', count: 1, avgEstimatedBps: '0.5' }, { bucket: '$1-5K', count: 0, avgRealizedBps: null }, {}, {}, {}, {}, { bucket: '$100K+' }] });
    expect(await json('weekly')).toMatchObject({ reports: [{ portfolioId: 'main', complete: false, recommendation: 'CONTINUE' }] });
    expect(await json('weekly', '--all', '--portfolio', 'main')).toMatchObject({ reports: [{ from: '2026-01-31T12:00:00.000Z' }] });
    expect(await json('weekly', '--from', '2026-01-31', '--to', '2026-02-01')).toMatchObject({ reports: [{ portfolioId: 'main', from: '2026-01-31T12:00:00.000Z', to: '2026-01-31T12:01:00.000Z' }] });
  });

  it.each(KINDS)('writes %s as Markdown, JSON and CSV, the same as it shows', async (kind) => {
    const { files } = (await json(kind, '--out', 'out')) as { readonly files: Readonly<Record<string, string>> };
    expect(readdirSync(join(folder, 'out')).sort()).toEqual([...(MORE[kind] ?? []), `${kind}.csv`, `${kind}.json`, `${kind}.md`].sort());
    const read = (name: string): string => readFileSync(files[name] ?? '', 'utf8');
    expect(JSON.parse(read(`${kind}.json`))).toEqual(await json(kind));
    expect(read(`${kind}.md`)).toBe(`${(await report(kind)).out}\n`);
    expect(read(`${kind}.csv`).trim().split('\n').length).toBeGreaterThan(1);
  });

  it('leaves out what is outside the period', async () => {
    expect(await json('snapshot', '--to', '2026-01-31T12:00:33Z')).toMatchObject({ combined: { trades: 0 } });
    expect(await json('snapshot', '--to', '2026-01-31T12:00:33.001Z')).toMatchObject({ combined: { trades: 1 } });
    expect(await json('snapshot', '--from', '2026-01-31T12:00:34Z')).toMatchObject({ combined: { trades: 0 } });
    expect(await json('standup', '--to', '2026-02-01')).toMatchObject({ period: { from: '2026-01-31T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' } });
    expect(await json('standup', '--day-start', '13h')).toMatchObject({ period: { from: '2026-01-30T13:00:00.000Z' } });
  });

  it.each(KINDS)('says of an empty log that there is nothing to report in %s', async (kind) => {
    store = new InMemoryEventStore();
    const { code, out, err } = await report(kind);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/no bot yet|No bots yet|nothing is measured|holds nothing of any portfolio/);
  });

  it.each<[readonly string[], number, string]>([
    [['yearly'], 2, 'standup, snapshot, tracker, slippage, weekly'],
    [['weekly', '--bot', 'pair1'], 2, '--portfolio'],
    [['weekly', '--portfolio', 'nobody'], 1, 'main'],
    [['standup', '--from', 'yesterday'], 2, '--from'],
    [['standup', '--from', '0:5'], 2, 'a period is of market time'],
    [['snapshot', '--from', '2026-01-31', '--to', '2026-01-31'], 2, 'before --to'],
    [['snapshot', '--bot', 'nobody'], 1, 'pair1'],
    [['tracker', '--portfolio', 'nobody'], 1, 'main'],
  ])('refuses %j with exit code %i and names %s', async (argv, exit, named) => {
    const { code, out, err } = await report(...argv);
    expect([code, out]).toEqual([exit, '']);
    expect(err).toContain(named);
    expect(err).toMatch(/next: /);
  });
});
