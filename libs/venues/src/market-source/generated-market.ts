import type { Ms } from '@ballast/domain';
import type { EngineInstrument, MarketInput } from '../engine/engine.api.js';
import { NADO_INSTRUMENTS } from '../engine/presets.js';
import { x18 } from '../engine/fixed.js';
import { GeneratedBook } from './generated-book.js';
import { COIN_MODELS, PriceProcess } from './generated-prices.js';
import { MarketDataError, ORACLE_STATEMENT, type MarketSource, type Provenance } from './market-source.js';

/** 2026-01-05T00:00:00Z: a generated market has no period of its own. */
const START: Ms = 1_767_571_200_000;
/** One book per instrument and step. */
const STEP_MS: Ms = 250;
const FUNDING_HOURLY = x18('0.0000125');

export interface GeneratedMarketOptions {
  readonly seed: number;
  readonly durationMs: Ms;
  /** Default: ETH, SOL and BTC. */
  readonly coins?: readonly string[];
  readonly startTime?: Ms;
  readonly instruments?: readonly EngineInstrument[];
}

/**
 * A made-up but believable market of any length: correlated coins, volatility that changes, jumps, books of 20 levels and
 * prints. ETH against SOL is pushed off its mean by at least 20 bps every few minutes and returns. Seeded: same seed, same bytes.
 */
export class GeneratedMarket implements MarketSource {
  readonly productIds: readonly number[];
  readonly startTime: Ms;
  readonly endTime: Ms;
  readonly #terms: readonly EngineInstrument[];

  /** @throws MarketDataError for a seed, duration or coin that can't be generated */
  constructor(private readonly options: GeneratedMarketOptions) {
    const { seed, durationMs } = options;
    if (!Number.isSafeInteger(seed)) throw new MarketDataError(`seed: found ${seed}, allowed is a whole number`);
    if (!Number.isSafeInteger(durationMs) || durationMs < STEP_MS) throw new MarketDataError(`durationMs: found ${durationMs}, allowed is a whole number of at least ${STEP_MS}`);
    const known = options.instruments ?? NADO_INSTRUMENTS;
    this.#terms = (options.coins ?? ['ETH', 'SOL', 'BTC']).map((coin) => {
      const terms = known.find(({ base }) => base === coin);
      if (!terms || !COIN_MODELS.some((model) => model.coin === coin)) throw new MarketDataError(`coins: found ${coin}, allowed are ${COIN_MODELS.map((model) => model.coin).join(', ')}`);
      return terms;
    });
    this.productIds = this.#terms.map(({ productId }) => productId);
    this.startTime = options.startTime ?? START;
    this.endTime = this.startTime + Math.floor(durationMs / STEP_MS) * STEP_MS;
  }

  *events(from: Ms = this.startTime): IterableIterator<MarketInput> {
    const { seed } = this.options;
    const process = new PriceProcess(seed, COIN_MODELS);
    const books = this.#terms.map((terms) => ({ book: new GeneratedBook(terms, seed), model: COIN_MODELS.findIndex(({ coin }) => coin === terms.base) }));
    for (const { productId } of this.#terms) if (this.startTime >= from) yield { type: 'fundingRate', time: this.startTime, productId, rateHourly: FUNDING_HOURLY };
    for (let time = this.startTime; time <= this.endTime; time += STEP_MS) {
      if (time > this.startTime) process.advance(STEP_MS);
      const mids = process.mids();
      const inputs = books.flatMap(({ book, model }) => book.step(mids[model] ?? 0, time, STEP_MS));
      inputs.sort((a, b) => a.time - b.time);
      for (const input of inputs) if (input.time >= from) yield input;
    }
  }

  provenance(): Provenance {
    const symbols = this.#terms.map(({ symbol }) => symbol).join(', ');
    return {
      kind: 'generated',
      files: [],
      statements: [
        `Generated market (seed ${this.options.seed}) of ${symbols} from ${new Date(this.startTime).toISOString()} to ${new Date(this.endTime).toISOString()}: not recorded data.`,
        ORACLE_STATEMENT,
        'Funding: 0.00125 % an hour for every instrument.',
      ],
    };
  }
}
