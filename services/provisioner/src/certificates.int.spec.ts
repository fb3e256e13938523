import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectionOptions, Events, type NatsConnection, nkeyAuthenticator } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectJetStream, startProvisioner } from '@ballast/bus';
import { findBinary, freePort, HAS_OPENSSL, ManagedProcess, natsServerIsReady, TestAuthority } from '@ballast/testing';
import { type LocalNats, writeLocalNatsConfig } from './local-config.js';
import type { NatsTls } from './server-config.js';

describe.runIf(HAS_OPENSSL)('certificates and credentials of a server that goes on running', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-tls-'));
  /** Where the server reads its own: a rotation replaces what is there. */
  const served: NatsTls = { certFile: join(folder, 'server.pem'), keyFile: join(folder, 'server.key'), caFile: join(folder, 'trusted.pem') };
  let before: TestAuthority;
  let after: TestAuthority;
  let oldRisk: NatsTls;
  let newRisk: NatsTls;
  let nats: LocalNats;
  let server: ManagedProcess;
  let configure: () => LocalNats;

  const install = ({ certFile, keyFile }: NatsTls, trusted: readonly TestAuthority[]): void => {
    copyFileSync(certFile, served.certFile);
    copyFileSync(keyFile, served.keyFile);
    writeFileSync(served.caFile, trusted.map(({ caFile }) => readFileSync(caFile, 'utf8')).join(''));
  };
  const seedOf = (user: string): Uint8Array => new TextEncoder().encode(readFileSync(nats.seedFiles[user] ?? '', 'utf8').trim());
  const dial = (options: ConnectionOptions, seed = seedOf('risk')): Promise<NatsConnection> => connect({ servers: nats.url, reconnect: false, timeout: 20_000, authenticator: nkeyAuthenticator(seed), ...options });
  const admits = async (options: ConnectionOptions): Promise<boolean> => {
    try {
      await (await dial(options)).close();
      return true;
    } catch {
      return false;
    }
  };
  const reload = (): void => server.signalGroup('SIGHUP');

  beforeAll(async () => {
    [before, after] = [new TestAuthority(folder, 'before'), new TestAuthority(folder, 'after')];
    [oldRisk, newRisk] = [before.certificate('risk'), after.certificate('risk')];
    install(before.certificate('server'), [before]);
    const [port, monitorPort] = await Promise.all([freePort(), freePort()]);
    configure = () => writeLocalNatsConfig({ dir: folder, port, monitorPort, storeDir: join(folder, 'store'), strategies: [], tls: served });
    nats = configure();
    server = new ManagedProcess({ name: 'nats-server', command: findBinary('nats-server', 'NATS_SERVER_BIN'), args: ['-c', nats.configFile], ready: () => natsServerIsReady(monitorPort) });
    await server.start();
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  it('serves who shows a certificate and has a credential, and refuses who lacks one of them', async () => {
    const provisioner = await startProvisioner({ url: nats.url, credentialSeedFile: nats.seedFiles['provisioner'], tls: oldRisk, onFault: (error) => expect.unreachable(error.message) });
    const bus = await connectJetStream({ url: nats.url, service: 'risk', credentialSeedFile: nats.seedFiles['risk'], tls: oldRisk });
    expect(await bus.store.append(0, 'evt.0.risk.exposure.main', 0, new TextEncoder().encode('{}'), 'm')).toMatchObject({ status: 'appended' });
    await bus.close();
    await provisioner.close();
    expect(await admits({ tls: { caFile: before.caFile } }), 'no certificate').toBe(false);
    expect(await admits({ tls: { ...newRisk, caFile: before.caFile } }), "an unknown authority's").toBe(false);
    expect(await admits({ tls: { ...oldRisk, caFile: after.caFile } }), 'a server that the client does not know').toBe(false);
    expect(await admits({ tls: null }), 'no encryption').toBe(false);
    await expect(connect({ servers: nats.url, reconnect: false, tls: oldRisk })).rejects.toThrow(/authorization/i);
  });

  it('takes another authority and another certificate at SIGHUP, and no certificate of the old authority any more', async () => {
    install(after.certificate('server'), [after]);
    reload();
    await expect.poll(() => admits({ tls: newRisk }), { timeout: 20_000 }).toBe(true);
    expect(await admits({ tls: oldRisk })).toBe(false);
    expect(await admits({ tls: { ...oldRisk, caFile: after.caFile } })).toBe(false);
  });

  it("takes a user's new credential at SIGHUP, ends who came with the old one, and lets everybody else be", async () => {
    const old = await dial({ tls: newRisk, reconnect: false });
    const oldSeed = seedOf('risk');
    const other = await dial({ tls: newRisk }, seedOf('sizing'));
    const ended = old.closed();
    const heard: string[] = [];
    void (async () => {
      for await (const { type } of other.status()) if (type === Events.Disconnect) heard.push(type);
    })();
    rmSync(nats.seedFiles['risk'] ?? '');
    nats = configure();
    reload();
    await ended;
    await (await dial({ tls: newRisk })).close();
    await expect(dial({ tls: newRisk }, oldSeed)).rejects.toThrow(/authorization/i);
    await other.flush();
    expect(heard).toEqual([]);
    await other.close();
  });
});
