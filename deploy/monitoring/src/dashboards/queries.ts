import type { Query } from './board.js';

/** Per second, over a time that Grafana chooses by scrape interval and zoom. */
export const rateOf = (series: string, labels = ''): string => `rate(${series}${labels}[$__rate_interval])`;

/** A quantile of a histogram, `by` further labels. */
export const quantile = (q: number, histogram: string, labels = '', by: readonly string[] = []): string =>
  `histogram_quantile(${q}, sum by (${['le', ...by].join(', ')}) (${rateOf(`${histogram}_bucket`, labels)}))`;

/** Median and 99th percentile of a histogram. */
export const spread = (histogram: string, labels = '', by: readonly string[] = []): readonly Query[] => {
  const legend = by.map((label) => `{{${label}}}`).join(' ');
  return [[quantile(0.5, histogram, labels, by), `p50 ${legend}`.trim()], [quantile(0.99, histogram, labels, by), `p99 ${legend}`.trim()]];
};

/** Share of some lines of a counter in more of them, since their processes started. */
export const shareOf = (part: string, whole: string): string => `sum(${part}) / sum(${whole})`;
