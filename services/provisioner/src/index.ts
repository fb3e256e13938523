export * from './config.js';
export * from './local-config.js';
export * from './permissions.js';
