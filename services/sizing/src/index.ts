export { type BalanceInput, type BalanceResult, balancedQuantities, DEVIATION_RATIO_DEFAULT, everyPair, IMBALANCE_RATIO_MAX } from '@ballast/balance';
export { type TraceLog, traceLines } from './plan/plan-trace.js';
export { type SizingOptions, sizingModule } from './sizing.module.js';
