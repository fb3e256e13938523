export * from './market-memory.js';
export * from './run-strategy.js';
export * from './scenario.js';
export * from './settings.js';
export * from './strategy.js';
export * from './strategy.module.js';
export { EXIT_RETRY_MS, LAPSE_MS } from './tick.js';
export { signalIdOf, tradeIdOf } from './signal.decider.js';
export { ContractError, DecimalField, Nested } from '@ballast/events';
