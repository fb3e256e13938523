export * from './bindings.js';
export * from './in-force-parts.js';
export * from './in-force.js';
export * from './limits.js';
export * from './plan-hash.js';
export * from './profile.js';
export * from './profiles.js';
export * from './rung.js';
