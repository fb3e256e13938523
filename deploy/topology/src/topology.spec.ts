import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readStrategies } from './strategy-manifest.js';
import { processNamed, topology } from './topology.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const processes = topology(readStrategies(ROOT));
const names = (of: (process: (typeof processes)[number]) => boolean): readonly string[] => processes.filter(of).map(({ name }) => name);

/** Calls of a configuration's reader that name a variable. */
const READS = /\b(?:reader\.(?:text|optional|integer|oneOf|partitions)\(|bpsOf\(reader, )'([A-Z][A-Z0-9_]*)'/g;
const OF_EVERY_SERVICE = 'libs/bus/src/service/service-env.ts';
const OF_THE_BUDGET = 'libs/venues/src/budget/venue-budget.ts';
/** Where the variables of a process are read. */
const CONFIGS: Readonly<Record<string, readonly string[]>> = {
  'market-data': [OF_EVERY_SERVICE, OF_THE_BUDGET, 'services/market-data/src/config.ts'],
  sizing: [OF_EVERY_SERVICE],
  risk: [OF_EVERY_SERVICE, 'services/risk/src/config.ts'],
  execution: [OF_EVERY_SERVICE, OF_THE_BUDGET, 'services/execution/src/config.ts'],
  collateral: [OF_EVERY_SERVICE, OF_THE_BUDGET, 'services/collateral/src/config.ts'],
  reporting: [OF_EVERY_SERVICE, 'services/reporting/src/config.ts', 'services/reporting/src/notifications/notifications.config.ts'],
  operator: [OF_EVERY_SERVICE, 'services/operator/src/http/http.config.ts'],
  'strategy-dn-pair': [OF_EVERY_SERVICE],
};
/** A run without containers replays recorded candles, and may do so in lock step. */
const OF_A_REPLAY = ['LOCKSTEP_SERVICES', 'CANDLES', 'DATA'];

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

  it.each(Object.entries(CONFIGS))('tells %s every variable that it reads, but for those of a replay outside of containers', (name, files) => {
    const told = new Set(processNamed(name, processes).env.map((variable) => variable.name));
    const read = files.flatMap((file) => [...readFileSync(join(ROOT, file), 'utf8').matchAll(READS)].map(([, variable]) => variable ?? ''));
    expect(read.length).toBeGreaterThan(5);
    expect(read.filter((variable) => !told.has(variable) && !OF_A_REPLAY.includes(variable))).toEqual([]);
  });

  it('answers an unknown name with the names there are', () => {
    expect(processNamed('risk', processes).entry).toBe('services/risk/dist/main.js');
    expect(() => processNamed('rsik', processes)).toThrow('process: found "rsik", allowed are provisioner, market-data');
  });
});
