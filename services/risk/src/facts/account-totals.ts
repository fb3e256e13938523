import { Decimal, type Id, type Notional, ZERO_NOTIONAL } from '@ballast/domain';
import type { ExposureFacts, InstrumentExposure } from '../exposure/exposure.types.js';
import { drop, put, without } from '../exposure/persistent-map.js';

/** Wide enough that sums of whole products are exact: what is added and taken away again leaves nothing behind. */
const Exact = Decimal.clone({ precision: 200 });

const NOTHING: ExposureFacts = { byInstrument: {}, tradeIds: {} };
const FLAT: InstrumentExposure = { open: ZERO_NOTIONAL, pending: ZERO_NOTIONAL };

/** Quantity times price, with every digit. */
export const exactNotional = (quantity: Decimal, price: Decimal): Decimal => new Exact(quantity).times(price);
export const difference = (a: Decimal, b: Decimal): Decimal => new Exact(a).minus(b);
export const addExactly = (a: Decimal, b: Decimal): Notional => new Exact(a).plus(b) as Notional;

/**
 * Exposure by account, kept as totals: each change adds or takes away its own part, so that asking for an account costs the
 * same with one open order and with ten thousand. What is handed out never changes afterwards.
 */
export class AccountTotals {
  constructor(readonly accounts: Map<Id, ExposureFacts>) {}

  of(accountId: Id): ExposureFacts {
    return this.accounts.get(accountId) ?? NOTHING;
  }

  add(accountId: Id, instrument: string, part: keyof InstrumentExposure, change: Decimal): void {
    if (change.isZero()) return;
    const { byInstrument, tradeIds } = this.of(accountId);
    const before = byInstrument[instrument] ?? FLAT;
    const after: InstrumentExposure = { ...before, [part]: addExactly(before[part], change) };
    const flat = after.open.isZero() && after.pending.isZero();
    this.accounts.set(accountId, { byInstrument: flat ? without(byInstrument, instrument) : { ...byInstrument, [instrument]: after }, tradeIds });
  }

  show(accountId: Id, tradeId: Id): void {
    const facts = this.of(accountId);
    this.accounts.set(accountId, { ...facts, tradeIds: put(facts.tradeIds, tradeId, true) });
  }

  hide(accountId: Id, tradeId: Id): void {
    const facts = this.of(accountId);
    this.accounts.set(accountId, { ...facts, tradeIds: drop(facts.tradeIds, tradeId) });
  }
}
