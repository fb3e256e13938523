import { expect, it } from 'vitest';
import { serverFilters } from './server-filters.js';

it('asks the server for one filter of the partition, and for everything where there are several', () => {
  expect(serverFilters(3, ['evt.*.*.signal.*'])).toEqual(['evt.3.*.signal.*']);
  expect(serverFilters(3, ['evt.*.risk.exposure.*', 'evt.3.risk.exposure.*'])).toEqual(['evt.3.risk.exposure.*']);
  expect(serverFilters(3, ['evt.*.operator.bot.*', 'evt.*.sizing.plan.*'])).toEqual([]);
  expect(serverFilters(3, [])).toEqual([]);
});
