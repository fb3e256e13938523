import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { findBinary, freePort, ManagedProcess, natsServerIsReady, type TestAuthority, type TestCertificate, WORKSPACE_ROOT } from '@ballast/testing';
import { type Certificate, certificatesIn } from './check/certificates.js';
import { podTemplates } from './check/pods.js';
import type { Manifest } from './manifest.js';

const DIR = '/var/run/secrets/ballast/nats-tls';
const PID_FILE = '/tmp/nats.pid';
/** Names of servers mean nothing outside of the cluster; this one is good for all of them on one machine. */
const HERE = 'localhost';
const SERVER_NAME = /nats-(\d)\.nats-headless/g;
const USAGES: Readonly<Record<string, string>> = { 'server auth': 'serverAuth', 'client auth': 'clientAuth' };

export interface Ports {
  readonly client: number;
  readonly monitor: number;
  readonly route: number;
}

/** Whatever an overlay says of NATS, on this machine: its configuration, its certificates, its three servers. */
export class RenderedNats {
  readonly certificates: readonly Certificate[];
  readonly servers: ManagedProcess[] = [];
  private readonly config: Readonly<Record<string, string>>;
  private readonly reloaderArgs: readonly string[];

  constructor(
    private readonly folder: string,
    private readonly authority: TestAuthority,
    manifests: readonly Manifest[],
    readonly ports: readonly Ports[],
  ) {
    this.certificates = certificatesIn(manifests);
    this.config = manifests.map((manifest) => manifest['data'] as Readonly<Record<string, string>> | undefined).find((data) => data?.['nats.conf'] !== undefined) ?? {};
    const nats = podTemplates(manifests).find(({ id }) => id === 'StatefulSet/nats');
    this.reloaderArgs = nats?.spec.containers.find(({ name }) => name === 'reloader')?.args ?? [];
  }

  static async ports(count: number): Promise<readonly Ports[]> {
    return Promise.all(Array.from({ length: count }, async () => ({ client: await freePort(), monitor: await freePort(), route: await freePort() })));
  }

  /** A new certificate with the names and for the uses that the manifests ask for. */
  certificateOf(workload: string): TestCertificate {
    const spec = this.certificates.find(({ id }) => id === `Certificate/nats-tls-${workload}`)?.spec;
    if (spec === undefined) throw new Error(`nats-tls-${workload}: found no Certificate`);
    const names = [...new Set((spec.dnsNames ?? []).map((name) => `DNS:${name.replace(SERVER_NAME, HERE)}`))];
    return this.authority.certificate(workload, { names, usages: (spec.usages ?? []).flatMap((usage) => USAGES[usage] ?? []) });
  }

  /** Puts a new certificate where a server reads its own. */
  renew(ordinal: number): void {
    const { caFile, certFile, keyFile } = this.certificateOf('server');
    for (const [from, to] of [[caFile, 'ca.crt'], [certFile, 'tls.crt'], [keyFile, 'tls.key']] as const) copyFileSync(from, join(this.home(ordinal), 'tls', to));
  }

  /** Starts all servers, with this file of public keys, and waits until they have found each other. */
  async start(keysFile: string): Promise<void> {
    for (const [ordinal, { monitor }] of this.ports.entries()) {
      const home = this.home(ordinal);
      for (const folder of ['keys', 'tls']) mkdirSync(join(home, folder), { recursive: true });
      this.renew(ordinal);
      copyFileSync(keysFile, join(home, 'keys/keys.conf'));
      for (const file of ['nats.conf', 'tls.conf', 'tls-routes.conf']) writeFileSync(join(home, file), this.adapted(this.config[file] ?? '', ordinal));
      this.servers.push(new ManagedProcess({ name: `nats-${ordinal}`, command: findBinary('nats-server', 'NATS_SERVER_BIN'), args: ['-c', join(home, 'nats.conf'), '--pid', this.adapted(PID_FILE, ordinal)], env: { POD_NAME: `nats-${ordinal}`, LOG_STORAGE: '1GB' }, ready: () => natsServerIsReady(monitor), readyTimeoutMs: 60_000 }));
    }
    await Promise.all(this.servers.map((server) => server.start()));
  }

  /** What stands beside each server in its pod. */
  reloader(ordinal: number): ManagedProcess {
    const [, ...args] = this.reloaderArgs.map((arg) => this.adapted(arg, ordinal));
    return new ManagedProcess({ name: 'reloader', command: process.execPath, args: [join(WORKSPACE_ROOT, 'services/provisioner/dist/nats-reloader.js'), ...args] });
  }

  private home(ordinal: number): string {
    return join(this.folder, `nats-${ordinal}`);
  }

  private adapted(text: string, ordinal: number): string {
    const [own, home] = [this.ports[ordinal], this.home(ordinal)];
    return text
      .replaceAll(DIR, join(home, 'tls'))
      .replaceAll(PID_FILE, join(home, 'nats.pid'))
      .replace('/data/jetstream', join(home, 'store'))
      .replace(new RegExp(`${SERVER_NAME.source}:6222`, 'g'), (_, of: string) => `${HERE}:${this.ports[Number(of)]?.route ?? 0}`)
      .replace('0.0.0.0:4222', `127.0.0.1:${own?.client ?? 0}`)
      .replace('0.0.0.0:8222', `127.0.0.1:${own?.monitor ?? 0}`)
      .replace('0.0.0.0:6222', `127.0.0.1:${own?.route ?? 0}`);
  }
}

/** Names of the servers that one has routes to. */
export async function routesOf(monitor: number): Promise<readonly string[]> {
  const { routes } = (await (await fetch(`http://127.0.0.1:${monitor}/routez`)).json()) as { readonly routes: readonly { readonly remote_name: string }[] };
  return [...new Set(routes.map(({ remote_name }) => remote_name))].sort();
}

/** Names of the clients that a server has. */
export async function clientsOf(monitor: number): Promise<readonly string[]> {
  const { connections } = (await (await fetch(`http://127.0.0.1:${monitor}/connz`)).json()) as { readonly connections: readonly { readonly name?: string }[] };
  return connections.map(({ name = '' }) => name);
}

const optionsOf = ({ caFile, certFile, keyFile }: TestCertificate): ConnectionOptions => ({ ca: readFileSync(caFile), cert: readFileSync(certFile), key: readFileSync(keyFile) });

/** Fingerprint of the certificate that a server shows to clients. */
export async function shownBy(port: number, own: TestCertificate): Promise<string> {
  const socket = connectTcp(port, '127.0.0.1');
  await once(socket, 'data');
  const encrypted = connectTls({ socket, servername: 'nats', ...optionsOf(own) });
  await once(encrypted, 'secureConnect');
  const { fingerprint256 } = encrypted.getPeerCertificate();
  encrypted.destroy();
  return fingerprint256;
}

/** Whether a server talks to who comes to the port of its routes as another server would: encrypted from the first byte, with this certificate or with none. */
export function greetsRoute(port: number, authority: Pick<TestCertificate, 'caFile'>, own?: TestCertificate): Promise<boolean> {
  return new Promise((resolve) => {
    const encrypted = connectTls({ port, host: '127.0.0.1', servername: HERE, ca: readFileSync(authority.caFile), ...(own ? optionsOf(own) : {}) });
    const end = (greeted: boolean): void => {
      resolve(greeted);
      encrypted.destroy();
    };
    encrypted.once('data', () => end(true));
    for (const event of ['error', 'close'] as const) encrypted.once(event, () => end(false));
  });
}
