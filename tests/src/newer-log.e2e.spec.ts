import { canonicalJson, connectJetStream, CONTRACTS_UP_TO, type JetStreamBus, type RunningProvisioner, startProvisioner } from '@ballast/bus';
import { PARTITIONS } from '@ballast/domain';
import { runCli } from '@ballast/operator';
import { ManagedProcess, type NatsServer, startNatsServer, WORKSPACE_ROOT } from '@ballast/testing';
import { connect } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const SUBJECT = 'evt.3.operator.bot.later';
const SAYS = `${SUBJECT} at sequence 1: contract: found version ${CONTRACTS_UP_TO + 1} of BotStarted, this build knows versions up to ${CONTRACTS_UP_TO}: run build 9.1.0+tomorrow or a newer one`;
const WRITTEN = {
  format: 1, contract: CONTRACTS_UP_TO + 1, decisionId: 'decided', stream: 'operator.bot.later', version: 1, occurredAt: 1_000, writer: 'operator', build: '9.1.0+tomorrow',
  correlationId: 'c', causationId: 'c', lane: 'l', previousHash: '', events: [{ type: 'BotStarted', botId: 'later', by: 'test', mood: 'of tomorrow' }],
};
const fail = (error: Error): void => {
  throw error;
};

describe('a log that a newer build went on with', () => {
  let server: NatsServer;
  let provisioner: RunningProvisioner;
  let bus: JetStreamBus;

  beforeAll(async () => {
    server = await startNatsServer();
    provisioner = await startProvisioner({ url: server.url, onFault: fail });
    bus = await connectJetStream({ url: server.url, service: 'operator', onFault: fail });
    await bus.store.append(3, SUBJECT, 0, Buffer.from(canonicalJson(WRITTEN)), 'decided');
  });
  afterAll(async () => {
    await bus.close();
    await provisioner.close();
    await server.stop();
  });

  it('is refused by a service of this build, which does not go live and names the type, both versions and the build to run', async () => {
    const env = { ...process.env, NATS_URL: server.url, HEALTH_PORT: '0', CLOCK: 'wall' };
    const older = new ManagedProcess({ name: 'risk', command: process.execPath, args: [`${WORKSPACE_ROOT}/services/risk/dist/main.js`], env });
    await older.start();
    expect(await older.exited).toEqual({ code: 70, signal: null });
    expect(older.lines.at(-1)).toContain(`risk stops: ${SAYS}`);
    expect(older.lines.join('\n')).not.toContain('recovered and live');
    expect(await bus.deadLetters.open()).toEqual([]);
  }, 120_000);

  it('is given back at once by a replica of this build that has taken its partitions', async () => {
    const env = { ...process.env, NATS_URL: server.url, HEALTH_PORT: '0', CLOCK: 'wall', PARTITIONS: 'lease' };
    const older = new ManagedProcess({ name: 'risk', command: process.execPath, args: [`${WORKSPACE_ROOT}/services/risk/dist/main.js`], env });
    await older.start();
    expect(await older.exited).toEqual({ code: 70, signal: null });
    expect(older.lines.at(-1)).toContain(`risk stops: ${SAYS}`);
    const connection = await connect({ servers: server.url });
    const table = await (await connection.jetstreamManager()).streams.getMessage('LEASES', { last_by_subj: 'lease.risk' });
    await connection.close();
    expect(table.json()).toEqual({ replicas: {}, owners: Array.from({ length: PARTITIONS }, () => '') });
  }, 120_000);

  it.each(['rebuild', 'verify'])('is not read by `ballast %s` of this build either, which does not call it broken', async (command) => {
    const err: string[] = [];
    const code = await runCli([command], { env: { NATS_URL: server.url }, cwd: '/', out: () => undefined, err: (text) => err.push(text), connect: ({ natsUrl, user }) => connectJetStream({ url: natsUrl, service: user }), stopped: new Promise(() => undefined), run: () => Promise.resolve(0) });
    expect([code, err]).toEqual([1, [`error: the log was written by a newer build: ${SAYS}`, 'next: run `ballast` of that build, or of a newer one']]);
  });
});
