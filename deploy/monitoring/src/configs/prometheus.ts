import { stringify } from 'yaml';

/** What Prometheus reads from: a job and where it answers. */
export interface ScrapeTarget {
  /** The process: the label `job` of every series of it. */
  readonly job: string;
  /** `risk:9100`. */
  readonly address: string;
}

export interface PrometheusOptions {
  readonly targets: readonly ScrapeTarget[];
  /** How often is read and evaluated: `10s`. */
  readonly interval: string;
  /** Files of rules, from the folder of the configuration. */
  readonly ruleFiles: readonly string[];
  /** `alertmanager:9093`; absent = alerts stay in Prometheus. */
  readonly alertmanager?: string;
}

/** The configuration of Prometheus: a job for each process, so that `job` is its name everywhere. */
export function prometheusYaml({ targets, interval, ruleFiles, alertmanager }: PrometheusOptions): string {
  return stringify({
    global: { scrape_interval: interval, evaluation_interval: interval },
    rule_files: ruleFiles,
    ...(alertmanager === undefined ? {} : { alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] } }),
    scrape_configs: targets.map(({ job, address }) => ({ job_name: job, static_configs: [{ targets: [address] }] })),
  });
}
