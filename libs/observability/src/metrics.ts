import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { METRICS, type CounterName, type GaugeName, type HistogramName, type LabelsOf, type MetricName, type MetricSpec } from './catalogue.js';

/** What runs here, for `ballast_build_info`. */
export interface BuildInfo {
  readonly service: string;
  readonly version: string;
  /** Commit the build was made from; `unknown` in a working copy. */
  readonly commit: string;
}

/**
 * The metrics of one process: every metric of the catalogue, and no other, can be counted, set or observed, with exactly
 * its labels. Amounts come as numbers made by `toGauge`.
 */
export class Metrics {
  private readonly registry = new Registry();
  private readonly counters = new Map<MetricName, Counter>();
  private readonly gauges = new Map<MetricName, Gauge>();
  private readonly histograms = new Map<MetricName, Histogram>();

  constructor(build: BuildInfo) {
    for (const [name, spec] of Object.entries(METRICS)) this.register(name as MetricName, spec);
    this.set('ballast_build_info', { ...build, node: process.version }, 1);
  }

  private register(name: MetricName, spec: MetricSpec): void {
    const common = { name, help: `${spec.help} [${spec.unit}]`, labelNames: [...spec.labels], registers: [this.registry] };
    switch (spec.type) {
      case 'counter':
        this.counters.set(name, new Counter(common));
        return;
      case 'gauge':
        this.gauges.set(name, new Gauge(common));
        return;
      case 'histogram':
        this.histograms.set(name, new Histogram({ ...common, buckets: [...(spec.buckets ?? [])] }));
    }
  }

  /** Adds to a counter; `by` >= 0, default 1. */
  count<Name extends CounterName>(name: Name, labels: LabelsOf<Name>, by = 1): void {
    this.counters.get(name)?.inc(labels as Record<string, string>, by);
  }

  set<Name extends GaugeName>(name: Name, labels: LabelsOf<Name>, value: number): void {
    this.gauges.get(name)?.set(labels as Record<string, string>, value);
  }

  /** Takes a gauge's line away, where what it measured is gone: a closed position, a stopped bot. */
  unset<Name extends GaugeName>(name: Name, labels: LabelsOf<Name>): void {
    this.gauges.get(name)?.remove(labels as Record<string, string>);
  }

  observe<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, value: number): void {
    this.histograms.get(name)?.observe(labels as Record<string, string>, value);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** All metrics in the text format of Prometheus. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}
