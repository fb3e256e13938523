export * from './statistics.js';
export * from './pairs.js';
