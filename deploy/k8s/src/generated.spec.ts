import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE_ROOT } from '@ballast/testing';
import { topology } from '@ballast/topology';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from './generate/files.js';
import { scaledObjects } from './generate/scaling.js';
import { secretCatalogue } from './generate/secrets.js';
import { settingsOf } from './generate/variables.js';
import { isStateful, replicasOf, workloadOf } from './generate/workload.js';

const files = generatedFiles(WORKSPACE_ROOT);
const strategies = [{ name: 'carry', description: 'Carries', memoryMb: 256 }];
const processes = topology(strategies);
const named = (name: string) => processes.find((process) => process.name === name)!;

describe('what is generated for Kubernetes', () => {
  it.each([...files.keys()])('%s is committed as it is generated: run `make manifests`', (path) => {
    expect(existsSync(join(WORKSPACE_ROOT, path)) ? readFileSync(join(WORKSPACE_ROOT, path), 'utf8') : 'absent').toBe(files.get(path));
  });

  it('leaves nothing behind of a process or a strategy that is gone', () => {
    const folder = 'k8s/base/processes';
    const there = [...readdirSync(join(WORKSPACE_ROOT, folder)).filter((file) => file.endsWith('.yaml')), ...readdirSync(join(WORKSPACE_ROOT, folder, 'config')).map((file) => `config/${file}`)].map((file) => `${folder}/${file}`);
    expect(there.filter((path) => !files.has(path))).toEqual([]);
  });

  it('gives a new strategy its workload, its seed and its settings by its folder alone', () => {
    expect(named('strategy-carry')).toMatchObject({ kind: 'single-writer', partitioned: true });
    expect(secretCatalogue(processes, ['carry'], {}).find(({ name }) => name === 'nats-seed-strategy-carry')).toMatchObject({ readers: ['strategy-carry'] });
  });

  it('runs whoever owns partitions as a StatefulSet of two, and what decides nothing as a Deployment', () => {
    const stateful = processes.filter(isStateful).map(({ name }) => name);
    expect(stateful).toEqual(expect.arrayContaining(['market-data', 'sizing', 'risk', 'execution', 'collateral', 'operator', 'strategy-carry', 'paper-venue']));
    expect(stateful).not.toContain('reporting');
    expect(processes.filter(({ kind, partitioned }) => kind === 'single-writer' && partitioned).map(replicasOf).every((count) => count === 2)).toBe(true);
    expect(['market-data', 'provisioner', 'paper-venue'].map((name) => replicasOf(named(name)))).toEqual([2, 2, 1]);
  });

  it('scales by load what shares partitions and has no order in hand, and nothing of which the second one stands by', () => {
    const scaled = scaledObjects(processes).map(({ spec }) => [spec.scaleTargetRef.name, spec.minReplicaCount, spec.maxReplicaCount]);
    expect(scaled).toEqual([['strategy-carry', 2, 8]]);
  });

  it('lets a pod keep as much as its scratch volumes hold, beside its log: what they hold counts, and a pod that has more is evicted', () => {
    const mb = (size: unknown): number => Number(/^(\d+)Mi$/.exec(String(size))?.[1]);
    const scratch = processes.map((process) => workloadOf(process, processes).spec!.template.spec!).filter(({ volumes = [] }) => volumes.some(({ emptyDir }) => emptyDir !== undefined && emptyDir.medium === undefined));
    expect(scratch.map(({ serviceAccountName }) => serviceAccountName)).toEqual(['reporting']);
    for (const { containers, volumes = [] } of scratch) {
      const held = volumes.map(({ emptyDir }) => (emptyDir && emptyDir.medium === undefined ? mb(emptyDir.sizeLimit) : 0)).reduce((sum, size) => sum + size);
      expect(mb(containers[0]?.resources?.limits?.['ephemeral-storage'])).toBeGreaterThanOrEqual(held + 256);
    }
  });

  it('gives the key of the venue to execution and to collateral, each its own, and to nobody else', () => {
    const keys = secretCatalogue(processes, ['carry'], {}).filter(({ name }) => name.startsWith('venue-key'));
    expect(keys.map(({ name, readers }) => [name, readers])).toEqual([['venue-key-execution', ['execution']], ['venue-key-collateral', ['collateral']]]);
  });

  it('says once what several processes are told, and leaves what the venue is to a component', () => {
    const { shared, own } = settingsOf(processes);
    expect(shared.find(({ name }) => name === 'PARTITIONS')).toMatchObject({ value: 'lease' });
    expect([...own.values()].flat().map(({ name }) => name).filter((name) => shared.some((each) => each.name === name))).toEqual([]);
    expect([...shared, ...[...own.values()].flat()].map(({ name }) => name).filter((name) => name.startsWith('NADO_') || name === 'VENUE')).toEqual([]);
  });

  it('refuses two processes that are told different things by one name', () => {
    const [first, ...others] = processes;
    const other = { ...first!, env: first!.env.map((variable) => (variable.name === 'LOG_LEVEL' ? { ...variable, from: { kind: 'setting', standard: 'trace' } as const } : variable)) };
    expect(() => settingsOf([other, ...others])).toThrow(/LOG_LEVEL: found trace and, of .*, info; allowed is one value/);
  });
});
