export * from './catalogue.js';
export * from './event-loop.js';
export * from './gauge.js';
export * from './health-server.js';
export * from './logger.js';
export * from './metrics.js';
