import type { Market, Pacer } from '@ballast/bus';
import type { Clock, Ms } from '@ballast/domain';
import type { EquityObserved } from '@ballast/events';
import { type AccountState, PROTECTION, venueAt, type VenueTransfer } from '@ballast/venues';
import type { CollateralOptions } from '../collateral.options.js';
import type { ObserveEquity, ObservedPosition } from '../equity/equity.decider.js';
import type { AccountView } from './accounts-fold.js';

export interface ObserverPorts {
  readonly market: Market;
  readonly clock: Clock;
  readonly pacer: Pacer;
}

export interface Occasion {
  readonly trigger: EquityObserved['trigger'];
  readonly slot: Ms;
}

/** An observation that cannot be made now; nothing is recorded, and it is tried again. */
export class NotObserved extends Error {
  override readonly name = 'NotObserved';
}

const PRICE_AGE_MS_MAX = 10_000;
/** A venue's record may be so much behind, ms: transfers are asked for again from this long before the newest one known. */
const RECORD_LATE_MS: Ms = 600_000;

/** Asks the venue what an account is worth, puts the prices of the moment beside it, and what the venue has on record of transfers. Never inside a handler. */
export class AccountObserver {
  constructor(
    private readonly options: CollateralOptions,
    private readonly ports: ObserverPorts,
  ) {}

  /** Calls back once the pace allows a decision. */
  ask(account: AccountView, occasion: Occasion, then: (observed: ObserveEquity | Error) => void): void {
    const done = this.ports.pacer.busy('venue');
    // Of an account that was never observed nobody knows how near to liquidation it is, and nothing is sized by it (C-64).
    const venue = account.observedAt === undefined ? venueAt(this.options.venue, PROTECTION) : this.options.venue;
    void venue
      .accountState(this.options.accountOf(account.accountId))
      .then((state) => this.observe(account, occasion, state))
      .catch((error: unknown) => (error instanceof Error ? error : new NotObserved(String(error))))
      .then((observed) => {
        done();
        this.ports.pacer.whenOpen(() => then(observed));
      });
  }

  /** Calls back once the pace allows a decision, with what came and went since the opening balance and is not long in the log: a venue charges for each page of them. */
  askTransfers({ accountId, fundedSince, transferredAt = 0 }: AccountView, then: (transfers: readonly VenueTransfer[] | Error) => void): void {
    if (fundedSince === undefined) return;
    const done = this.ports.pacer.busy('venue');
    void this.options.venue
      .transfersSince(this.options.accountOf(accountId), Math.max(fundedSince + 1, transferredAt - RECORD_LATE_MS))
      .catch((error: unknown) => (error instanceof Error ? error : new NotObserved(String(error))))
      .then((transfers) => {
        done();
        this.ports.pacer.whenOpen(() => then(transfers));
      });
  }

  private observe({ accountId, portfolioId, botId }: AccountView, { trigger, slot }: Occasion, state: AccountState): ObserveEquity {
    const { equity, initialMarginHealth, maintenanceMarginHealth, time } = state;
    const positions = state.positions.filter(({ quantity }) => !quantity.isZero()).map((position) => this.priced(position));
    // A flat account's equity is its balance, also where the venue settles realised results later.
    const collateral = positions.length === 0 ? equity : state.collateral;
    return { type: 'ObserveEquity', accountId, portfolioId, botId, trigger, slot, collateral, equity, initialMarginHealth, maintenanceMarginHealth, positions, venueTime: time };
  }

  /** @throws NotObserved where there is no young price, or no young mark beside it: a mark is never guessed. */
  private priced({ instrument, quantity, liquidationPrice }: AccountState['positions'][number]): ObservedPosition {
    const price = this.ports.market.latest('price', instrument);
    const ageMs = price && this.ports.clock.now() - Math.min(price.time, price.markTime ?? price.time);
    const ageMsMax = this.options.priceAgeMsMax ?? PRICE_AGE_MS_MAX;
    if (!price || ageMs === undefined || ageMs > ageMsMax) throw new NotObserved(`price of ${instrument}: found ${ageMs === undefined ? 'nothing' : `one ${ageMs} ms old`}, allowed is at most ${ageMsMax} ms`);
    return { instrument, quantity, markPrice: price.markPrice, oraclePrice: price.oraclePrice, ...(liquidationPrice ? { liquidationPrice } : {}) };
  }
}
