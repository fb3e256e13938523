import { expect, it } from 'vitest';
import { topology } from './topology.js';

it('lets partitions be thinned, and letters of the dead neither be deleted nor purged', () => {
  const kept = topology().filter(({ deny_delete: denied }) => denied).map(({ name, deny_purge: purge }) => [name, purge]);
  expect(kept).toEqual([...Array.from({ length: 8 }, (_, partition) => [`EVENTS_${partition}`, false]), ['DEAD', true]]);
});
