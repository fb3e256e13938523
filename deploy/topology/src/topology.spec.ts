import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readStrategies } from './strategy-manifest.js';
import { processNamed, topology } from './topology.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const processes = topology(readStrategies(ROOT));
const names = (of: (process: (typeof processes)[number]) => boolean): readonly string[] => processes.filter(of).map(({ name }) => name);

describe('the topology', () => {
  it('has every folder with a main of services and of services/strategies, once', () => {
    const mains = (folder: string): readonly string[] => readdirSync(join(ROOT, folder)).filter((name) => existsSync(join(ROOT, folder, name, 'src/main.ts'))).map((name) => `${folder}/${name}/dist/main.js`);
    expect(processes.map(({ entry }) => entry).sort()).toEqual([...mains('services'), ...mains('services/strategies')].sort());
    expect(new Set(names(() => true)).size).toBe(processes.length);
  });

  it('lets only execution, collateral and the feeds of market-data reach the venue', () => {
    expect(Object.fromEntries(processes.flatMap(({ name, venue }) => (venue ? [[name, venue]] : [])))).toEqual({ 'market-data': 'feeds', execution: 'orders', collateral: 'collateral' });
    expect(names(({ reaches }) => reaches.includes('venue'))).toEqual(names(({ venue }) => venue !== undefined));
  });

  it('gives the key of the venue to execution and collateral alone', () => {
    expect(names(({ env }) => env.some(({ from }) => from.kind === 'secret' && from.name === 'venue-key'))).toEqual(['execution', 'collateral']);
  });

  it('opens the operator to people and nobody else', () => {
    expect(names(({ ingress }) => ingress)).toEqual(['operator']);
  });

  it('lets a strategy reach the bus and nothing else', () => {
    for (const strategy of processes.filter(({ name }) => name.startsWith('strategy-'))) expect([strategy.reaches, strategy.ingress, strategy.volumes]).toEqual([['nats'], false, []]);
  });

  it('names no address that its process may not reach, and no destination that it has no address of', () => {
    const destinations = { nats: 'nats', 'nats-monitor': 'nats-monitor', redis: 'redis', 'venue-gateway': 'venue', 'venue-archive': 'venue', 'venue-stream': 'venue', 'venue-simulation': 'venue' } as const;
    for (const { name, env, reaches } of processes) {
      const told = new Set(env.flatMap(({ from }) => (from.kind === 'address' ? [destinations[from.of]] : [])));
      expect([name, [...told].sort()]).toEqual([name, reaches.filter((to) => to !== 'notifications').sort()]);
    }
  });

  it('tells no variable twice, uses volumes that are there, and asks for no more memory than it allows', () => {
    for (const { env, volumes, resources } of processes) {
      expect(new Set(env.map(({ name }) => name)).size).toBe(env.length);
      for (const { from } of env) if (from.kind === 'volume') expect(volumes.map(({ name }) => name)).toContain(from.volume);
      expect(resources.memoryMb).toBeLessThanOrEqual(resources.memoryLimitMb);
    }
  });

  it('answers an unknown name with the names there are', () => {
    expect(processNamed('risk', processes).entry).toBe('services/risk/dist/main.js');
    expect(() => processNamed('rsik', processes)).toThrow('process: found "rsik", allowed are provisioner, market-data');
  });
});
