import type { CanonicalOrderStatus, CanonicalState } from '@ballast/books';

/** Finds in the rebuilt books what a stream's decider says of itself, in the decider's own words. */
export type PartsOf = (stream: string, held: object) => object | undefined;

/** A service whose deciders hold a part of the books. */
export interface Owner {
  readonly service: string;
  /** Streams that it holds for ever once they exist, as `<writer>.<kind>`. */
  readonly always: readonly string[];
  readonly partsOf: (state: CanonicalState) => PartsOf;
}

const idOf = (stream: string): string => stream.slice(stream.lastIndexOf('.') + 1);
const kindOf = (stream: string): string => stream.split('.')[1] ?? '';

const ENDED: readonly CanonicalOrderStatus[] = ['FILLED', 'CANCELLED', 'REJECTED'];
/** A trade knows that an order has ended, and not how. */
const tradeStatus = (status: CanonicalOrderStatus): string => (ENDED.includes(status) ? 'ENDED' : status);

function executionParts(state: CanonicalState): PartsOf {
  const positions = new Map(Object.entries(state.positions).map(([key, position]) => [key.replaceAll(/[^A-Za-z0-9_-]/g, (found) => (found === '/' ? '-' : '_')), position]));
  const orders = new Map<string, [string, { readonly status: string; readonly filled: string }][]>();
  for (const [id, { tradeId, status, filled }] of Object.entries(state.orders)) orders.set(tradeId, [...(orders.get(tradeId) ?? []), [id, { status: tradeStatus(status), filled }]]);
  return (stream) => {
    if (kindOf(stream) === 'trade') return { orders: Object.fromEntries(orders.get(idOf(stream)) ?? []) };
    const position = positions.get(idOf(stream));
    return position && { quantity: position.quantity, entryPrice: position.entryPrice };
  };
}

export const OWNERS: readonly Owner[] = [
  { service: 'operator', always: ['operator.bot'], partsOf: (state) => (stream) => state.bots[idOf(stream)] },
  { service: 'execution', always: ['execution.position'], partsOf: executionParts },
  {
    service: 'collateral',
    always: ['collateral.ledger'],
    partsOf: ({ balances }) => (_stream, held) => ({ transfers: Object.fromEntries(Object.keys((held as { readonly transfers: object }).transfers).map((accountId) => [accountId, balances[accountId]?.transfers])) }),
  },
];
