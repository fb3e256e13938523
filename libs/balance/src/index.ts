export * from './balanced-quantities.js';
export { everyPair } from './brute-force.js';
