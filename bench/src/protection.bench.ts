import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Bench, BenchRow } from './bench.js';
import { contest } from './pairs.js';
import { fallAndBack, ProtectedBots } from './protected-bots.js';
import { median, quantile } from './statistics.js';

const BOTS = 10_000;
const FEW = 100;
const BATCH = 20;
const PRICES = 600;

const microseconds = (ms: readonly number[]): string => `p50 ${(quantile(ms, 0.5) * 1_000).toFixed(1)} µs, p99 ${(quantile(ms, 0.99) * 1_000).toFixed(0)} µs`;

function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed;
}

/** What 10,000 bots hold: settings shared, states, positions and their places in the index. */
function memoryRow(): BenchRow {
  const before = heapUsed();
  const bots = new ProtectedBots(BOTS);
  const held = heapUsed() - before;
  bots.byIndex(fallAndBack(0, PRICES));
  return { what: 'memory of one protected bot', ours: `${(held / BOTS / 1_024).toFixed(2)} KiB`, peer: '', note: `${(held / 1_048_576).toFixed(1)} MiB for ${BOTS.toLocaleString('en-US')}` };
}

export const protectionBench: Bench = {
  name: 'protection',
  about: 'One price for 10,000 protected positions in its instrument, while it falls by 4 % and comes back: the bots that it concerns are found by the index of trigger prices, judged by the decider, their transfers settled and the bots put back to wait, against the same where every price is compared with every bot\'s trigger prices. Then a price that concerns nobody, with 10,000 bots against 100. No network and no log in it.',
  async run({ quick, progress }) {
    const rounds = quick ? 8 : PRICES / BATCH;
    const [indexed, scanned] = [new ProtectedBots(BOTS), new ProtectedBots(BOTS)];
    const all: Record<'index' | 'scan', number[]> = { index: [], scan: [] };
    const batch = (round: number, into: number[], one: (step: number) => number): Promise<number> => {
      const taken = Array.from({ length: BATCH }, (_, index) => one(round * BATCH + index));
      into.push(...taken);
      return Promise.resolve(median(taken));
    };
    const length = (rounds + 1) * BATCH;
    const crash = await contest({
      rounds,
      ours: (round) => batch(round, all.index, (step) => indexed.byIndex(fallAndBack(step, length))),
      peer: (round) => batch(round, all.scan, (step) => scanned.byScan(fallAndBack(step, length))),
    }, progress);
    if (indexed.decisions !== scanned.decisions || indexed.transfers !== scanned.transfers) throw new Error(`the index judged ${indexed.decisions} times and moved ${indexed.transfers} transfers, the scan ${scanned.decisions} and ${scanned.transfers}`);
    const [many, few] = [new ProtectedBots(BOTS), new ProtectedBots(FEW)];
    const calm: Record<'many' | 'few', number[]> = { many: [], few: [] };
    const quiet = await contest({
      rounds: quick ? 8 : 30,
      ours: (round) => batch(round, calm.many, (step) => many.byIndex(fallAndBack(step % 7, 1_000_000))),
      peer: (round) => batch(round, calm.few, (step) => few.byIndex(fallAndBack(step % 7, 1_000_000))),
    }, progress);
    const each = (indexed.decisions / length).toFixed(1);
    return [
      { what: `a price in a crash, ${BOTS.toLocaleString('en-US')} bots`, ours: microseconds(all.index), peer: microseconds(all.scan), ratio: crash.oursOverPeer, bound: { atMost: 0.2 }, note: `${each} bots judged at a price, ${indexed.transfers.toLocaleString('en-US')} transfers in ${length.toLocaleString('en-US')} prices, the same by both` },
      { what: `a price that concerns nobody, ${BOTS.toLocaleString('en-US')} bots`, ours: microseconds(calm.many), peer: `${microseconds(calm.few)} with ${FEW}`, ratio: quiet.oursOverPeer, bound: { atMost: 2 }, note: `${many.decisions + few.decisions} judged` },
      memoryRow(),
    ];
  },
};
