import type { Book, Instrument, Ms, Price, Quantity, Ratio, Side } from '@ballast/domain';

export interface MarketMessages {
  book: Book;
  trade: { readonly instrument: string; readonly tradeId: string; readonly side: Side; readonly price: Price; readonly quantity: Quantity; readonly time: Ms };
  /** `time` is that of the oracle price, and of the mark too where that has no time of its own. */
  price: { readonly instrument: string; readonly markPrice: Price; readonly oraclePrice: Price; readonly time: Ms; readonly markTime?: Ms };
  funding: { readonly instrument: string; readonly rateHourly: Ratio; readonly time: Ms };
  candle: { readonly instrument: string; readonly intervalMs: Ms; readonly openTime: Ms; readonly open: Price; readonly high: Price; readonly low: Price; readonly close: Price; readonly volume: Quantity };
  feed: { readonly instrument: string; readonly state: 'UP' | 'GAP' | 'RESYNCED' | 'DOWN' | 'STALE'; readonly reason: string; readonly time: Ms };
  /** The venue's contract terms now in force. */
  instrument: Instrument;
}
export const MARKET_KINDS = ['book', 'trade', 'price', 'funding', 'candle', 'feed', 'instrument'] as const;
export type MarketKind = (typeof MARKET_KINDS)[number];

/** Market data on `mkt.<kind>.<instrument>`: the last value counts, nothing is kept. */
export abstract class Market {
  /** Last value seen, whatever its age: whoever decides on it checks `time` against the clock. */
  abstract latest<Kind extends MarketKind>(kind: Kind, instrument: string): MarketMessages[Kind] | undefined;
  /** Only market-data publishes. */
  abstract publish<Kind extends MarketKind>(kind: Kind, instrument: string, message: MarketMessages[Kind]): void;
  /** Hears every message of this kind; a slow listener gets the latest per instrument and the rest is counted as skipped. The last values known are told first. */
  abstract on<Kind extends MarketKind>(kind: Kind, listen: (message: MarketMessages[Kind]) => void): void;
}
