import { type AlertGroup, type AlertOf, DAY, HOUR, type Labels, MINUTE, type RecordedOf, type Span } from './alert.js';

/** An objective: which share of something may be bad. */
export interface Objective {
  /** Alert, runbook and page. */
  readonly name: string;
  /** In the names of the recorded series. */
  readonly series: string;
  /** Share that may be bad. */
  readonly budget: number;
  readonly summary: string;
  readonly description: string;
  /** Share that was bad within a time. */
  readonly bad: (window: string) => string;
  readonly recorded?: readonly RecordedOf[];
  /** Series of half an hour in which this share (0 to 1) is bad. */
  readonly example: (bad: number) => Readonly<Record<string, string>>;
  /** The example knows whole minutes only: in its half hour what opens a ticket is so much that it pages, too. */
  readonly coarse?: true;
}

const WINDOWS = { '5m': 5 * MINUTE, '30m': 30 * MINUTE, '1h': HOUR, '6h': 6 * HOUR, '3d': 3 * DAY } as const;
/** What a month's budget lasts at these rates: two days, and five. */
const FAST = 14.4;
const STEADY = 6;
const EXAMPLE_MINUTES = 30;
/** When the cases look. The long windows hold what there is by then. */
const LOOK_AT = 20;
const perMinute = (count: number): string => `0+${count}x${EXAMPLE_MINUTES}`;

const seriesOf = ({ series }: Objective, window: keyof typeof WINDOWS): string => `slo:${series}:ratio_${window}`;
const above = (objective: Objective, factor: number, long: keyof typeof WINDOWS, short: keyof typeof WINDOWS): string => {
  const limit = Number((factor * objective.budget).toPrecision(6));
  return `(${seriesOf(objective, long)} > ${limit} and ${seriesOf(objective, short)} > ${limit})`;
};

function alertsOf(objective: Objective): readonly AlertOf[] {
  const { name, summary, description, budget, example, coarse } = objective;
  const both: readonly Labels[] = [{}, { severity: 'ticket' }];
  return [
    {
      name, severity: 'page', summary, description, holdsFor: 0,
      expr: () => `${above(objective, FAST, '1h', '5m')} or ${above(objective, STEADY, '6h', '30m')}`,
      fires: { series: example(FAST * budget * 1.5), at: `${LOOK_AT}m`, fire: both },
      quiet: { series: example(budget * 0.5), at: `${LOOK_AT}m` },
    },
    {
      name, severity: 'ticket', summary, description, holdsFor: 0,
      expr: () => above(objective, 1, '3d', '6h'),
      fires: { series: example(budget * 2), at: `${LOOK_AT}m`, fire: coarse ? [{}, { severity: 'page' }] : [{}] },
      quiet: { series: example(budget * 0.5), at: `${LOOK_AT}m` },
    },
  ];
}

const recordedOf = (objective: Objective): readonly RecordedOf[] => [
  ...(objective.recorded ?? []),
  ...Object.entries(WINDOWS).map(([window, seconds]) => ({ record: seriesOf(objective, window as keyof typeof WINDOWS), expr: (span: Span) => objective.bad(span(seconds)) })),
];

const shareOf = (part: string, whole: string, window: string): string => `(sum(rate(${part}[${window}])) or vector(0)) / sum(rate(${whole}[${window}]))`;
const THOUSAND = 1_000;
/** One minute in so many, the last one among them; none where the whole example is much too short for one. */
const isStale = (minute: number, period: number): boolean => period < 1_000 && (LOOK_AT - minute) % period === 0;

export const OBJECTIVES: readonly Objective[] = [
  {
    name: 'OrderPathBudgetBurn', series: 'order_path_errors', budget: 0.005,
    summary: 'Orders fail faster than the objective allows',
    description: '99.5 % of orders end without a failure of ours (R59). The budget of the month is being used up.',
    bad: (window) => shareOf('ballast_orders_total{outcome="failed"}', 'ballast_orders_total', window),
    example: (bad) => ({ 'ballast_orders_total{bot="b",outcome="filled"}': perMinute(THOUSAND * (1 - bad)), 'ballast_orders_total{bot="b",outcome="failed"}': perMinute(THOUSAND * bad) }),
  },
  {
    name: 'OrderAckBudgetBurn', series: 'order_ack_slow', budget: 0.01,
    summary: 'The venue\'s word on orders comes too late',
    description: '99 % of orders have the venue\'s word within 1 s of being durable. The budget of the month is being used up.',
    bad: (window) => `1 - sum(rate(ballast_order_ack_seconds_bucket{le="1"}[${window}])) / sum(rate(ballast_order_ack_seconds_count[${window}]))`,
    example: (bad) => ({ 'ballast_order_ack_seconds_bucket{venue="v",outcome="accepted",le="1"}': perMinute(THOUSAND * (1 - bad)), 'ballast_order_ack_seconds_count{venue="v",outcome="accepted"}': perMinute(THOUSAND) }),
  },
  {
    name: 'MarketDataBudgetBurn', series: 'market_data_stale', budget: 0.001, coarse: true,
    summary: 'Market data is stale for longer than the objective allows',
    description: 'Every feed is fresh 99.9 % of the time: no book older than 5 s of market time and no feed that is away. The budget of the month is being used up.',
    recorded: [{ record: 'slo:market_data_stale:now', expr: () => 'max((ballast_market_staleness_seconds > bool 5) or ballast_concern{check="feeds"})' }],
    bad: (window) => `avg_over_time(slo:market_data_stale:now[${window}])`,
    example: (bad) => ({ 'ballast_market_staleness_seconds{venue="v",instrument="i"}': Array.from({ length: EXAMPLE_MINUTES }, (_, minute) => (isStale(minute, Math.round(1 / bad)) ? '9' : '1')).join(' ') }),
  },
  {
    name: 'ReconciliationBudgetBurn', series: 'reconciliation_differences', budget: 0.001,
    summary: 'Comparisons with the venue find differences again and again',
    description: '99.9 % of the comparisons of an account with the log agree. The budget of the month is being used up.',
    bad: (window) => shareOf('ballast_reconciliations_total{outcome="different"}', 'ballast_reconciliations_total', window),
    example: (bad) => ({ 'ballast_reconciliations_total{account="a",outcome="agreed"}': perMinute(THOUSAND * (1 - bad)), 'ballast_reconciliations_total{account="a",outcome="different"}': perMinute(THOUSAND * bad) }),
  },
];

export const SLO_GROUPS: readonly AlertGroup[] = OBJECTIVES.map((objective) => ({ name: `slo-${objective.series.replaceAll('_', '-')}`, recorded: recordedOf(objective), alerts: alertsOf(objective) }));
