import type { Tellers } from './chapter.js';

/** Where a partition of the log begins anew. */
export const openingTellers: Tellers<'PartitionOpened'> = {
  PartitionOpened: ({ partition, sealedUpTo, digest, positions, balances }) => ({
    title: `partition ${partition} opens: what is before it is sealed, up to message ${sealedUpTo}`,
    facts: [`archive ${digest}`, ...positions.filter(({ quantity }) => !quantity.isZero()).map(({ accountId, instrument, quantity }) => `${accountId} holds ${quantity.toString()} ${instrument}`), ...balances.map(({ accountId, cash }) => `${accountId} has ${cash.toString()}`)],
  }),
};
