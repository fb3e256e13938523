import { describe, expect, it } from 'vitest';
import { metricOf, seriesIn } from './promql.js';

describe('the names in a query', () => {
  it('are those of series, not of functions, labels, words and durations', () => {
    const query = 'sum by (le, bot) (rate(ballast_x_seconds_bucket{bot=~"$bot",job="up"}[5m])) / on (bot) group_left (venue) slo:y:ratio_rate5m > bool 0.5 and up == 0 unless vector(1) offset 5m';
    expect(seriesIn(query)).toEqual(['ballast_x_seconds_bucket', 'slo:y:ratio_rate5m', 'up']);
  });

  it('are told once each, however often they stand there', () => {
    expect(seriesIn('a_total / (a_total + b_total)')).toEqual(['a_total', 'b_total']);
  });

  it('lead from the series of a histogram to its metric', () => {
    expect(['x_seconds_bucket', 'x_seconds_sum', 'x_seconds_count', 'x_seconds'].map(metricOf)).toEqual(['x_seconds', 'x_seconds', 'x_seconds', 'x_seconds']);
  });
});
