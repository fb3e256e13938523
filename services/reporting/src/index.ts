export { csvOf, type OrderLine, type Provenance, ReadModels, reportText, type Scope, SLICE_COLUMNS, type SliceRow, sliceRows, summarise, type Summary, TRADE_COLUMNS, type TradeLine, type TradeRow, tradeRows } from '@ballast/reports';
export { reportingModule, type ReportingOptions } from './reporting.module.js';
