import type { Book, Level } from '@ballast/domain';

function sideFault(levels: readonly Level[], name: 'bids' | 'asks'): string | undefined {
  for (const [index, { price, quantity }] of levels.entries()) {
    if (!quantity.gt(0)) return `${name}[${index}].quantity: found ${quantity.toString()}, allowed is > 0`;
    const before = levels[index - 1]?.price;
    if (before && (name === 'bids' ? !price.lt(before) : !price.gt(before))) return `${name}[${index}].price: found ${price.toString()} after ${before.toString()}, allowed is ${name === 'bids' ? 'falling' : 'rising'} prices`;
  }
  return undefined;
}

/** Why a book cannot be one: crossed, locked or unsorted levels, or an empty level. Undefined where it can. */
export function bookFault({ bids, asks }: Pick<Book, 'bids' | 'asks'>): string | undefined {
  const bid = bids[0]?.price;
  const ask = asks[0]?.price;
  if (bid && ask && bid.gte(ask)) return `crossed: found best bid ${bid.toString()}, allowed is below the best ask ${ask.toString()}`;
  return sideFault(bids, 'bids') ?? sideFault(asks, 'asks');
}
