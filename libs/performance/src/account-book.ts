import { addMoney, type Money, type Ms, type Price, type SignedQuantity, ZERO_MONEY } from '@ballast/domain';
import { type AccountFunded, type BallastEvent, type DebtForgiven, type EquityObserved, type FundingSettled, POSITION_CHANGES, type PositionChange } from '@ballast/events';

interface Holding {
  readonly quantity: SignedQuantity;
  readonly entryPrice: Price;
  /** The last fill's price or the mark of an observation, whichever the venue had later. */
  readonly mark: Price;
  readonly markedAt: Ms;
}

/** What the venue said the account was worth, and what of later events it cannot have known. */
interface Anchor {
  readonly equity: Money;
  /** Of the equity, not at work: protection deposits, war chest and the like (C-10). */
  readonly reserved: Money;
  /** Result of the log at that moment. */
  readonly result: Money;
  /** Venue time, ms. */
  readonly at: Ms;
}

/**
 * One account, folded: results come from fills, funding and marks alone, so that no transfer is ever one (C-10, C-11), whichever of
 * the transfer and the observation that shows it is recorded first; the venue's equity says how much capital is at work.
 */
export interface AccountBook {
  readonly holdings: ReadonlyMap<string, Holding>;
  /** Realised less fees, with funding. */
  readonly realised: Money;
  /** Of the holdings, at their marks. */
  readonly unrealised: Money;
  readonly anchor: Anchor | undefined;
  /** Transfers later than the last observation, by the venue's clock. */
  readonly pending: readonly { readonly amount: Money; readonly at: Ms }[];
}

export const EMPTY_BOOK: AccountBook = { holdings: new Map(), realised: ZERO_MONEY, unrealised: ZERO_MONEY, anchor: undefined, pending: [] };

/** The events that an account book folds. */
export type AccountEvent = PositionChange | FundingSettled | EquityObserved | AccountFunded | DebtForgiven;
export const ACCOUNT_EVENTS = [...POSITION_CHANGES, 'FundingSettled', 'EquityObserved', 'AccountFunded', 'DebtForgiven'] as const satisfies readonly AccountEvent['type'][];
export const isAccountEvent = (event: BallastEvent): event is AccountEvent => (ACCOUNT_EVENTS as readonly string[]).includes(event.type);

/** Realised and unrealised results since the first event; transfers are never part of it. */
export const resultOf = ({ realised, unrealised }: AccountBook): Money => realised.plus(unrealised) as Money;

/** Transfers that no observation has shown yet, together. */
export const pendingOf = ({ pending }: AccountBook): Money => pending.reduce((sum, { amount }) => addMoney(sum, amount), ZERO_MONEY);

/** What the account is worth: observed, with what came of it since; undefined before the first observation. */
export function equityOf(book: AccountBook): Money | undefined {
  const { anchor } = book;
  return anchor && (anchor.equity.plus(resultOf(book)).minus(anchor.result).plus(pendingOf(book)) as Money);
}

/** Equity at work: without what is reserved. */
export function capitalOf(book: AccountBook): Money | undefined {
  const equity = equityOf(book);
  return equity && (equity.minus(book.anchor?.reserved ?? 0) as Money);
}

export function evolveBook(book: AccountBook, event: AccountEvent): AccountBook {
  switch (event.type) {
    case 'FundingSettled':
    case 'DebtForgiven':
      return { ...book, realised: book.realised.plus(event.amount) as Money };
    case 'EquityObserved':
      return observed(book, event);
    case 'AccountFunded':
      return funded(book, event);
    case 'PositionOpened':
    case 'PositionIncreased':
    case 'PositionReduced':
    case 'PositionClosed':
    case 'PositionFlipped':
    case 'PositionLiquidated':
      return filled(book, event);
  }
}

function filled(book: AccountBook, event: PositionChange): AccountBook {
  const { instrument, position, price, realisedPnl, fee, venueTime } = event;
  const held = book.holdings.get(instrument);
  const realised = book.realised.plus(realisedPnl).minus(fee) as Money;
  if (position.isZero()) return held ? { ...put(book, instrument, undefined), realised } : { ...book, realised };
  const entryPrice = (event.type === 'PositionLiquidated' ? undefined : event.entryPrice) ?? held?.entryPrice ?? price;
  const mark = held && held.markedAt > venueTime ? held : { mark: price, markedAt: venueTime };
  return { ...put(book, instrument, { quantity: position, entryPrice, mark: mark.mark, markedAt: mark.markedAt }), realised };
}

function observed(book: AccountBook, { equity, collateral, eligibleCollateral, marks, venueTime }: EquityObserved): AccountBook {
  if (book.anchor && venueTime < book.anchor.at) return book;
  let marked = book;
  for (const { instrument, markPrice } of marks) {
    const held = marked.holdings.get(instrument);
    if (held && held.markedAt <= venueTime) marked = put(marked, instrument, { ...held, mark: markPrice, markedAt: venueTime });
  }
  const anchor = { equity, reserved: collateral.minus(eligibleCollateral) as Money, result: resultOf(marked), at: venueTime };
  return { ...marked, anchor, pending: marked.pending.filter(({ at }) => at > venueTime) };
}

/**
 * One without the venue's time was concluded from a balance that held it. One from another subaccount may be protection, which is
 * nobody's capital (C-10): it counts once an observation tells what is reserved.
 */
function funded(book: AccountBook, { amount, venueTime, digest }: AccountFunded): AccountBook {
  if (venueTime === undefined || digest !== undefined || !book.anchor || venueTime <= book.anchor.at) return book;
  return { ...book, pending: [...book.pending, { amount, at: venueTime }] };
}

const worthOf = (held: Holding | undefined): Money => (held ? (held.quantity.times(held.mark.minus(held.entryPrice)) as Money) : ZERO_MONEY);

function put(book: AccountBook, instrument: string, held: Holding | undefined): AccountBook {
  const holdings = new Map(book.holdings);
  const before = holdings.get(instrument);
  if (held) holdings.set(instrument, held);
  else holdings.delete(instrument);
  return { ...book, holdings, unrealised: book.unrealised.minus(worthOf(before)).plus(worthOf(held)) as Money };
}
