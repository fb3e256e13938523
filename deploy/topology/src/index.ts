export { JOBS, NATS_RELOADER } from './jobs.js';
export * from './process.js';
export { SERVICES } from './services.js';
export * from './strategy-manifest.js';
export * from './topology.js';
