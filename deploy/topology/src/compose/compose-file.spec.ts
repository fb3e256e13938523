import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readStrategies } from '../strategy-manifest.js';
import { topology } from '../topology.js';
import { composeText } from './compose-file.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const strategies = readStrategies(ROOT);
const text = composeText(strategies);

interface Service {
  readonly command?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly privileged?: boolean;
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly network_mode?: string;
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string; readonly restart?: boolean }>>;
  readonly healthcheck?: object;
  readonly deploy?: { readonly resources?: { readonly limits?: { readonly memory?: string; readonly cpus?: string } } };
}
const file = parse(text) as { readonly services: Readonly<Record<string, Service>>; readonly volumes: Readonly<Record<string, object>>; readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>; readonly secrets: Readonly<Record<string, { readonly file: string }>> };
const services = Object.entries(file.services);
const mountsOf = (service: Service): readonly string[] => (service.volumes ?? []).map((volume) => volume.split(':')[0] ?? '');

describe('docker-compose.yml', () => {
  it('is what the topology says: `make compose` writes it anew', () => {
    expect(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8') === text, 'docker-compose.yml differs from deploy/topology; run `make compose`').toBe(true);
  });

  it('has every process of the topology, and what it runs on and is watched by', () => {
    const known = services.map(([name]) => name);
    expect(known).toEqual(expect.arrayContaining([...topology(strategies).map(({ name }) => name), 'nats', 'redis', 'prometheus', 'alertmanager', 'grafana', 'nats-exporter', 'keys', 'demo', 'ballast']));
  });

  it('has one more service for a strategy more, with a volume of secrets of its own', () => {
    const more = parse(composeText([...strategies, { name: 'carry', description: 'Earns funding', memoryMb: 512 }])) as typeof file;
    expect(Object.keys(more.services).filter((name) => !(name in file.services))).toEqual(['strategy-carry']);
    expect(Object.keys(more.volumes).filter((name) => !(name in file.volumes))).toEqual(['secrets-strategy-carry']);
    expect(more.services['strategy-carry']).toMatchObject({ networks: ['bus'], deploy: { resources: { limits: { memory: '512M' } } } });
  });

  it('gives no container privileges, a root file system to write on, or memory and processor without a limit', () => {
    for (const [name, service] of services) {
      expect([name, service.read_only, service.cap_drop, service.security_opt, service.privileged]).toEqual([name, true, ['ALL'], ['no-new-privileges:true'], undefined]);
      expect(service.deploy?.resources?.limits, name).toEqual({ memory: expect.stringMatching(/^\d+M$/) as string, cpus: '1.0' });
    }
  });

  it('publishes ports on the loopback address alone', () => {
    const published = services.flatMap(([, { ports }]) => ports ?? []);
    expect(published.length).toBeGreaterThan(3);
    expect(published.filter((port) => !/^127\.0\.0\.1:\$\{[A-Z_]+:-\d+\}:\d+$/.test(port))).toEqual([]);
  });

  it('lets nobody but those who call it, the set-up of the demo and Prometheus into the network of the venue', () => {
    const inside = services.filter(([, { networks }]) => networks?.includes('venue')).map(([name]) => name).sort();
    expect(inside).toEqual(['ballast', 'collateral', 'demo', 'execution', 'market-data', 'paper-venue', 'prometheus']);
    expect(file.networks).toMatchObject({ venue: { internal: true }, bus: { internal: true }, cache: { internal: true } });
  });

  it('has whoever reads the log read its archive, and only the command line write it', () => {
    const mounted = services.flatMap(([name, { volumes = [] }]) => volumes.filter((volume) => volume.startsWith('archive:')).map((volume) => [name, volume.endsWith(':ro')] as const));
    const readers = topology(strategies).filter(({ env }) => env.some((variable) => variable.name === 'ARCHIVE_DIR')).map(({ name }) => name);
    expect(readers).toEqual(expect.arrayContaining(['sizing', 'risk', 'execution', 'collateral', 'reporting', 'operator', 'strategy-dn-pair']));
    expect(mounted.filter(([, reads]) => reads).map(([name]) => name)).toEqual(readers);
    expect(mounted.filter(([, reads]) => !reads).map(([name]) => name)).toEqual(['ballast']);
    expect(Object.keys(file.volumes)).toContain('archive');
  });

  it('lets each process see its own secrets alone, and only the job that makes them all of them', () => {
    for (const [name, service] of services) {
      const secrets = mountsOf(service).filter((volume) => volume.startsWith('secrets-'));
      if (name !== 'keys') expect([name, secrets.filter((volume) => volume !== `secrets-${name}`)]).toEqual([name, []]);
    }
    expect(services.filter(([, service]) => mountsOf(service).includes('keys')).map(([name]) => name)).toEqual(['keys']);
    expect(file.services['keys']?.network_mode).toBe('none');
  });

  it('hands the secrets of notifications that a person names in `.env` to reporting alone, and empty files where nobody does', () => {
    expect(file.services['reporting']?.environment).toMatchObject({
      NOTIFY_WEBHOOK_URL: '${NOTIFY_WEBHOOK_URL:-}',
      NOTIFY_WEBHOOK_SECRET_FILE: '/run/secrets/notify-webhook',
      NOTIFY_TELEGRAM_CHATS: '${NOTIFY_TELEGRAM_CHATS:-}',
      NOTIFY_TELEGRAM_TOKEN_FILE: '/run/secrets/notify-telegram',
    });
    expect(services.flatMap(([name, { secrets = [] }]) => secrets.map((secret) => [name, secret]))).toEqual([['reporting', 'notify-telegram'], ['reporting', 'notify-webhook']]);
    expect(file.secrets).toMatchObject({ 'notify-webhook': { file: '${NOTIFY_WEBHOOK_SECRET_FILE:-/dev/null}' }, 'notify-telegram': { file: '${NOTIFY_TELEGRAM_TOKEN_FILE:-/dev/null}' } });
  });

  it('starts NATS anew with the keys of a new strategy, and with what a new version lets users do: a server that runs has read neither', () => {
    expect(file.services['nats']?.depends_on).toEqual({ keys: { condition: 'service_completed_successfully', restart: true } });
  });

  it('has Prometheus read targets and rules again once they have changed: of a strategy more it would ask nothing, and no alert of a new version would be in force', () => {
    expect(file.services['prometheus']?.command).toContain('--enable-feature=exemplar-storage,auto-reload-config');
    expect(file.services['prometheus']?.volumes).toContain('./deploy/monitoring/out/prometheus:/etc/prometheus:ro');
  });

  it('mounts only volumes that it declares, and folders of the working copy that are there', () => {
    const volumes = services.flatMap(([, service]) => mountsOf(service));
    const folders = volumes.filter((volume) => volume.startsWith('./'));
    expect(folders).toContain('./deploy/monitoring/out/grafana/dashboards');
    expect(folders.filter((folder) => !existsSync(join(ROOT, folder)))).toEqual([]);
    expect(volumes.filter((volume) => !volume.startsWith('./') && !(volume in file.volumes))).toEqual([]);
    expect(Object.keys(file.volumes).filter((volume) => !volumes.includes(volume))).toEqual([]);
  });

  it('looks at the health of everything that stays, but for the exporter, whose image has no program to look with', () => {
    expect(services.filter(([, { healthcheck }]) => healthcheck === undefined).map(([name]) => name).sort()).toEqual(['ballast', 'keys', 'nats-exporter']);
  });

  it('waits for what is there', () => {
    for (const [name, { depends_on: needs = {} }] of services)
      for (const [other, { condition }] of Object.entries(needs)) {
        const looked = file.services[other];
        expect([name, other, condition === 'service_healthy' ? looked?.healthcheck !== undefined : other === 'keys']).toEqual([name, other, true]);
      }
  });
});
