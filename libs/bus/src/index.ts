export * from './ports/dead-letters.js';
export * from './ports/envelope.js';
export * from './ports/event-store.js';
export * from './ports/event-streams.js';
export * from './ports/market.js';
export * from './ports/requests.js';
