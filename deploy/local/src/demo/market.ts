import type { Ms } from '@ballast/domain';
import { GeneratedMarket, MarketDataError, type MarketSource, NADO_INSTRUMENTS, RecordedMarket } from '@ballast/venues';
import type { PaperMarketChoice } from '../stack/ballast-stack.js';
import { type DemoConfig, GENERATED_MINUTES, paceOf } from './config.js';
import { provenanceTexts } from './provenance.js';

const MINUTE_MS = 60_000;
/** Positions are left while there still is a book to leave them into: the least market time for it … */
const WIND_DOWN_MS: Ms = 90_000;
/** … and the least wall time, since every step of it goes through processes. */
const WIND_DOWN_WALL_MS = 6_000;
/** Of a market that is short for its speed no more than this share is kept for it. */
const WIND_DOWN_SHARE = 1 / 3;
const GENERATED_RESERVE_MINUTES = 4;

/** The market of a run: what the venue is told, and what is known of it before. */
export interface DemoMarket {
  readonly choice: PaperMarketChoice;
  readonly startTime: Ms;
  /** Market time at which the bot is stopped, ms. */
  readonly endAt: Ms;
  /** Where it comes from and what is assumed beside it, by subject. */
  readonly provenance: Readonly<Record<string, string>>;
}

/** Reads the data once, so that what is wrong with it is said before anything starts. @throws MarketDataError */
export function demoMarket(config: DemoConfig, instruments: readonly string[]): DemoMarket {
  const { data, seed, minutes } = config;
  const durationMinutes = (minutes ?? GENERATED_MINUTES) + GENERATED_RESERVE_MINUTES;
  const source: MarketSource = data === undefined ? new GeneratedMarket({ seed, durationMs: durationMinutes * MINUTE_MS, coins: coinsOf(instruments) }) : recordedMarket(data, instruments);
  const length = source.endTime - source.startTime;
  const last = source.endTime - windDownMs(paceOf(config), length);
  const endAt = minutes === undefined ? last : Math.min(last, source.startTime + minutes * MINUTE_MS);
  if (endAt <= source.startTime) throw new MarketDataError(`${data ?? 'generated market'}: found ${Math.floor(length / 1_000)} s of market time, allowed is more than the ${WIND_DOWN_MS / 1_000} s that leaving positions may take`);
  return { choice: { data, seed, durationMinutes }, startTime: source.startTime, endAt, provenance: provenanceTexts(source) };
}

/** Recorded books of every one of these instruments. @throws MarketDataError naming those that the data has no book of */
export function recordedMarket(path: string, instruments: readonly string[]): RecordedMarket {
  const wanted = coinsOf(instruments);
  const market = new RecordedMarket({ path, coins: wanted });
  const found = NADO_INSTRUMENTS.filter(({ productId }) => market.productIds.includes(productId)).map(({ base }) => base);
  const missing = wanted.filter((coin) => !found.includes(coin));
  if (missing.length > 0) throw new MarketDataError(`${path}: found order books of ${found.join(', ')}, none of ${missing.join(', ')}; allowed is a folder with *_<COIN>_<period>_book20.csv(.gz) for each of ${wanted.join(', ')}`);
  return market;
}

/** The market time at the end of a market in which nothing new is opened, ms. */
function windDownMs(pace: number | undefined, length: Ms): Ms {
  return Math.max(WIND_DOWN_MS, Math.min(Math.ceil((pace ?? 0) * WIND_DOWN_WALL_MS), Math.floor(length * WIND_DOWN_SHARE)));
}

const coinsOf = (instruments: readonly string[]): readonly string[] => instruments.map((instrument) => instrument.replace(/-PERP$/, ''));
