export * from './books.js';
export * from './canonical-state.js';
export type { Breach } from './verify/breach.js';
export { ChainCheck } from './verify/chain.check.js';
export * from './verify/verifier.js';
export * from './explain/find-story.js';
export * from './explain/story.js';
export * from './pair-round.builders.js';
