import { notional, ratio } from '@ballast/domain';
import type { HyperliquidModel } from '../liquidation/model.js';

const tiers = (first: string, from: string, then: string): HyperliquidModel => ({
  venue: 'hyperliquid', tiers: [{ fromNotional: notional('0'), maxLeverage: ratio(first) }, { fromNotional: notional(from), maxLeverage: ratio(then) }],
});

/** Largest leverages by notional as the venue lists them (venues.md §3.3). */
export const HYPERLIQUID_TIERS: Readonly<Record<'BTC' | 'ETH' | 'SOL', HyperliquidModel>> = { BTC: tiers('40', '150000000', '20'), ETH: tiers('25', '100000000', '15'), SOL: tiers('20', '70000000', '10') };
