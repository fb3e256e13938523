export { executionModule } from './execution.module.js';
export type { ExecutionOptions } from './options.js';
export { RetryTimer, VirtualRetryTimer, WallRetryTimer } from './venue/retry-timer.js';
export { tradeDecider } from './trade/trade.decider.js';
export { positionDecider, positionIdOf } from './position/position.decider.js';
export { reconciliationDecider } from './reconciliation/reconciliation.decider.js';
export type { TradeState } from './trade/trade.state.js';
