import { type Id, type Money, type Price, ZERO_MONEY } from '@ballast/domain';
import type { ProtectionSettings } from '@ballast/events';
import { type PositionSide, priceAtDistance } from '../liquidation/distance.js';
import { widestTriggerOf } from '../settings/settings.js';
import { type Bound, BoundHeap } from './bound-heap.js';

/** DANGER: the price is beyond the trigger. RECOVERY: it is beyond safe, and something is deposited. */
export type Crossed = 'DANGER' | 'RECOVERY';

export interface Watched {
  readonly side: PositionSide;
  /** Absent: this bot waits for no danger. */
  readonly danger?: Price;
  /** Absent: nothing could come back. */
  readonly recovery?: Price;
}

export interface Hit {
  readonly botId: Id;
  readonly crossed: Crossed;
}

interface WatchBound extends Bound, Hit {
  readonly heap: BoundHeap<WatchBound>;
}
interface Market {
  readonly below: BoundHeap<WatchBound>;
  readonly above: BoundHeap<WatchBound>;
  readonly bots: Map<Id, readonly WatchBound[]>;
}

/** The prices at which a position is judged again: its trigger at its widest (R91), and safe where something is deposited. Undefined where no price liquidates it. */
export function watchedOf(settings: ProtectionSettings, position: { readonly side: PositionSide; readonly liquidationPrice?: Price }, deposited: Money): Watched | undefined {
  const { side, liquidationPrice } = position;
  if (!liquidationPrice) return undefined;
  return {
    side,
    ...(settings.enabled ? { danger: priceAtDistance(side, liquidationPrice, widestTriggerOf(settings)) } : {}),
    ...(deposited.gt(ZERO_MONEY) ? { recovery: priceAtDistance(side, liquidationPrice, settings.safeDistance) } : {}),
  };
}

/**
 * Which bots a price concerns (C-61): a long in danger and a short that recovers wait for lower prices, a short in danger and a long that
 * recovers for higher ones. A price costs the bots that it concerns, however many there are; a change of one bot costs O(log n).
 */
export class TriggerIndex {
  private readonly markets = new Map<string, Market>();

  /** Watches this bot's position in the instrument, in place of what was watched of it before. */
  watch(instrument: string, botId: Id, { side, danger, recovery }: Watched): void {
    this.forget(instrument, botId);
    const market = this.marketOf(instrument);
    const [adverse, favourable] = side === 'LONG' ? [market.below, market.above] : [market.above, market.below];
    const bounds: WatchBound[] = [];
    if (danger) bounds.push({ botId, crossed: 'DANGER', price: danger, place: -1, heap: adverse });
    if (recovery) bounds.push({ botId, crossed: 'RECOVERY', price: recovery, place: -1, heap: favourable });
    for (const bound of bounds) bound.heap.add(bound);
    market.bots.set(botId, bounds);
  }

  /** Harmless for a bot that is not watched there. */
  forget(instrument: string, botId: Id): void {
    const market = this.markets.get(instrument);
    for (const bound of market?.bots.get(botId) ?? []) bound.heap.remove(bound);
    market?.bots.delete(botId);
  }

  /** Exactly the bots whose trigger or safe distance this price is beyond, in no order; each once for each of the two. */
  crossedBy(instrument: string, at: Price): readonly Hit[] {
    const market = this.markets.get(instrument);
    return market ? [...market.below.crossedBy(at), ...market.above.crossedBy(at)] : [];
  }

  /** Bots watched in this instrument. */
  watchedIn(instrument: string): number {
    return this.markets.get(instrument)?.bots.size ?? 0;
  }

  private marketOf(instrument: string): Market {
    const known = this.markets.get(instrument);
    if (known) return known;
    const market: Market = { below: new BoundHeap('BELOW'), above: new BoundHeap('ABOVE'), bots: new Map() };
    this.markets.set(instrument, market);
    return market;
  }
}
