export { type BalanceInput, type BalanceResult, balancedQuantities, DEVIATION_RATIO_DEFAULT, IMBALANCE_RATIO_MAX } from './balance/balanced-quantities.js';
export { everyPair } from './balance/brute-force.js';
export { type TraceLog, traceLines } from './plan/plan-trace.js';
export { type SizingOptions, sizingModule } from './sizing.module.js';
