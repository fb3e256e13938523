export { csvOf } from './export/csv.js';
export { reportText } from './export/report-text.js';
export { type SliceRow, SLICE_COLUMNS, sliceRows, type TradeRow, TRADE_COLUMNS, tradeRows } from './export/rows.js';
export type { OrderLine, TradeLine } from './export/lines.js';
export { type PnlAssumptions, type PnlProjection, projectPnl } from './projection/pnl-projection.js';
export { reportingModule, type ReportingOptions } from './reporting.module.js';
export { ReadModels } from './summary/read-models.js';
export { summarise } from './summary/summary.js';
export type { Provenance, Scope, Summary } from './summary/summary.types.js';
