import { expect, it } from 'vitest';
import { partOf, weightsBetween, weightsIn } from './call-weights.js';

const page = (reading: number, check: number): string => [
  '# TYPE ballast_venue_call_weight_total counter',
  `ballast_venue_call_weight_total{venue="paper",bucket="ip",call="accountState",priority="2"} ${reading}`,
  `ballast_venue_call_weight_total{venue="paper",bucket="ip",call="accountState",priority="4"} ${check}`,
  'ballast_venue_call_weight_total{venue="paper",bucket="wallet",call="sendTransfer",priority="2"} 10',
  'ballast_venue_calls_skipped_total{venue="paper",call="accountState",priority="4"} 3',
].join('\n');

const samples = [[0, 2, 2], [500, 6, 2], [1_000, 14, 4], [1_500, 20, 9], [2_000, 99, 99]].map(([at = 0, reading = 0, check = 0]) => ({ at, weights: weightsIn([page(reading, check)], 'ip') }));

it('adds up what venues took of several processes, by call and priority', () => {
  expect([...weightsIn([page(20, 6), page(4, 0)], 'ip')]).toEqual([['accountState 2', 24], ['accountState 4', 6]]);
  expect(partOf(new Map(), [4])).toBe(0);
});

it('tells what came between two moments: between the samples around the first one no more than what the venue took from then on', () => {
  const record = [{ at: 600, weight: 5, taken: true }, { at: 800, weight: 9, taken: false }, { at: 900, weight: 3, taken: true }, { at: 1_100, weight: 50, taken: true }];
  const between = weightsBetween(samples, record, 700, 1_600);
  expect([[...between], partOf(between, [3, 4, 5])]).toEqual([[['accountState 2', 3 + 6], ['accountState 4', 2 + 5]], 7 / 16]);
  expect([...weightsBetween(samples, [], 700, 1_600)]).toEqual([['accountState 2', 6], ['accountState 4', 5]]);
  expect([...weightsBetween(samples, record, 700, 900)]).toEqual([]);
});
