import { type Clock, type Id, type Money, money, type Ms, type Price, type Quantity, type Ratio } from '@ballast/domain';
import type { Market, MarketMessages } from '@ballast/bus';
import { distanceOf, legBounds, liquidationPricesNow, priceAtHealth, type ProtectedPosition, positionSideOf, realisedVolatility, refreshIntervalOf, type StandingPosition, TriggerIndex, watchedOf, widestTriggerOf, type Protection } from '@ballast/protection';
import { type AccountState, POLLING, type Zone } from '@ballast/venues';
import { liquidatingPriceOf, modelOf } from './venue-rules.js';

/** An account as its venue last told it. */
export interface SeenAccount {
  readonly state: AccountState;
  /** How often it is read, by its distance and its bot's settings then (W-22). */
  readonly refreshMs: Ms;
  /** The prices that its venue reckoned with, of an account with several positions, by instrument. */
  readonly readAt?: ReadonlyMap<string, Price>;
}

/** The position of an account that is nearest to its liquidation, at the last price that its venue liquidates on. */
export interface Nearest {
  readonly position: ProtectedPosition;
  readonly price: Price;
  /** Of the oldest price that its distance hangs on. */
  readonly priceTime: Ms;
  readonly distance: Ratio | undefined;
}

interface Sample {
  readonly time: Ms;
  readonly prices: readonly Price[];
}

/** Bounds of accounts with several positions are as fine as the smallest amounts that move. */
const STEP: Money = money('0.000001');
/** Prices that realised volatility is reckoned from: so many, so far apart. */
const SAMPLES_MAX = 60;
const SAMPLE_MS: Ms = 5_000;
/** Prices further apart are no return of one step: what was sampled before such a gap tells nothing of now. */
const GAP_MAX_MS: Ms = 3 * SAMPLE_MS;

/**
 * Which bots a price concerns, when each account is to be read again, and where its positions stand: nothing here calls the venue. An account
 * that nobody has read yet is due at once. Where an account has several positions, each is judged with the others at their prices now.
 */
export class AccountWatch {
  private readonly index = new TriggerIndex();
  private readonly seen = new Map<Id, SeenAccount>();
  private readonly indexed = new Map<Id, readonly string[]>();
  private readonly due = new Map<Id, Ms>();
  private readonly samples = new Map<string, Sample>();
  private readonly protections = new Map<Id, Pick<Protection, 'configured' | 'deposited'>>();

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
    this.protections.delete(botId);
    this.reindex(botId, []);
  }

  /** The account was asked for and did not answer. */
  missed(botId: Id, retryAt: Ms): void {
    if (this.due.has(botId)) this.due.set(botId, retryAt);
  }

  /** The account as it is now. An older answer than the last is no news; one that may not hold the last transfer is asked for again. */
  read(botId: Id, state: AccountState, protection: Protection): void {
    const known = this.seen.get(botId);
    if (known && known.state.time > state.time) return;
    this.protections.set(botId, protection);
    const read = { state, ...(state.positions.length > 1 ? { readAt: this.pricesBehind(state) } : {}) };
    this.seen.set(botId, { ...read, refreshMs: known?.refreshMs ?? 0 });
    const refreshMs = this.intervalOf(botId);
    this.seen.set(botId, { ...read, refreshMs });
    this.due.set(botId, this.clock.now() + (state.time <= protection.settledAt ? 0 : refreshMs));
    this.watch(botId, protection);
  }

  /** How often it is to be read where its prices are now. */
  intervalOf(botId: Id): Ms {
    return refreshIntervalOf(this.nearestOf(botId)?.distance, this.protections.get(botId)?.configured?.settings);
  }

  /** What it waits for follows its settings, what is deposited, and its account. */
  watch(botId: Id, protection: Pick<Protection, 'configured' | 'deposited'>): void {
    const { configured, deposited } = protection;
    this.protections.set(botId, protection);
    const positions = configured ? this.positionsOf(botId) : [];
    this.reindex(botId, positions.map(({ instrument }) => instrument));
    const bounds = configured?.settings.enabled && positions.length > 1 ? this.boundsOf(botId, widestTriggerOf(configured.settings)) : undefined;
    for (const position of positions) {
      const watched = configured && watchedOf(configured.settings, position, deposited);
      const danger = bounds?.get(position.instrument) ?? watched?.danger;
      if (watched ?? danger) this.index.watch(position.instrument, botId, { side: position.side, ...watched, ...(danger ? { danger } : {}) });
    }
  }

  /** Bots that this price concerns, the nearest to liquidation first. */
  concernedBy(message: MarketMessages['price']): readonly Id[] {
    const terms = this.market.latest('instrument', message.instrument);
    if (!terms || this.index.watchedIn(message.instrument) === 0) return [];
    const at = liquidatingPriceOf(terms, message);
    this.sample(message.instrument, message.time, at);
    const hits = new Set(this.index.crossedBy(message.instrument, at).map(({ botId }) => botId));
    return this.nearestFirst([...hits].filter((botId) => this.isConcerned(botId)));
  }

  /** By distance to liquidation; those whose distance nobody knows come last. */
  nearestFirst(botIds: Iterable<Id>): readonly Id[] {
    return Array.from(botIds, (botId) => ({ botId, distance: this.nearestOf(botId)?.distance })).sort((a, b) => compared(a.distance, b.distance)).map(({ botId }) => botId);
  }

  /** Accounts whose time has come, the most urgent first, of one urgency the nearest to liquidation: where there is no room for all, the rest waits. */
  dueAt(now: Ms): readonly Id[] {
    const due = this.nearestFirst([...this.due].flatMap(([botId, at]) => (at <= now ? [botId] : [])));
    return [...due].sort((a, b) => (this.seen.get(a)?.refreshMs ?? 0) - (this.seen.get(b)?.refreshMs ?? 0));
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
    const positions = this.positionsOf(botId);
    const oldest = Math.min(...positions.flatMap(({ instrument }) => this.priceOf(instrument)?.time ?? []));
    const standing = positions.flatMap((position): readonly Nearest[] => {
      const { instrument, side, liquidationPrice } = position;
      const now = this.priceOf(instrument);
      return now ? [{ position, price: now.price, priceTime: oldest, distance: liquidationPrice && distanceOf(side, now.price, liquidationPrice) }] : [];
    });
    return standing.sort((a, b) => compared(a.distance, b.distance))[0];
  }

  /** Undefined before there is enough of it. */
  volatilityOf(instrument: string): Ratio | undefined {
    const known = this.samples.get(instrument);
    return known && this.clock.now() - known.time <= GAP_MAX_MS ? realisedVolatility(known.prices) : undefined;
  }

  /** As its venue told them; several of one account with what liquidates each now. */
  positionsOf(botId: Id): readonly ProtectedPosition[] {
    const seen = this.seen.get(botId);
    const told = positionsIn(seen?.state);
    return seen?.readAt && told.length > 1 ? this.together(told, seen.readAt, seen.state.maintenanceMarginHealth) : told;
  }

  /** A position whose price nobody knows stays as it was told, and stands for nothing with the others. */
  private together(told: readonly ProtectedPosition[], readAt: ReadonlyMap<string, Price>, health: Money): readonly ProtectedPosition[] {
    const legs = told.flatMap(({ liquidationPrice, ...position }) => {
      const [terms, now, then] = [this.market.latest('instrument', position.instrument), this.priceOf(position.instrument), readAt.get(position.instrument)];
      return terms && now && then ? [{ ...position, model: modelOf(terms), readAt: then, at: now.price, liquidationPrice }] : [];
    });
    const prices = new Map(liquidationPricesNow(legs, health).map((price, place) => [legs[place]?.instrument, price]));
    return told.map(({ liquidationPrice, ...position }) => {
      const price = prices.has(position.instrument) ? prices.get(position.instrument) : liquidationPrice;
      return { ...position, ...(price ? { liquidationPrice: price } : {}) };
    });
  }

  /** By the venue's own word where it gives them away, else the last ones. */
  private pricesBehind(state: AccountState): ReadonlyMap<string, Price> {
    return new Map(positionsIn(state).flatMap(({ instrument, side, quantity, liquidationPrice }): readonly (readonly [string, Price])[] => {
      const terms = this.market.latest('instrument', instrument);
      const behind = terms && liquidationPrice && priceAtHealth({ model: modelOf(terms), side, quantity }, liquidationPrice, state.maintenanceMarginHealth);
      const price = behind ?? this.priceOf(instrument)?.price;
      return price ? [[instrument, price]] : [];
    }));
  }

  /** The account's positions but this one, at their prices now; `UNKNOWN` where one of them has none. */
  othersOf(botId: Id, nearest: ProtectedPosition): readonly StandingPosition[] | 'UNKNOWN' {
    const others = this.positionsOf(botId).filter(({ instrument }) => instrument !== nearest.instrument);
    const standing = this.standing(others);
    return standing.length === others.length ? standing : 'UNKNOWN';
  }

  private standing(positions: readonly ProtectedPosition[]): readonly (StandingPosition & ProtectedPosition)[] {
    return positions.flatMap((position) => {
      const [terms, now] = [this.market.latest('instrument', position.instrument), this.priceOf(position.instrument)];
      return terms && now ? [{ ...position, model: modelOf(terms), price: now.price, liquidationPrice: position.liquidationPrice }] : [];
    });
  }

  /** Where each of several positions may go before any can be in danger; undefined where a price is not known. */
  private boundsOf(botId: Id, trigger: Ratio): ReadonlyMap<string, Price> | undefined {
    const positions = this.positionsOf(botId);
    const legs = this.standing(positions);
    return legs.length === positions.length ? new Map(legBounds(legs, trigger, STEP).map((bound, place) => [legs[place]?.instrument ?? '', bound])) : undefined;
  }

  /** Beyond a bound of several positions none need be in danger: then they get new ones. */
  private isConcerned(botId: Id): boolean {
    const protection = this.protections.get(botId);
    if (!protection?.configured || !this.seen.get(botId)?.readAt) return true;
    const { distance } = this.nearestOf(botId) ?? {};
    if (!distance || distance.lt(widestTriggerOf(protection.configured.settings))) return true;
    this.watch(botId, protection);
    return protection.deposited.gt(0) && distance.gt(protection.configured.settings.safeDistance);
  }

  private priceOf(instrument: string): { readonly price: Price; readonly time: Ms } | undefined {
    const [terms, message] = [this.market.latest('instrument', instrument), this.market.latest('price', instrument)];
    return terms && message && { price: liquidatingPriceOf(terms, message), time: message.time };
  }

  private sample(instrument: string, time: Ms, price: Price): void {
    const known = this.samples.get(instrument);
    if (known && time < known.time + SAMPLE_MS) return;
    const before = known && time - known.time <= GAP_MAX_MS ? known.prices : [];
    this.samples.set(instrument, { time, prices: [...before, price].slice(-SAMPLES_MAX) });
  }

  private reindex(botId: Id, instruments: readonly string[]): void {
    for (const instrument of this.indexed.get(botId) ?? []) this.index.forget(instrument, botId);
    if (instruments.length === 0) this.indexed.delete(botId);
    else this.indexed.set(botId, instruments);
  }
}

function positionsIn(state: AccountState | undefined): readonly ProtectedPosition[] {
  return (state?.positions ?? []).flatMap(({ instrument, quantity, liquidationPrice }) => {
    const side = positionSideOf(quantity);
    return side ? [{ instrument, side, quantity: quantity.abs() as Quantity, ...(liquidationPrice ? { liquidationPrice } : {}) }] : [];
  });
}

const compared = (a: Ratio | undefined, b: Ratio | undefined): number => (a ? (b ? a.comparedTo(b) : -1) : b ? 1 : 0);

/** How many accounts each zone has: what nobody has read yet is in danger. */
export function zonesOf(counts: ReadonlyMap<Ms, number>): Readonly<Partial<Record<Zone, number>>> {
  const zones: Partial<Record<Zone, number>> = {};
  for (const [interval, accounts] of counts) {
    const zone = POLLING.find(({ everyMs }) => everyMs === interval)?.zone ?? 'danger';
    zones[zone] = (zones[zone] ?? 0) + accounts;
  }
  return zones;
}
