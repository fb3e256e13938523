import type { Bench, BenchRow } from './bench.js';
import { contest } from './pairs.js';
import { RulesPortfolio } from './rules-portfolio.js';
import { median, quantile } from './statistics.js';

const FEW = 10;
const MANY = [1_000, 10_000] as const;
const BATCH = 200;

const microseconds = (ms: readonly number[]): string => `p50 ${(quantile(ms, 0.5) * 1_000).toFixed(0)} µs, p99 ${(quantile(ms, 0.99) * 1_000).toFixed(0)} µs`;

export const rulesBench: Bench = {
  name: 'rules',
  about: 'Every risk rule over one plan, guards and hard stops included, from the folds to the decision: with 1,000 and 10,000 bots that each have a trade, positions and an order open in the portfolio and hard stops of their own, and as many orders again open in the account that plans, against the same with 10. What is compared is ours with ours: it must not grow.',
  async run({ quick, progress }) {
    const rows: BenchRow[] = [];
    const few = new RulesPortfolio(FEW);
    for (const bots of MANY) {
      const many = new RulesPortfolio(bots);
      const all: Record<'few' | 'many', number[]> = { few: [], many: [] };
      const batch = (portfolio: RulesPortfolio, into: number[]): Promise<number> => {
        const taken = Array.from({ length: BATCH }, () => portfolio.judge());
        into.push(...taken);
        return Promise.resolve(median(taken));
      };
      const result = await contest({ rounds: quick ? 8 : 30, ours: () => batch(many, all.many), peer: () => batch(few, all.few) }, progress);
      rows.push({ what: `all rules for one plan, ${bots.toLocaleString('en-US')} bots and orders`, ours: microseconds(all.many), peer: `${microseconds(all.few)} with ${FEW}`, ratio: result.oursOverPeer, bound: { atMost: 1.5 } });
    }
    return rows;
  },
};
