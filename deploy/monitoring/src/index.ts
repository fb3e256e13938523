export { type AlertGroup, type AlertOf, HOUR, type Labels, MINUTE, type Severity, spanAt } from './alerts/alert.js';
export { alertGroups, type GroupTest, groupTests, rulesYaml, runbookOf } from './alerts/rules.js';
export { OBJECTIVES } from './alerts/slo.js';
export { prometheusYaml, type PrometheusOptions, type ScrapeTarget } from './configs/prometheus.js';
export { BOARDS } from './dashboards/boards.js';
export { boardJson } from './dashboards/board.js';
export { KNOWN_METRICS } from './known-metrics.js';
export { type NatsExporter, startNatsExporter } from './nats-exporter/exporter.js';
export { GROUPS, JOBS, NATS_JOB, outputs } from './outputs.js';
