export * from './in-force.js';
export * from './plan-hash.js';
export * from './profile.js';
export * from './profiles.js';
