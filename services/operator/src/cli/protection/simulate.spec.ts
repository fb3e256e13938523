import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { ballast } from '../story.fixtures.js';

const folder = mkdtempSync(join(tmpdir(), 'candles-'));
afterAll(() => rmSync(folder, { recursive: true }));

const START = Date.UTC(2025, 9, 9);
/** A day at 100, 21 candles of 5 min down to 79, and back. */
const closes = [...Array.from({ length: 300 }, () => 100), ...Array.from({ length: 21 }, (_, index) => 99 - index), ...Array.from({ length: 60 }, (_, index) => Math.min(101, 80 + index))];
const csv = ['date,open,high,low,close', ...closes.map((close, index) => {
  const open = closes[index - 1] ?? close;
  return `${START + index * 300_000},${open},${Math.max(open, close)},${Math.min(open, close)},${close}`;
})].join('\n');
const [file, unnamed] = [join(folder, 'ETH_5m.csv.gz'), join(folder, 'candles.csv')];
writeFileSync(file, gzipSync(csv));
writeFileSync(unnamed, csv);
/** 0.1 % of $10,000, paid while it still is at 100. */
const rates = join(folder, 'funding.csv');
writeFileSync(rates, `date,open\n${START + 20 * 3_600_000},0.001\n`);

const simulate = (...argv: readonly string[]) => ballast(['protection', 'simulate', ...argv]);

describe('ballast protection simulate (C-62)', () => {
  it('shows who survives a fall by leverage, what it took, and why settings are refused', async () => {
    const { code, out, err } = await simulate('--candles', file, '--side', 'long', '--leverage', '2,5,10', '--cap-of', 'notional');
    expect([code, err]).toEqual([0, '']);
    const rows = out.split('\n').filter((line) => line.includes('LONG') && line.includes('│'));
    expect(rows[0]).toContain('survives');
    expect(rows[1]).toMatch(/5 % \/ 15 % +│ liquidated .*│ liquidated .*│ survives, \+\$87; used \$/);
    expect(rows[2]).toContain('refused (C-9); offered 3.11 % / 7.11 %');
    expect(out).toContain('LONG at 10 x is refused: safeDistance: found 15 % with a hysteresis of 1 %');
  });

  it('tells the share that survives of several entries, of one mode, as JSON where asked', async () => {
    const { out } = await simulate('--candles', file, '--leverage', '5', '--side', 'long', '--mode', 'increment', '--entries', '3');
    expect(out).toContain('0 of 3 survive');
    expect(out).not.toContain('smart');
    const { out: document } = await simulate('--candles', unnamed, '--coin', 'ETH', '--leverage', '5', '--side', 'long', '--cap-of', 'notional', '--funding-rate', '0', '--json');
    expect(JSON.parse(document)).toMatchObject({ coin: 'ETH', cases: [{ side: 'LONG', leverage: '5', refused: [], without: [{ pnl: '-1885.96998325' }], smart: [{ lost: '0', pnl: '90.955', fees: '9.045' }], reduce: [{ reductions: 0, kept: '1' }] }] });
  });

  it('counts recorded funding where it is given, else a stated rate, and shows what the policy reduce keeps of a position whose cap is reached', async () => {
    const asked = ['--candles', file, '--leverage', '5', '--side', 'long', '--cap-share', '0.1', '--json'];
    const pnlOf = async (...argv: readonly string[]) => {
      const { out } = await simulate(...asked, ...argv);
      const { cases: [{ without: [bare], reduce: [reduced] }] } = JSON.parse(out) as { readonly cases: readonly [{ readonly without: readonly [{ readonly funding: string }]; readonly reduce: readonly [{ readonly kept: string; readonly reductions: number }] }] };
      return [bare.funding, reduced.reductions > 0, reduced.kept.startsWith('0.')];
    };
    expect(await pnlOf('--funding', rates)).toEqual(['-10', true, true]);
    expect(await pnlOf('--funding-rate', '0')).toEqual(['0', true, true]);
    expect((await simulate(...asked.slice(0, -1))).out).toMatch(/\d+ % kept by \d orders?; used \$200/);
  });

  it.each([
    [['--candles', file, '--funding', join(folder, 'none.csv')], 'allowed is a CSV file of funding rates'],
    [['--candles', join(folder, 'none.csv')], 'which does not exist'],
    [['--candles', unnamed], '--coin: found no BTC, ETH, SOL in the name'],
    [['--candles', file, '--day', 'yesterday'], '--day: found "yesterday"'],
    [['--candles', file, '--day', '2025-12-24'], 'found no candle on 2025-12-24'],
    [['--candles', file, '--mode', 'clever'], '--mode'],
  ])('refuses what it does not understand: %j', async (argv, text) => {
    const { code, err } = await simulate(...argv);
    expect([code, err]).toEqual([2, expect.stringContaining(text)]);
  });
});

it('ballast protection tables writes into the marked part of its page alone, and into no other page', async () => {
  const page = join(folder, 'page.md');
  writeFileSync(page, '# Page\n');
  const { code, err } = await ballast(['protection', 'tables', '--data', folder, '--page', page]);
  expect([code, err]).toEqual([2, expect.stringContaining('found no <!-- simulated: begin -->')]);
  expect(readFileSync(page, 'utf8')).toBe('# Page\n');
});
