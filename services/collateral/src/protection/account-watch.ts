import { type Clock, type Id, type Ms, type Price, type Quantity, type Ratio } from '@ballast/domain';
import type { Market, MarketMessages } from '@ballast/bus';
import { distanceOf, type ProtectedPosition, positionSideOf, realisedVolatility, refreshIntervalOf, TriggerIndex, watchedOf, type Protection } from '@ballast/protection';
import type { AccountState } from '@ballast/venues';
import { liquidatingPriceOf } from './venue-rules.js';

/** An account as its venue last told it. */
export interface SeenAccount {
  readonly state: AccountState;
  /** How often it is read, by its distance then (W-22). */
  readonly refreshMs: Ms;
}

/** The position of an account that is nearest to its liquidation, at the last price that its venue liquidates on. */
export interface Nearest {
  readonly position: ProtectedPosition;
  readonly price: Price;
  readonly priceTime: Ms;
  readonly distance: Ratio | undefined;
}

interface Sample {
  readonly time: Ms;
  readonly prices: readonly Price[];
}

/** Prices that realised volatility is reckoned from: so many, so far apart. */
const SAMPLES_MAX = 60;
const SAMPLE_MS: Ms = 5_000;

/**
 * Which bots a price concerns, when each account is to be read again, and where its positions stand: nothing here calls the venue. An account
 * that nobody has read yet is due at once.
 */
export class AccountWatch {
  private readonly index = new TriggerIndex();
  private readonly seen = new Map<Id, SeenAccount>();
  private readonly indexed = new Map<Id, readonly string[]>();
  private readonly due = new Map<Id, Ms>();
  private readonly samples = new Map<string, Sample>();

  constructor(private readonly market: Market, private readonly clock: Clock) {}

  get size(): number {
    return this.due.size;
  }

  seenOf(botId: Id): SeenAccount | undefined {
    return this.seen.get(botId);
  }

  /** This bot's account is to be read from now on; at once where `soon`. */
  follow(botId: Id, soon: boolean): void {
    if (soon || !this.due.has(botId)) this.due.set(botId, this.clock.now());
  }

  /** Its account is of no interest any more. */
  forget(botId: Id): void {
    this.due.delete(botId);
    this.seen.delete(botId);
    this.reindex(botId, []);
  }

  /** The account was asked for and did not answer. */
  missed(botId: Id, retryAt: Ms): void {
    if (this.due.has(botId)) this.due.set(botId, retryAt);
  }

  /** The account as it is now. An older answer than the last is no news. */
  read(botId: Id, state: AccountState, protection: Protection): void {
    const known = this.seen.get(botId);
    if (known && known.state.time > state.time) return;
    this.seen.set(botId, { state, refreshMs: known?.refreshMs ?? refreshIntervalOf(undefined) });
    const refreshMs = refreshIntervalOf(this.nearestOf(botId)?.distance);
    this.seen.set(botId, { state, refreshMs });
    this.due.set(botId, this.clock.now() + refreshMs);
    this.watch(botId, protection);
  }

  /** What it waits for follows its settings, what is deposited, and its account. */
  watch(botId: Id, { configured, deposited }: Protection): void {
    const positions = configured ? this.positionsOf(botId) : [];
    this.reindex(botId, positions.map(({ instrument }) => instrument));
    for (const position of positions) {
      const watched = configured && watchedOf(configured.settings, position, deposited);
      if (watched) this.index.watch(position.instrument, botId, watched);
    }
  }

  /** Bots that this price concerns, the nearest to liquidation first. */
  concernedBy(message: MarketMessages['price']): readonly Id[] {
    const terms = this.market.latest('instrument', message.instrument);
    if (!terms || this.index.watchedIn(message.instrument) === 0) return [];
    const at = liquidatingPriceOf(terms, message);
    this.sample(message.instrument, message.time, at);
    const hits = new Set(this.index.crossedBy(message.instrument, at).map(({ botId }) => botId));
    return [...hits].map((botId) => ({ botId, distance: this.nearestOf(botId)?.distance })).sort((a, b) => compared(a.distance, b.distance)).map(({ botId }) => botId);
  }

  /** Accounts whose time has come, the most urgent first. */
  dueAt(now: Ms): readonly Id[] {
    return [...this.due].filter(([, at]) => at <= now).sort(([a], [b]) => (this.seen.get(a)?.refreshMs ?? 0) - (this.seen.get(b)?.refreshMs ?? 0)).map(([botId]) => botId);
  }

  /** How many accounts are read how often, by interval. */
  counts(): ReadonlyMap<Ms, number> {
    const counts = new Map<Ms, number>();
    for (const botId of this.due.keys()) {
      const interval = this.seen.get(botId)?.refreshMs ?? 0;
      counts.set(interval, (counts.get(interval) ?? 0) + 1);
    }
    return counts;
  }

  /** Undefined without a position, or without a price of any. */
  nearestOf(botId: Id): Nearest | undefined {
    const standing = this.positionsOf(botId).flatMap((position): readonly Nearest[] => {
      const { instrument, side, liquidationPrice } = position;
      const [terms, message] = [this.market.latest('instrument', instrument), this.market.latest('price', instrument)];
      if (!terms || !message) return [];
      const price = liquidatingPriceOf(terms, message);
      return [{ position, price, priceTime: message.time, distance: liquidationPrice && distanceOf(side, price, liquidationPrice) }];
    });
    return standing.sort((a, b) => compared(a.distance, b.distance))[0];
  }

  /** Undefined before there is enough of it. */
  volatilityOf(instrument: string): Ratio | undefined {
    return realisedVolatility(this.samples.get(instrument)?.prices ?? []);
  }

  positionsOf(botId: Id): readonly ProtectedPosition[] {
    return (this.seen.get(botId)?.state.positions ?? []).flatMap(({ instrument, quantity, liquidationPrice }) => {
      const side = positionSideOf(quantity);
      return side ? [{ instrument, side, quantity: quantity.abs() as Quantity, ...(liquidationPrice ? { liquidationPrice } : {}) }] : [];
    });
  }

  private sample(instrument: string, time: Ms, price: Price): void {
    const known = this.samples.get(instrument);
    if (known && time < known.time + SAMPLE_MS) return;
    this.samples.set(instrument, { time, prices: [...(known?.prices ?? []), price].slice(-SAMPLES_MAX) });
  }

  private reindex(botId: Id, instruments: readonly string[]): void {
    for (const instrument of this.indexed.get(botId) ?? []) this.index.forget(instrument, botId);
    if (instruments.length === 0) this.indexed.delete(botId);
    else this.indexed.set(botId, instruments);
  }
}

const compared = (a: Ratio | undefined, b: Ratio | undefined): number => (a ? (b ? a.comparedTo(b) : -1) : b ? 1 : 0);
