export * from './actor.js';
export * from './clock.js';
export * from './book.js';
export * from './decider.js';
export * from './decimal.js';
export * from './ids.js';
export * from './instrument.js';
export * from './trading.js';
