import dns from 'node:dns';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectJetStream } from '@ballast/bus';
import { findBinary, freePort, HAS_OPENSSL, ManagedProcess, natsServerIsReady, TestAuthority, type TestCertificate, WORKSPACE_ROOT } from '@ballast/testing';
import { connect, nkeyAuthenticator, type TlsOptions } from 'nats';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { renderOverlay } from './check/render.js';
import { secretsOf } from './generate/files.js';
import { clientsOf, greetsRoute, RenderedNats, routesOf, shownBy } from './nats-tls.fixtures.js';
import { makeSecrets } from './secrets/make-secrets.js';

const SERVERS = 3;

describe.runIf(HAS_OPENSSL)('the NATS servers of staging, with certificates as the manifests ask for them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-nats-tls-'));
  const others: ManagedProcess[] = [];
  let nats: RenderedNats;
  let risk: TestCertificate;
  const seedFile = join(folder, 'secrets/nats-seed-risk/seed.nk');
  const url = (host = 'nats', port = nats.ports[0]?.client ?? 0): string => `nats://${host}:${port}`;
  const admits = async (tls: TlsOptions | null, server = url()): Promise<boolean | string> => {
    const authenticator = nkeyAuthenticator(new TextEncoder().encode(readFileSync(seedFile, 'utf8').trim()));
    try {
      await (await connect({ servers: server, reconnect: false, timeout: 20_000, authenticator, tls })).close();
      return true;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const started = async (one: ManagedProcess): Promise<ManagedProcess> => {
    others.push(one);
    await one.start();
    return one;
  };

  beforeAll(async () => {
    // Names of the cluster's Services: here they mean this machine.
    vi.spyOn(dns, 'resolve4').mockImplementation(((_: string, then: (error: null, found: string[]) => void) => then(null, ['127.0.0.1'])) as typeof dns.resolve4);
    vi.spyOn(dns, 'resolve6').mockImplementation(((_: string, then: (error: null, found: string[]) => void) => then(null, [])) as typeof dns.resolve6);
    const [{ manifests }, ports] = [await renderOverlay(WORKSPACE_ROOT, 'staging'), await RenderedNats.ports(SERVERS)];
    makeSecrets({ folder: join(folder, 'secrets'), catalogue: secretsOf(WORKSPACE_ROOT), paper: false, restorer: false });
    nats = new RenderedNats(folder, new TestAuthority(folder, 'authority'), manifests, ports);
    risk = nats.certificateOf('risk');
    await nats.start(join(folder, 'secrets/nats-public-keys/keys.conf'));
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await Promise.all([...others, ...nats.servers].map((each) => each.stop()));
    rmSync(folder, { recursive: true });
  });

  it('find each other by routes that nobody joins without a certificate', async () => {
    for (const { monitor, route } of nats.ports) {
      await expect.poll(() => routesOf(monitor)).toHaveLength(SERVERS - 1);
      expect([await greetsRoute(route, risk, nats.certificateOf('server')), await greetsRoute(route, risk)]).toEqual([true, false]);
    }
  });

  it("let no server in by a route with a client's certificate, whatever accounts it makes up", async () => {
    const [{ certFile, keyFile, caFile }, port, monitor, config] = [nats.certificateOf('strategy-dn-pair'), await freePort(), await freePort(), join(folder, 'intruder.conf')];
    const [{ monitor: asked = 0, route = 0 } = {}, first] = [nats.ports[0], nats.servers[0]];
    const cluster = `cluster { name: "ballast", listen: "127.0.0.1:${await freePort()}", routes: ["nats://localhost:${route}"], tls { cert_file: "${certFile}", key_file: "${keyFile}", ca_file: "${caFile}", verify: true } }`;
    writeFileSync(config, `server_name: intruder\nlisten: "127.0.0.1:${port}"\nhttp: "127.0.0.1:${monitor}"\n${cluster}\naccounts { BALLAST { users: [{ user: anybody, password: anything }] } }\n`);
    const intruder = await started(new ManagedProcess({ name: 'intruder', command: findBinary('nats-server', 'NATS_SERVER_BIN'), args: ['-c', config], ready: () => natsServerIsReady(monitor) }));
    await expect.poll(() => first?.lines.join('\n'), { timeout: 20_000 }).toMatch(/rid:\d+ - authentication error/);
    expect([await routesOf(asked), await routesOf(monitor)]).toEqual([['nats-1', 'nats-2'], []]);
    await intruder.stop();
  });

  it('let a client in by the name of their Service, with the certificate that is asked for it', async () => {
    const bus = await connectJetStream({ url: url(), service: 'risk', credentialSeedFile: seedFile, tls: risk });
    expect(bus.connected()).toBe(true);
    await bus.close();
  });

  it('refuse a client without a certificate, and one without encryption', async () => {
    expect(await admits(risk)).toBe(true);
    expect(await admits({ caFile: risk.caFile })).not.toBe(true);
    expect(await admits(null)).not.toBe(true);
  });

  it('are not believed by a name that their certificate has not', async () => {
    expect(await admits(risk, url('redis'))).toMatch(/redis.*altnames|altnames.*nats/);
  });

  it("are not believed with a client's certificate", async () => {
    const { certFile, keyFile, caFile } = nats.certificateOf('strategy-dn-pair');
    const [port, monitor, config] = [await freePort(), await freePort(), join(folder, 'false.conf')];
    writeFileSync(config, `listen: "127.0.0.1:${port}"\nhttp: "127.0.0.1:${monitor}"\ntls { cert_file: "${certFile}", key_file: "${keyFile}", ca_file: "${caFile}", verify: true }\n`);
    await started(new ManagedProcess({ name: 'false server', command: findBinary('nats-server', 'NATS_SERVER_BIN'), args: ['-c', config], ready: () => natsServerIsReady(monitor) }));
    expect(await admits(risk, url('nats', port))).toMatch(/purpose/);
  });

  it('show a renewed certificate without a restart, and keep who is connected', async () => {
    const [last = 0, port = 0] = [nats.ports.length - 1, nats.ports.at(-1)?.client];
    const bus = await connectJetStream({ url: url('nats', port), service: 'risk', credentialSeedFile: seedFile, tls: risk, onFault: (error) => expect.unreachable(error.message) });
    const [before, pid] = [await shownBy(port, risk), nats.servers[last]?.pid];
    const reloader = await started(nats.reloader(last));
    nats.renew(last);
    await expect.poll(() => shownBy(port, risk), { timeout: 30_000 }).not.toBe(before);
    expect([nats.servers[last]?.pid, bus.connected()]).toEqual([pid, true]);
    await expect.poll(() => reloader.lines.join('\n')).toContain('certificates were replaced');
    await bus.close();
  }, 90_000);

  it('are found by a client whose own server is gone, though they tell it addresses and no names', async () => {
    const bus = await connectJetStream({ url: url(), service: 'risk', credentialSeedFile: seedFile, tls: risk });
    const isElsewhere = async (): Promise<boolean> => (await Promise.all(nats.ports.slice(1).map(({ monitor }) => clientsOf(monitor)))).flat().includes('risk/log');
    await expect.poll(isElsewhere).toBe(false);
    await nats.servers[0]?.kill();
    await expect.poll(isElsewhere).toBe(true);
    await expect.poll(() => bus.connected()).toBe(true);
    await bus.close();
  }, 90_000);

  it('take one back that was gone, by routes on which one of them shows a renewed certificate', async () => {
    const [{ monitor = 0 } = {}, first] = [nats.ports[0], nats.servers[0]];
    await first?.start();
    await expect.poll(() => routesOf(monitor), { timeout: 20_000 }).toEqual(['nats-1', 'nats-2']);
  });
});
