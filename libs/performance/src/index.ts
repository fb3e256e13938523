export * from './account-book.js';
export * from './curve.js';
export { EquityCurveFold, type EquityCurves } from './equity-curve.projection.js';
export * from './periods.js';
export * from './statistics.js';
export { TradeRecordFold, type TradeRecords } from './trade-record.projection.js';
export * from './trade-record.js';
