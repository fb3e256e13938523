import canonicalize from 'canonicalize';
import { money, price, type Partition, signedQuantity } from '@ballast/domain';
import type { BalanceCarried, PartitionOpened, PositionCarried } from '@ballast/events';
import { canonicalHash, type CanonicalState } from './canonical-state.js';

/** The books of a partition as the message that opens it anew holds them. */
export type CarriedBooks = Pick<PartitionOpened, 'booksHash' | 'positions' | 'balances'>;

const byKey = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number => (one < other ? -1 : 1);

/** What a partition opens with, from the books of all that is sealed of it: positions that are open, and accounts that were ever paid or charged. The hash is over all. */
export const carriedBooks = (state: CanonicalState): CarriedBooks => ({
  booksHash: canonicalHash(state),
  positions: Object.entries(state.positions).filter(([, { quantity }]) => quantity !== '0').sort(byKey).map(([key, position]): PositionCarried => {
    const [accountId = '', instrument = ''] = key.split('/', 2);
    const { quantity, entryPrice, realisedPnl, fees, funding } = position;
    return { accountId, instrument, quantity: signedQuantity(quantity), ...(entryPrice === '' ? {} : { entryPrice: price(entryPrice) }), realisedPnl: money(realisedPnl), fees: money(fees), funding: money(funding) };
  }),
  balances: Object.entries(state.balances).filter(([, figures]) => Object.values(figures).some((figure) => figure !== '0')).sort(byKey).map(([accountId, { transfers, realised, fees, funding, cash }]): BalanceCarried => ({ accountId, transfers: money(transfers), realised: money(realised), fees: money(fees), funding: money(funding), cash: money(cash) })),
});

const textOf = (value: object): string => canonicalize(value) ?? '';

/** The first figure in which an opening differs from the books that it should hold; undefined where it holds them. */
export function differenceOf(opening: CarriedBooks, state: CanonicalState, partition: Partition): string | undefined {
  const expected = carriedBooks(state);
  for (const part of ['positions', 'balances'] as const) {
    if (opening[part].length !== expected[part].length) return `partition ${partition} opens with ${opening[part].length} ${part}, the log before it comes to ${expected[part].length}`;
    for (const [index, found] of opening[part].entries()) {
      const due = expected[part][index];
      if (due && textOf(found) !== textOf(due)) return `partition ${partition} opens with ${part.slice(0, -1)} ${textOf(found)}, the log before it comes to ${textOf(due)}`;
    }
  }
  return opening.booksHash === expected.booksHash ? undefined : `partition ${partition} opens with books of SHA-256 ${opening.booksHash}, the log before it comes to ${expected.booksHash}`;
}
