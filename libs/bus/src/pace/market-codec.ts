import { bps, type Level, notional, price, quantity, ratio } from '@ballast/domain';
import type { MarketKind, MarketMessages } from '../ports/market.js';

type Wire = Record<string, unknown>;
const text = (value: unknown): string => value as string;
const levels = (rows: unknown): readonly Level[] => (rows as readonly Wire[]).map((row) => ({ price: price(text(row['price'])), quantity: quantity(text(row['quantity'])) }));

/** From the wire's JSON to value types; market data is written by one service of ours only, and is not judged twice. */
const READERS: { readonly [Kind in MarketKind]: (json: Wire) => MarketMessages[Kind] } = {
  book: (json) => ({ ...(json as unknown as MarketMessages['book']), bids: levels(json['bids']), asks: levels(json['asks']) }),
  trade: (json) => ({ ...(json as unknown as MarketMessages['trade']), price: price(text(json['price'])), quantity: quantity(text(json['quantity'])) }),
  price: (json) => ({ ...(json as unknown as MarketMessages['price']), markPrice: price(text(json['markPrice'])), oraclePrice: price(text(json['oraclePrice'])) }),
  funding: (json) => ({ ...(json as unknown as MarketMessages['funding']), rateHourly: ratio(text(json['rateHourly'])) }),
  candle: (json) => ({
    ...(json as unknown as MarketMessages['candle']),
    open: price(text(json['open'])),
    high: price(text(json['high'])),
    low: price(text(json['low'])),
    close: price(text(json['close'])),
    volume: quantity(text(json['volume'])),
  }),
  feed: (json) => json as unknown as MarketMessages['feed'],
  instrument: (json) => ({
    ...(json as unknown as MarketMessages['instrument']),
    lotSize: quantity(text(json['lotSize'])),
    tickSize: price(text(json['tickSize'])),
    notionalMin: notional(text(json['notionalMin'])),
    makerFeeBps: bps(text(json['makerFeeBps'])),
    takerFeeBps: bps(text(json['takerFeeBps'])),
    initialMarginRatio: ratio(text(json['initialMarginRatio'])),
    maintenanceMarginRatio: ratio(text(json['maintenanceMarginRatio'])),
  }),
};

/** Reads a message as it came off a wire of JSON text. */
export const readMarketMessage = <Kind extends MarketKind>(kind: Kind, json: unknown): MarketMessages[Kind] => READERS[kind](json as Wire);
