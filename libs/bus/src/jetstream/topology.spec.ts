import { expect, it } from 'vitest';
import { topology } from './topology.js';

it('lets partitions be thinned, and letters of the dead neither be deleted nor purged', () => {
  const kept = topology().filter(({ deny_delete: denied }) => denied).map(({ name, deny_purge: purge }) => [name, purge]);
  expect(kept).toEqual([...Array.from({ length: 8 }, (_, partition) => [`EVENTS_${partition}`, false]), ['DEAD', true]]);
});

it('keeps every stream on as many servers as are asked for, the market too: with one server gone, replicas start and take over', () => {
  expect(new Set(topology({ replicas: 3 }).map(({ num_replicas: replicas }) => replicas))).toEqual(new Set([3]));
});
