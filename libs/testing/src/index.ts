export * from './nats-server.js';
export * from './ports.js';
export * from './processes.js';
export * from './processes-binary.js';
export * from './processes-identity.js';
export * from './redis-server.js';
export * from './scenario.js';
export * from './test-authority.js';
