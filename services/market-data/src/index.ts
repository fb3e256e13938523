export { marketDataModule } from './market-data.module.js';
export type { MarketDataOptions } from './market-data.options.js';
export { LastValues, NoLastValues, RedisLastValues } from './cache/last-values.js';
export { pastHours } from './candle/past-hours.js';
