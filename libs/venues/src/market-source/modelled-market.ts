import type { Ms } from '@ballast/domain';
import type { EngineInstrument, MarketInput } from '../engine/engine.api.js';
import { NADO_INSTRUMENTS } from '../engine/presets.js';
import { GeneratedBook } from './generated-book.js';
import { MarketDataError, ORACLE_STATEMENT, type MarketSource, type Provenance } from './market-source.js';

/** Mid prices of some coins over a period: what books are modelled around. */
export interface PricePath {
  readonly coins: readonly string[];
  readonly startTime: Ms;
  readonly endTime: Ms;
  /** The coin's mid price at a time of the period, as a double: a modelled book puts it on ticks. */
  midAt(coin: string, time: Ms): number;
  /** Hourly rates, in time order, by product. */
  funding(terms: EngineInstrument): readonly MarketInput[];
  readonly provenance: Provenance;
}

/** How often there are books: every `stepMs` for the first `activeMs` of each `everyMs` of the clock, else every `restMs`. */
export interface BookSchedule {
  readonly stepMs: Ms;
  readonly activeMs: Ms;
  readonly everyMs: Ms;
  readonly restMs: Ms;
}

export interface ModelledMarketOptions {
  readonly path: PricePath;
  readonly seed: number;
  /** Default: a book each second, always. */
  readonly schedule?: BookSchedule;
  readonly instruments?: readonly EngineInstrument[];
}

const ALWAYS: BookSchedule = { stepMs: 1_000, activeMs: 1, everyMs: 1, restMs: 1_000 };
/** While the market rests nobody trades: prints are made for this long before a book, ms. */
const REST_PRINTS_MS: Ms = 1;

/**
 * Books and prints modelled around given prices: for periods of which no book was recorded. Sizes, spreads and prints are the
 * generated market's, with next to no prints while it rests; the prices are the path's. Seeded: the same path and seed give the same bytes.
 */
export class ModelledMarket implements MarketSource {
  readonly productIds: readonly number[];
  readonly startTime: Ms;
  readonly endTime: Ms;
  readonly #terms: readonly EngineInstrument[];
  readonly #schedule: BookSchedule;

  /** @throws MarketDataError for a coin without terms or a schedule that can't be kept */
  constructor(private readonly options: ModelledMarketOptions) {
    const { path, schedule = ALWAYS, instruments = NADO_INSTRUMENTS } = options;
    for (const [name, value] of Object.entries(schedule)) if (!Number.isSafeInteger(value) || value < 1) throw new MarketDataError(`schedule ${name}: found ${value}, allowed is a whole number of ms of at least 1`);
    this.#schedule = schedule;
    this.#terms = path.coins.map((coin) => {
      const terms = instruments.find(({ base }) => base === coin);
      if (!terms) throw new MarketDataError(`coins: found ${coin}, allowed are ${instruments.map(({ base }) => base).join(', ')}`);
      return terms;
    });
    this.productIds = this.#terms.map(({ productId }) => productId);
    this.startTime = path.startTime;
    this.endTime = path.endTime;
  }

  *events(from: Ms = this.startTime): IterableIterator<MarketInput> {
    const { path, seed } = this.options;
    const books = this.#terms.map((terms) => ({ coin: terms.base, book: new GeneratedBook(terms, seed) }));
    const rates = this.#terms.flatMap((terms) => path.funding(terms)).sort((a, b) => a.time - b.time || a.productId - b.productId);
    let rate = 0;
    for (let time = this.startTime, step = 0; time <= this.endTime; step = this.#stepAfter(time), time += step) {
      const inputs = books.flatMap(({ coin, book }) => book.step(path.midAt(coin, time), time, step > this.#schedule.stepMs ? REST_PRINTS_MS : step));
      for (let next = rates[rate]; next !== undefined && next.time <= time; next = rates[rate]) {
        inputs.push({ ...next, time });
        rate += 1;
      }
      inputs.sort((a, b) => a.time - b.time);
      for (const input of inputs) if (input.time >= from) yield input;
    }
  }

  provenance(): Provenance {
    const { kind, files, statements } = this.options.path.provenance;
    const { stepMs, activeMs, everyMs, restMs } = this.#schedule;
    const when = restMs === stepMs ? `one book each ${stepMs / 1_000} s` : `one book each ${stepMs / 1_000} s for the first ${activeMs / 1_000} s of every ${everyMs / 60_000} min, else each ${restMs / 1_000} s`;
    return { kind, files, statements: [...statements, `Order books: modelled around these prices (seed ${this.options.seed}), ${when}; not recorded.`, ORACLE_STATEMENT] };
  }

  #stepAfter(time: Ms): Ms {
    const { stepMs, activeMs, everyMs, restMs } = this.#schedule;
    const within = time % everyMs;
    return within < activeMs ? stepMs : Math.min(restMs, everyMs - within);
  }
}
