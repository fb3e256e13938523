import type { CanonicalOrderStatus, CanonicalState, TreasuryBooks } from '@ballast/books';
import type { ProtectionFold } from './protection-fold.js';

/** Finds in the rebuilt books what a stream's decider says of itself, in the decider's own words. */
export type PartsOf = (stream: string, held: object) => object | undefined;

/** What the log comes to; `protections` of every bot, by id. */
export interface FoldedBooks {
  readonly state: CanonicalState;
  readonly treasuries: TreasuryBooks;
  readonly protections: Pick<ProtectionFold, 'of'>;
}

/** A service whose deciders hold a part of the books. */
export interface Owner {
  readonly service: string;
  /** Streams that it holds for ever once they exist, as `<writer>.<kind>`. */
  readonly always: readonly string[];
  readonly partsOf: (books: FoldedBooks) => PartsOf;
}

const idOf = (stream: string): string => stream.slice(stream.lastIndexOf('.') + 1);
const kindOf = (stream: string): string => stream.split('.')[1] ?? '';

const ENDED: readonly CanonicalOrderStatus[] = ['FILLED', 'CANCELLED', 'REJECTED'];
/** A trade knows that an order has ended, and not how. */
const tradeStatus = (status: CanonicalOrderStatus): string => (ENDED.includes(status) ? 'ENDED' : status);

function executionParts({ state }: FoldedBooks): PartsOf {
  const positions = new Map(Object.entries(state.positions).map(([key, position]) => [key.replaceAll(/[^A-Za-z0-9_-]/g, (found) => (found === '/' ? '-' : '_')), position]));
  const orders = new Map<string, [string, { readonly status: string; readonly filled: string }][]>();
  for (const [id, { tradeId, status, filled }] of Object.entries(state.orders)) orders.set(tradeId, [...(orders.get(tradeId) ?? []), [id, { status: tradeStatus(status), filled }]]);
  return (stream) => {
    if (kindOf(stream) === 'trade') return { orders: Object.fromEntries(orders.get(idOf(stream)) ?? []) };
    const position = positions.get(idOf(stream));
    return position && { quantity: position.quantity, entryPrice: position.entryPrice };
  };
}

const FUNDS = ['TRADING', 'CHEST', 'OPERATING', 'WITHDRAWAL'] as const;

function collateralParts({ state: { balances }, treasuries, protections }: FoldedBooks): PartsOf {
  const transfersOf = (held: object): object => ({ transfers: Object.fromEntries(Object.keys((held as { readonly transfers: object }).transfers).map((accountId) => [accountId, balances[accountId]?.transfers])) });
  return (stream, held) => (kindOf(stream) === 'protection' ? protections.of(idOf(stream)) : kindOf(stream) === 'treasury' ? treasuryOf(treasuries, idOf(stream)) : transfersOf(held));
}

function treasuryOf({ portfolios }: TreasuryBooks, portfolioId: string): object | undefined {
  const book = portfolios.get(portfolioId);
  if (!book) return undefined;
  const { funds, highWaterMark, nextBoundaryAt, chestCounts } = book;
  const textsOf = (fund: (typeof FUNDS)[number]): object => Object.fromEntries([...funds.accounts(fund)].map(([accountId, amount]) => [accountId, amount.toString()]));
  return { funds: Object.fromEntries(FUNDS.map((fund) => [fund, textsOf(fund)])), highWaterMark: highWaterMark.toString(), nextBoundaryAt, chestCounts };
}

export const OWNERS: readonly Owner[] = [
  { service: 'operator', always: ['operator.bot'], partsOf: ({ state }) => (stream) => state.bots[idOf(stream)] },
  { service: 'execution', always: ['execution.position'], partsOf: executionParts },
  { service: 'collateral', always: ['collateral.ledger', 'collateral.treasury'], partsOf: collateralParts },
];
