export { partOf } from './desk/call-weights.js';
export { quantile } from './desk/acceptance.js';
export { ProcessStorm, type Weathered } from './desk/process-storm.js';
