import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DecimalError } from '@ballast/domain';
import { CandleError, candlesOf, type CandleSeries, fundingOf, type FundingPoint, HYPERLIQUID_TIERS } from '@ballast/protection';
import { WrongUsage } from '../io.js';

export type Coin = keyof typeof HYPERLIQUID_TIERS;
export const COINS = Object.keys(HYPERLIQUID_TIERS) as readonly Coin[];

function readCsv<Read>(option: string, path: string, what: string, of: (csv: string) => Read): Read {
  if (!existsSync(path)) throw new WrongUsage(`${option}: found "${path}", which does not exist; allowed is a CSV file of ${what}, packed (.gz) or not`);
  const bytes = readFileSync(path);
  try {
    return of((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
  } catch (error) {
    if (error instanceof CandleError || error instanceof DecimalError) throw new WrongUsage(`${option}: ${path}: ${error.message}`);
    throw error;
  }
}

/** Reads a file of candles, packed or not. @throws WrongUsage where there is none, or it holds something else */
export const readCandles = (option: string, path: string): CandleSeries => readCsv(option, path, 'candles', candlesOf);

/** Reads a file of funding settlements, packed or not. @throws WrongUsage where there is none, or it holds something else */
export const readFunding = (option: string, path: string): readonly FundingPoint[] => readCsv(option, path, 'funding rates', fundingOf);

/** The coin that a file is named after. @throws WrongUsage for a name with none of them */
export function coinOf(path: string): Coin {
  const coin = COINS.find((name) => basename(path).includes(name));
  if (!coin) throw new WrongUsage(`--coin: found no ${COINS.join(', ')} in the name of "${path}", allowed is to say which it is`);
  return coin;
}
