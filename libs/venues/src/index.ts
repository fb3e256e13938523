export * from './venue-adapter.js';
