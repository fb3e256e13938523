import { readFileSync } from 'node:fs';
import { HYPERLIQUID_BUCKETS, NADO_BUCKETS, NADO_PRICES_PER_SECOND, reachableRefreshMs, refreshBudgetOf } from '@ballast/venues';
import { expect, it } from 'vitest';

const PAGE = readFileSync(new URL('../../docs/protection.md', import.meta.url), 'utf8');
/** What one account's state weighs at both venues (venues.md §1.8, §3.3). */
const WEIGHT = 2;
const budgets = [refreshBudgetOf(NADO_BUCKETS.ip, WEIGHT, NADO_PRICES_PER_SECOND), refreshBudgetOf(HYPERLIQUID_BUCKETS.ip, WEIGHT)];

it.each([10, 35, 50, 100, 500])('the page of protection tells how often %i accounts in danger at once can be read', (danger) => {
  const seconds = budgets.map((budget) => Math.round((reachableRefreshMs({ danger }, budget)[0]?.reachableMs ?? 0) / 1_000));
  expect(PAGE).toContain(`| ${danger} | ${seconds.map((count) => `${count} s`).join(' | ')} |`);
});

it('and how often a thousand that are far from it, with nobody in danger', () => {
  const [nado, hyperliquid] = budgets.map((budget) => Math.round((reachableRefreshMs({ far: 1_000 }, budget)[3]?.reachableMs ?? 0) / 1_000));
  expect(PAGE).toContain(`1,000 of them and nobody in danger: ${nado} s on Nado, ${hyperliquid} s on Hyperliquid`);
});
