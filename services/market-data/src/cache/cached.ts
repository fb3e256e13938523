import { IsInt, Matches, Min } from 'class-validator';
import { type Ms, type Price, price, type Quantity, quantity } from '@ballast/domain';
import { ContractError, decodeAs, DecimalField, Nested } from '@ballast/events';
import type { Candle } from '../candle/candle-builder.js';

class CachedCandle {
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  @IsInt() @Min(1) readonly intervalMs!: Ms;
  @IsInt() @Min(0) readonly openTime!: Ms;
  @DecimalField(price) readonly open!: Price;
  @DecimalField(price) readonly high!: Price;
  @DecimalField(price) readonly low!: Price;
  @DecimalField(price) readonly close!: Price;
  @DecimalField(quantity) readonly volume!: Quantity;
}

class CachedCandles {
  @Nested(() => CachedCandle, { array: true }) readonly candles!: readonly CachedCandle[];
}

/** The last book that was published: its number and the venue's time of it; zeros where none is cached. */
export interface LastBook {
  readonly sequence: number;
  readonly exchangeTime: Ms;
}

export function cachedBook(json: unknown): LastBook {
  const { sequence, exchangeTime } = (typeof json === 'object' && json !== null ? json : {}) as Readonly<Record<string, unknown>>;
  const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
  return isNumber(sequence) && isNumber(exchangeTime) ? { sequence, exchangeTime } : { sequence: 0, exchangeTime: 0 };
}

/** The cached candles that are candles; a cache of another release is no reason to fail. */
export function cachedCandles(json: unknown): readonly Candle[] {
  try {
    return json === undefined ? [] : decodeAs(CachedCandles, { candles: json }).candles;
  } catch (error) {
    if (error instanceof ContractError) return [];
    throw error;
  }
}
