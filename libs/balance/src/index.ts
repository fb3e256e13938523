export { type SingleInput, singleQuantity } from './single-quantity.js';
export * from './absorption.js';
export * from './balanced-quantities.js';
export { everyPair } from './brute-force.js';
export { ResidualFold } from './residuals.projection.js';
