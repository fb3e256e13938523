import type { Ms } from '@ballast/domain';
import { GeneratedMarket, type MarketSource, RecordedMarket } from '@ballast/venues';
import type { PaperMarketChoice } from '../stack/ballast-stack.js';
import { type DemoConfig, GENERATED_MINUTES } from './config.js';
import { provenanceTexts } from './provenance.js';

const MINUTE_MS = 60_000;
/** Positions are left while there still is a book to leave them into. */
const WIND_DOWN_MS: Ms = 90_000;
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
export function demoMarket({ data, seed, minutes }: DemoConfig, instruments: readonly string[]): DemoMarket {
  const coins = instruments.map((instrument) => instrument.replace(/-PERP$/, ''));
  const durationMinutes = (minutes ?? GENERATED_MINUTES) + GENERATED_RESERVE_MINUTES;
  const source: MarketSource = data === undefined ? new GeneratedMarket({ seed, durationMs: durationMinutes * MINUTE_MS, coins }) : new RecordedMarket({ path: data, coins });
  const last = source.endTime - WIND_DOWN_MS;
  const endAt = minutes === undefined ? last : Math.min(last, source.startTime + minutes * MINUTE_MS);
  if (endAt <= source.startTime) throw new Error(`${data ?? 'generated market'}: found ${Math.floor((source.endTime - source.startTime) / 1_000)} s of market time, at least ${WIND_DOWN_MS / 1_000} s and something to trade in are needed`);
  return { choice: { data, seed, durationMinutes }, startTime: source.startTime, endAt, provenance: provenanceTexts(source) };
}
