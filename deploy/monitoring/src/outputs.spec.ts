import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { readStrategies, topology } from '@ballast/topology';
import { describe, expect, it } from 'vitest';
import { JOBS, outputs } from './outputs.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const OUT = join(ROOT, 'deploy', 'monitoring', 'out');
const AGAIN = 'node deploy/monitoring/dist/generate.js';
const processes = topology(readStrategies(ROOT)).map(({ name }) => name);
const files = outputs(processes);

describe('deploy/monitoring/out', () => {
  it.each([...files])('has %s as the code writes it', (path, text) => {
    const found = existsSync(join(OUT, path)) ? readFileSync(join(OUT, path), 'utf8') : 'no such file';
    expect(found === text, `${path} is not what ${AGAIN} writes`).toBe(true);
  });

  it('has no dashboard and no rules that the code does not write any more', () => {
    const found = readdirSync(OUT, { recursive: true, encoding: 'utf8' }).filter((path) => /\.(json|yml)$/.test(path));
    expect(found.filter((path) => !files.has(path))).toEqual([]);
  });

  it('reads every process of the topology as a job of its own, and the exporter of NATS', () => {
    const { scrape_configs } = parse(files.get('prometheus/prometheus.yml') ?? '') as { readonly scrape_configs: readonly { readonly job_name: string; readonly static_configs: readonly { readonly targets: readonly string[] }[] }[] };
    expect(scrape_configs.map(({ job_name, static_configs }) => [job_name, static_configs[0]?.targets])).toEqual([...processes.map((name) => [name, [`${name}:9100`]]), ['nats-exporter', ['nats-exporter:7777']]]);
  });

  it('misses a service that is gone, but no strategy, no job and not the paper venue', () => {
    expect([...JOBS].sort()).toEqual(['collateral', 'execution', 'market-data', 'operator', 'provisioner', 'reporting', 'risk', 'sizing']);
  });

  it('sends every alert somewhere', () => {
    const { route, receivers } = parse(files.get('alertmanager/alertmanager.yml') ?? '') as { readonly route: { readonly receiver: string; readonly routes: readonly { readonly receiver: string }[] }; readonly receivers: readonly { readonly name: string }[] };
    expect([...new Set([route.receiver, ...route.routes.map(({ receiver }) => receiver)])].sort()).toEqual(receivers.map(({ name }) => name).sort());
  });
});
