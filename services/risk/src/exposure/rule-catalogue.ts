import type { PolicyInForce } from '@ballast/policy';
import { STOP_RULE_NAMES, stopRulesBound } from '../stops/stop-verdicts.js';
import { GUARD_RULES, guardsBound } from './guard-rules.js';

/** Rules that every plan meets whatever its bot binds, in the order in which they are recorded. */
export const EVERY_PLAN: readonly string[] = [
  'absolute-leverage', 'profile-leverage', 'leg-half', 'position-table', 'profile-leg', 'profile-leg-minimum', 'daily-volume', 'daily-trades', 'residual',
  'trading-state', 'bot-account', 'plan-hash', 'trade-once', 'lot-grid', 'venue-minimum', 'imbalance', 'slippage', 'depth', 'expiry', 'market-data-age', 'account-state-age',
];

/** Whether one leg may be held by itself: met where a profile allows it, and by every plan of one leg. */
const ONE_LEG = 'one-leg';

/** Every rule there is but `bot-deleted`, which no policy puts in force: what is still planned for a deleted bot meets it, and is refused. */
export const RULES: readonly string[] = [...EVERY_PLAN, ONE_LEG, ...GUARD_RULES, ...STOP_RULE_NAMES];

/** Rules that a plan under this policy meets. */
export const rulesInForce = (policy: PolicyInForce | undefined): readonly string[] => [...EVERY_PLAN, ...(policy?.directional ? [ONE_LEG] : []), ...guardsBound(policy?.guards), ...stopRulesBound(policy)];
