import { DIMENSIONS, type Dimension, METRICS, type MetricSpec } from './catalogue.js';

/** How metrics are shown in words, by what they tell; each pattern takes what none before it took. */
const CHAPTERS: readonly (readonly [title: string, names: RegExp])[] = [
  ['HTTP', /^ballast_http_/],
  ['Protection', /^ballast_(protection_|accounts_watched|account_refresh)/],
  ['Venue calls', /^ballast_(venue_call|order_ack)/],
  ['Market data', /^ballast_(market_(staleness|gaps|discarded|skipped)|venue_clock|cache)/],
  ['Accounts and reconciliation', /^ballast_(account_|equity|collateral|position_|distance|reconciliation|unguarded)/],
  ['Rules, ladder and money', /^ballast_(risk_|rule_|trading_state|hard_stop|ladder|portfolio_|drawdown|daily_volume|treasury|sizing|plans_)/],
  ['Trades and orders', /^ballast_(signal_|order|open_orders|fills|turnover|round_|slippage|hedge|cycles|unwinds|naked|realised|fees|funding)/],
  ['Services', /^ballast_/],
];

const HEAD = `# Metrics

Every process answers \`GET /metrics\` on its \`HEALTH_PORT\`: the text format of Prometheus, and OpenMetrics where the request accepts it. Beside the metrics
below there are those of the process itself (\`process_*\`, \`nodejs_*\`: CPU, memory, garbage collection, event loop). This page is made from
[the catalogue](../libs/observability/src/catalogue.ts) by \`node libs/observability/dist/write-metrics-page.js\`; the catalogue is also what dashboards and alerts are checked against.

Amounts are binary numbers here, for the eye and for alerts; nothing that decides reads them. Counters count from the start of a process; gauges say what the log says. A trade, an order or a
decision is never a label. "Lines" is the most that one process shows of a metric, for each of the words: ${Object.entries(DIMENSIONS).map(([name, { bound, means }]) => `${name} (${means}; sized for ${bound.toLocaleString('en-GB')})`).join(', ')}.
`;

const FORMULAS = `## What follows from them

| figure | from |
|---|---|
| fill rate (C-14, R43, R44) | \`ballast_round_filled_quote_total / ballast_round_ordered_quote_total\` |
| cycle success (R43) | \`ballast_cycles_total{outcome="COMPLETED"} / ballast_cycles_total\` |
| maker share (R20) | \`ballast_turnover_quote_total{liquidity="MAKER"} / ballast_turnover_quote_total\` |
| execution success (R59, C-14) | \`1 - ballast_orders_total{outcome="failed"} / ballast_orders_total\` |
| slippage, average (C-56) | \`ballast_slippage_mean_bps\`; over a time span \`rate(ballast_slippage_bps_sum) / rate(ballast_slippage_bps_count)\`, where improvements count as 0 |
| thin liquidity (R29) | \`ballast_plans_infeasible_total{reason="DEPTH"}\`, \`ballast_rule_evaluations_total{rule="depth",result="refuse"}\` |
| volume today against target (R23) | \`ballast_daily_volume_quote\` against \`ballast_daily_volume_bound_quote\` |

## Traces

One trade is one trace, from the book that its signal saw over every decision and every handling of it to its last fill. Tracing is on where \`OTEL_EXPORTER_OTLP_ENDPOINT\`
names a collector (OTLP over HTTP, \`http://127.0.0.1:4318\`); \`OTEL_TRACES_SAMPLER_ARG\` is the share of trades that is traced, 1 unless set. The trace's id is the first 32 hex digits of
SHA-256 of \`trace <trade id>\`: whoever knows the trade knows the trace, also of a replay ([ADR 22](adr/0022-a-trades-trace-follows-from-the-log.md)). Then each
bucket of a latency names the trace of a trade that fell into it, as an exemplar.
`;

const bounds = (cardinality: readonly (Dimension | number)[]): string => (cardinality.length === 0 ? '1' : cardinality.join(' × '));
const row = ([name, { type, unit, labels, owner, cardinality, help }]: readonly [string, MetricSpec]): string =>
  `| \`${name}\` | ${type} | ${unit} | ${labels.map((label) => `\`${label}\``).join(', ') || '–'} | ${owner} | ${bounds(cardinality)} | ${help.replaceAll('|', '/')} |`;

/** docs/metrics.md, whole: every metric of the catalogue in one of its chapters. */
export function metricsPage(): string {
  const left = new Map<string, MetricSpec>(Object.entries(METRICS));
  const tables = CHAPTERS.map(([title, names]) => {
    const rows = [...left].filter(([name]) => names.test(name));
    for (const [name] of rows) left.delete(name);
    return { title, rows };
  });
  const chapters = tables.reverse().map(({ title, rows }) => `## ${title}\n\n| metric | type | unit | labels | set by | lines | what it says |\n|---|---|---|---|---|---|---|\n${rows.map(row).join('\n')}\n`);
  return [HEAD, ...chapters, FORMULAS].join('\n');
}
