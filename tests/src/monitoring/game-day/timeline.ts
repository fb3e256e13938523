import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Firing, PrometheusServer } from '../prometheus.js';

const keyOf = ({ name, severity, state, labels }: Firing): string =>
  `${state} ${severity} ${name} ${JSON.stringify(Object.fromEntries(Object.entries(labels).filter(([label]) => label !== 'alertname' && label !== 'severity')))}`;

/** Every alert as it came and went, in a file that outlasts the run. */
export class Timeline {
  private readonly began = performance.now();
  private shown = new Set<string>();

  constructor(private readonly prometheus: PrometheusServer, private readonly file: string) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
  }

  say(what: string): void {
    appendFileSync(this.file, `${((performance.now() - this.began) / 1_000).toFixed(1).padStart(7)} ${what}\n`);
  }

  /** The alerts that are there now. */
  async look(): Promise<readonly Firing[]> {
    const alerts = await this.prometheus.alerts();
    const now = new Set(alerts.map(keyOf));
    for (const key of now) if (!this.shown.has(key)) this.say(`  + ${key}`);
    for (const key of this.shown) if (!now.has(key)) this.say(`  - ${key}`);
    this.shown = now;
    return alerts;
  }
}
