export * from './strategies.js';
export * from './supervisor/child-spec.js';
export * from './supervisor/local-stack.js';
export * from './supervisor/stop-everything.js';
export type { RestartPolicy, SupervisedChild } from './supervisor/supervised-child.js';
export * from './backtest/memory-desk.js';
export { ballastStack, type BallastStack, SERVICES } from './stack/ballast-stack.js';
export { prove, type Proofs } from './demo/proofs.js';
