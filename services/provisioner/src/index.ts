export * from './config.js';
export * from './local-config.js';
export * from './permissions.js';
export * from './seeds.js';
export * from './server-config.js';
