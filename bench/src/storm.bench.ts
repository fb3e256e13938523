import type { Ms } from '@ballast/domain';
import { partOf, ProcessStorm, quantile } from '@ballast/tests';
import type { Bench, BenchRow } from './bench.js';

/** After the first moment at which the venue would accept what a deposit needs. */
const WAIT_MS_MAX: Ms = 2_000;
/** Reconciliation, checks far from danger, contract terms and analytics: they starve first (R82). */
const STARVE_FIRST = [3, 4, 5];
const PART_MAX = 0.1;

const waits = (ms: readonly Ms[]): string => `p50 ${quantile(ms, 0.5)} ms, p99 ${quantile(ms, 0.99)} ms`;
const percent = (part: number): string => `${(part * 100).toFixed(1)} %`;
/** One figure of one run: its interval is itself. */
const of = (figure: number, allowed: number): Pick<BenchRow, 'ratio' | 'bound'> => ({ ratio: { low: figure / allowed, median: figure / allowed, high: figure / allowed }, bound: { atMost: 1 } });

export const stormBench: Bench = {
  name: 'storm',
  about: 'How long what a deposit needs waits though the venue has room for it: ten protected accounts whose price slides 20 % in 60 s at a venue that answers 429 to all but a fifth of its budget, every service a process, one call budget in Redis; how long the orders of another bot take meanwhile, and what the venue takes of what is less urgent. The ratio is to what is allowed. It goes by the wall clock, so it is measured here, on a machine that does nothing else: `tests/src/protection-storm.spec.ts` claims the same in virtual time, on any machine.',
  async run({ quick, progress }) {
    if (quick) return [];
    const desk = await ProcessStorm.start();
    try {
      progress('every position is open and protected');
      const { deposits, orders, weights, broken, depositedTo, liquidated } = await desk.weather();
      if (broken.length > 0) throw new Error(`storm: found ${broken.join('; ')}; allowed is nothing of it`);
      const { freeFunds, prepare, send } = deposits;
      const all = [...freeFunds, ...prepare, ...send];
      const limited = orders.flatMap(({ ms, limited: met }) => (met ? [ms] : []));
      const part = partOf(weights, STARVE_FIRST);
      progress(`after the first 429 the venue took ${[...weights].map(([call, weight]) => `${call}: ${weight}`).join(', ')}`);
      return [
        { what: 'the calls of a deposit, from when the venue has room', ours: waits(all), peer: `${WAIT_MS_MAX} ms`, ...of(quantile(all, 0.99), WAIT_MS_MAX), note: `${send.length} deposits to ${depositedTo} of ten accounts, ${liquidated} of them liquidated; books whole, nothing paid twice, no cap passed; p99 of the wallet's balance ${quantile(freeFunds, 0.99)} ms, preparing ${quantile(prepare, 0.99)} ms, sending ${quantile(send, 0.99)} ms` },
        { what: 'weight of questions of priority 3 to 5 after the first 429', ours: percent(part), peer: percent(PART_MAX), ...of(part, PART_MAX), note: `accounts in danger are read at priority 2 (C-64): ${percent(partOf(weights, [2]))} of the weight with what deposits need` },
        { what: 'an order, from its durable intent to the venue\'s word', ours: waits(orders.map(({ ms }) => ms)), peer: '', note: `${orders.length} orders, each that met a 429 from when the venue had room for it: ${limited.length}, ${waits(limited)}` },
      ];
    } finally {
      await desk.stop();
    }
  },
};
