import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { summaryTable } from '../demo/summary-table.js';
import { ArgumentsError, backtestArguments } from './arguments.js';
import { backtest } from './backtest.js';

describe('the back-test', () => {
  let folder = '';
  const run = (...argv: readonly string[]): ReturnType<typeof backtest> => backtest(backtestArguments(['--out', join(folder, 'out'), ...argv]), () => performance.now());

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ballast-backtest-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('trades the pair bot on the generated market, proves its log and writes the report of the demonstration', async () => {
    const { outcome, failures } = await run('--strategy', 'dn-pair', '--minutes', '4', '--seed', '7');
    expect(failures).toEqual([]);
    expect(outcome.summary.cycles.completed).toBeGreaterThan(1);
    expect(outcome.isFlat).toBe(true);
    expect(outcome.proofs).toMatchObject({ verify: { ok: true, breaches: 0 }, rebuild: { equalsLive: true } });
    for (const name of ['summary.json', 'trades.csv', 'slices.csv', 'report.md']) expect([name, existsSync(outcome.files[name] ?? '')]).toEqual([name, true]);
    const written = JSON.parse(readFileSync(outcome.files['summary.json'] ?? '', 'utf8')) as { rebuild: { hash: string }; provenance: { market: string } };
    expect([written.rebuild.hash, written.provenance.market]).toEqual([outcome.proofs.rebuild.hash, 'generated']);
    expect(summaryTable(outcome, failures)).toContain('everything holds');
  }, 120_000);

  it('names the field of settings that do not hold, and the strategies where there is no such one', async () => {
    const file = join(folder, 'settings.json');
    writeFileSync(file, '{"mode":"cycle","instrumentA":"ETH-PERP","instrumentB":"ETH-PERP","targetNotional":"100","costBudgetBps":"25","dailyCostBudget":"10"}');
    await expect(run('--strategy', 'dn-pair', '--config', file)).rejects.toThrow('instrumentB: found "ETH-PERP", allowed is an instrument other than instrumentA');
    await expect(run('--strategy', 'dn-pear')).rejects.toThrow('strategy: found "dn-pear", allowed is one of the folders of services/strategies: dn-pair');
  });

  it('names the coins that the market has no books of, recorded or generated', async () => {
    const config = join(folder, 'doge.json');
    writeFileSync(config, '{"mode":"cycle","instrumentA":"ETH-PERP","instrumentB":"DOGE-PERP","targetNotional":"100","costBudgetBps":"25","dailyCostBudget":"10"}');
    await expect(run('--strategy', 'dn-pair', '--config', config)).rejects.toThrow('coins: found DOGE, allowed are BTC, ETH, SOL');
    const data = join(folder, 'eth-only');
    mkdirSync(data);
    const rows = [0, 1_000].map((at) => `1,${1_700_000_000_000 + at},1999.9,1.25,2000.1,2`);
    writeFileSync(join(data, 'x_ETH_day_book20.csv'), ['timestamp,exchange_timestamp,bid_price_0,bid_size_0,ask_price_0,ask_size_0', ...rows, ''].join('\n'));
    await expect(run('--strategy', 'dn-pair', '--data', data)).rejects.toThrow('found order books of ETH, none of SOL');
  });

  it('names the profiles there are, and the least market time', () => {
    expect(() => backtestArguments(['--strategy', 'dn-pair', '--profile', 'nosuch', '--minutes', '0'])).toThrow(/--minutes: found "0", allowed is a whole number from 1 to 1440.*--profile: found "nosuch", allowed is one of .*demo/);
  });

  it('names every argument that does not fit, and those it knows', () => {
    expect(() => backtestArguments(['--minutes', 'ten', '--deposit', '0', '--data', 'nowhere'])).toThrow(ArgumentsError);
    expect(() => backtestArguments(['--minutes', 'ten', '--deposit', '0', '--data', 'nowhere'])).toThrow(/--minutes: found "ten".*--data: found "nowhere".*--strategy: found nothing.*--deposit: found "0"/);
    expect(() => backtestArguments(['--strategi', 'x'])).toThrow(/allowed are --strategy, --data/);
  });
});
