import { collectDefaultMetrics, Counter, Gauge, Histogram, type Metric, type OpenMetricsContentType, Registry } from 'prom-client';
import { METRICS, type CounterName, type GaugeName, type HistogramName, type LabelsOf, type MetricName, type MetricSpec } from './catalogue.js';

/** What runs here, for `ballast_build_info`. */
export interface BuildInfo {
  readonly service: string;
  readonly version: string;
  /** Commit the build was made from; `unknown` in a working copy. */
  readonly commit: string;
}

export interface MetricsOptions {
  /** The trace of a trade, 32 hex digits: histograms then keep an exemplar in each bucket. Absent = no exemplars. */
  readonly traceOf?: (tradeId: string) => string | undefined;
}

/** A page of metrics, and the format that it is in. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** prom-client's own gauges with the names of counters: whoever checks the page would find them at fault. */
const MISNAMED = ['nodejs_active_resources_total', 'nodejs_active_handles_total', 'nodejs_active_requests_total'] as const;
/** Who has one of these labels belongs to a partition. */
const OF_PARTITIONS = ['bot', 'account', 'portfolio'] as const;
const OPEN_METRICS = /application\/openmetrics-text/;

/**
 * The metrics of one process: every metric of the catalogue, and no other, can be counted, set or observed, with exactly
 * its labels. Amounts come as numbers made by `toGauge`.
 */
export class Metrics {
  /** Holds the metrics; pages are written by the other two. */
  private readonly registry = new Registry<OpenMetricsContentType>();
  private readonly plain = new Registry();
  private readonly open = new Registry<OpenMetricsContentType>();
  private readonly counters = new Map<MetricName, Counter>();
  private readonly gauges = new Map<MetricName, Gauge>();
  private readonly histograms = new Map<MetricName, Histogram>();
  private readonly scrapes: (() => void)[] = [];
  private ofProcess: Registry | undefined;
  private isSilent = (): boolean => false;

  constructor(
    build: BuildInfo,
    private readonly options: MetricsOptions = {},
  ) {
    for (const registry of [this.registry, this.open]) registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
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
        this.histograms.set(name, new Histogram({ ...common, buckets: [...(spec.buckets ?? [])], enableExemplars: this.options.traceOf !== undefined }));
    }
  }

  /** While it holds the page says nothing of bots, accounts and portfolios: another process may speak for them, and what this one knows is old. */
  silentWhile(holds: () => boolean): void {
    this.isSilent = holds;
  }

  /** Has CPU, memory, garbage collection and event loop of this process on the page, under the names that Prometheus clients of Node have. */
  watchProcess(): void {
    this.ofProcess = processRegistry();
  }

  /** Runs before each page is made: for what is only worth a look then. */
  beforeScrape(run: () => void): void {
    this.scrapes.push(run);
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

  /** `tradeId` names the trade that this is of: where it is traced, its trace is the bucket's exemplar. */
  observe<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, value: number, tradeId?: string): void {
    const { traceOf } = this.options;
    if (!traceOf) return this.histograms.get(name)?.observe(labels as Record<string, string>, value);
    const trace = tradeId === undefined ? undefined : traceOf(tradeId);
    this.histograms.get(name)?.observe({ labels: labels as Record<string, string>, value, ...(trace === undefined ? {} : { exemplarLabels: { trace_id: trace } }) });
  }

  /** Sets the lines of a histogram to 0, so that what is observed first is seen to be added. */
  begin<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>): void {
    this.histograms.get(name)?.zero(labels as Record<string, string>);
  }

  /** All metrics, as OpenMetrics (with exemplars) where `accept` asks for it, else in the text format of Prometheus. */
  async expose(accept = ''): Promise<Exposition> {
    for (const run of this.scrapes) run();
    const page = OPEN_METRICS.test(accept) ? this.open : this.plain;
    for (const registry of [this.registry, this.ofProcess]) {
      for (const { name } of registry?.getMetricsAsArray() ?? []) {
        const metric = page.getSingleMetric(name) ? undefined : registry?.getSingleMetric(name);
        if (metric) page.registerMetric(viewOf(metric as Metric, { isOpen: page === this.open, isSilent: () => this.isSilent() }));
      }
    }
    return { contentType: page.contentType, text: await page.metrics() };
  }

  /** All metrics in the text format of Prometheus. */
  async text(): Promise<string> {
    return (await this.expose()).text;
  }
}

let ofThisProcess: Registry | undefined;

/** One for all lives of this process: its observer of garbage collection goes on for ever. */
function processRegistry(): Registry {
  if (ofThisProcess) return ofThisProcess;
  ofThisProcess = new Registry();
  collectDefaultMetrics({ register: ofThisProcess });
  for (const name of MISNAMED) ofThisProcess.removeSingleMetric(name);
  return ofThisProcess;
}

/** To write OpenMetrics, prom-client renames the counter itself, for good: the page gets a view of each metric instead. */
function viewOf(metric: Metric, { isOpen, isSilent }: { readonly isOpen: boolean; readonly isSilent: () => boolean }): Metric {
  const { name, type } = metric as Metric & { readonly name: string; readonly type: string };
  const shown = isOpen && type === 'counter' ? name.replace(/_total$/, '') : name;
  const get = async (): Promise<object> => {
    const found = await metric.get();
    return { ...found, name: shown, ...(isSilent() ? { values: found.values.filter(({ labels }) => !OF_PARTITIONS.some((label) => label in labels)) } : {}) };
  };
  return { name, type, get } as unknown as Metric;
}
