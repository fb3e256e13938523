import { Metrics } from '@ballast/observability';
import { VenueError } from '@ballast/venues';
import { expect, it } from 'vitest';
import { countFailed } from './call-outcome.js';

it('counts failed calls to the venue by what it said, and nothing that is no call to it', async () => {
  const metrics = new Metrics({ service: 'collateral', version: 'test', commit: 'test' });
  for (const error of [new VenueError('rate', 'notPlaced', '429'), new VenueError('unreachable', 'notPlaced', 'away'), new VenueError('unknown', 'unknown', 'lost'), new VenueError('maintenance', 'notPlaced', 'closed'), new Error('the log is away')]) countFailed(metrics, 'v', 'accountState', error);
  const counted = (await metrics.text()).split('\n').filter((line) => line.startsWith('ballast_venue_calls_total{')).sort();
  expect(counted).toEqual([['limited', 1], ['refused', 1], ['unknown', 2]].map(([outcome, count]) => `ballast_venue_calls_total{venue="v",call="accountState",outcome="${outcome}"} ${count}`));
});
