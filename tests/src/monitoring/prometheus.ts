import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBinary, freePort, ManagedProcess } from '@ballast/testing';

export interface Firing {
  readonly name: string;
  readonly severity: string;
  readonly state: 'pending' | 'firing';
  readonly labels: Readonly<Record<string, string>>;
}

const ANSWER_MS = 60_000;
const READY_MS = 120_000;

interface Sampled {
  readonly metric: Readonly<Record<string, string>>;
  readonly values?: readonly (readonly [number, string])[];
  readonly value?: readonly [number, string];
}

/** A real Prometheus of a test, on loopback, with everything in one folder. */
export class PrometheusServer {
  private constructor(
    private readonly managed: ManagedProcess,
    private readonly url: string,
  ) {}

  /** `config` and `rules` are texts in the format of Prometheus; the configuration finds the rules as `rules.yml`. @throws Error that says how to get one, or why it did not start */
  static async start(dir: string, config: string, rules: string): Promise<PrometheusServer> {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'prometheus.yml'), config);
    writeFileSync(join(dir, 'rules.yml'), rules);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const managed = new ManagedProcess({
      name: 'prometheus',
      command: findBinary('prometheus', 'PROMETHEUS_BIN'),
      args: [`--config.file=${join(dir, 'prometheus.yml')}`, `--storage.tsdb.path=${join(dir, 'data')}`, `--web.listen-address=127.0.0.1:${port}`, '--storage.tsdb.retention.time=2h', '--log.level=warn'],
      ready: () => fetch(`${url}/-/ready`).then(({ ok }) => ok, () => false),
      readyTimeoutMs: READY_MS,
    });
    await managed.start();
    return new PrometheusServer(managed, url);
  }

  /** The newest value of each line. @throws Error with what Prometheus says of the query */
  async instant(query: string): Promise<readonly number[]> {
    const { result } = await this.ask<{ readonly result: readonly Sampled[] }>('query', { query });
    return result.map(({ value }) => Number(value?.[1]));
  }

  /** The values of each line over the last seconds, one for each second. @throws Error with what Prometheus says of the query */
  async range(query: string, seconds: number): Promise<readonly (readonly number[])[]> {
    const end = Date.now() / 1_000;
    const { result } = await this.ask<{ readonly result: readonly Sampled[] }>('query_range', { query, start: String(end - seconds), end: String(end), step: '1' });
    return result.map(({ values }) => (values ?? []).map(([, value]) => Number(value)));
  }

  /** The values that a label of a metric has had. */
  labelValues(metric: string, label: string): Promise<readonly string[]> {
    return this.ask<readonly string[]>(`label/${label}/values`, { 'match[]': metric });
  }

  /** Alerts that fire or are about to. */
  async alerts(): Promise<readonly Firing[]> {
    const { alerts } = await this.ask<{ readonly alerts: readonly { readonly labels: Readonly<Record<string, string>>; readonly state: 'pending' | 'firing' }[] }>('alerts', {});
    return alerts.map(({ labels, state }) => ({ name: labels['alertname'] ?? '', severity: labels['severity'] ?? '', state, labels }));
  }

  /** Rules that could not be evaluated, with why. */
  async brokenRules(): Promise<readonly string[]> {
    const { groups } = await this.ask<{ readonly groups: readonly { readonly rules: readonly { readonly name: string; readonly health: string; readonly lastError?: string }[] }[] }>('rules', {});
    return groups.flatMap(({ rules }) => rules.filter(({ health }) => health !== 'ok').map(({ name, health, lastError }) => `${name}: ${health} ${lastError ?? ''}`));
  }

  async stop(): Promise<void> {
    await this.managed.stop();
  }

  private async ask<Data>(path: string, params: Readonly<Record<string, string>>): Promise<Data> {
    const answer = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(params).toString()}`, { signal: AbortSignal.timeout(ANSWER_MS) });
    const body = (await answer.json()) as { readonly status: string; readonly error?: string; readonly data: Data };
    if (body.status !== 'success') throw new Error(`${params['query'] ?? path}: ${body.error ?? answer.status}`);
    return body.data;
  }
}
