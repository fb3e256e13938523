import { Decimal, type Notional } from '@ballast/domain';

const SECONDS_PER_DAY = 86_400;
const MINUTES_PER_DAY = 1_440;

export interface Rates {
  /** Quote currency a second: money, not requests (C-18). */
  readonly dollarsPerSecond: Decimal;
  readonly tradesPerSecond: Decimal;
  /** Time that each trade has for itself, if one stands at a time. */
  readonly secondsPerTrade: Decimal;
  /** Requests to the venue, on average: what a call budget is compared with. */
  readonly messagesPerMinute: Decimal;
}

/** What a day's volume is in a second (C-18): $1,000,000 in 1,000 trades = $11.57 a second and 0.012 trades a second. */
export const ratesOf = (dailyVolume: Notional, tradesPerDay: number, messagesPerTrade: number): Rates => ({
  dollarsPerSecond: dailyVolume.div(SECONDS_PER_DAY),
  tradesPerSecond: new Decimal(tradesPerDay).div(SECONDS_PER_DAY),
  secondsPerTrade: new Decimal(SECONDS_PER_DAY).div(tradesPerDay),
  messagesPerMinute: new Decimal(tradesPerDay).times(messagesPerTrade).div(MINUTES_PER_DAY),
});
