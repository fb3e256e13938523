import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectJetStream, deadIdOf, type JetStreamBus, type RunningProvisioner, startProvisioner } from '@ballast/bus';
import { partitionOf } from '@ballast/domain';
import { type NatsServer, startNatsServer } from '@ballast/testing';
import { connectCli } from './connection.js';
import type { Target } from './io.js';
import { ballast, type Ran, writeLog } from './story.fixtures.js';

const P = partitionOf('main');
const LETTER = deadIdOf({ service: 'execution', partition: P, sequence: 1 });
const fail = (error: Error): void => {
  throw error;
};

let server: NatsServer;
let provisioner: RunningProvisioner;
let bus: JetStreamBus;
let folder: string;
const asked: Target[] = [];

/** As a person would run it below a workspace where a stack runs. */
const run = (...argv: string[]): Promise<Ran> =>
  ballast(argv, undefined, {
    cwd: join(folder, 'run', 'demo'),
    connect: (target) => {
      asked.push(target);
      return connectCli(target);
    },
  });

beforeAll(async () => {
  server = await startNatsServer();
  provisioner = await startProvisioner({ url: server.url, monitorUrl: `http://127.0.0.1:${server.monitorPort}`, onFault: fail });
  bus = await connectJetStream({ url: server.url, service: 'execution', onFault: fail });
  await writeLog(bus.store);
  folder = mkdtempSync(join(tmpdir(), 'ballast-cli-'));
  mkdirSync(join(folder, 'run', 'demo'), { recursive: true });
  writeFileSync(join(folder, 'run', 'current.json'), JSON.stringify({ natsUrl: server.url, seedFiles: {} }));
});

afterAll(async () => {
  await bus.close();
  await provisioner.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('finds the running stack by its file and rebuilds from the durable log', async () => {
  const { code, out, err } = await run('rebuild', '--json');
  expect([code, err]).toEqual([0, '']);
  expect(asked.at(-1)).toEqual({ natsUrl: server.url, user: 'cli', seedFile: undefined });
  expect(JSON.parse(out)).toMatchObject({ events: 23, decisions: 21, cut: `${P}:21`, balances: { acct1: { cash: '1000.44389302' } } });
});

it('verifies the durable log and tells its story', async () => {
  expect(await run('verify')).toMatchObject({ code: 0, out: expect.stringContaining('everything holds') as string });
  expect((await run('explain', 'trade1')).out).toContain('closed COMPLETED');
});

it('shows a status also where no service runs, and lists bots and dead letters', async () => {
  const { code, out } = await run('status', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ services: expect.arrayContaining([expect.objectContaining({ service: 'risk', state: 'DOWN' })]) as unknown[], bots: { pair1: { status: 'RUNNING' } }, equity: [{ accountId: 'acct1', equity: '1000.44389302' }] });
  await bus.deadLetters.record({ deadId: LETTER, service: 'execution', partition: P, lane: 'acct1', reason: 'FAILED', detail: 'no such leg', subject: `evt.${P}.risk.exposure.main`, sequence: 1, payload: '', at: 1 });
  expect(JSON.parse((await run('dead', 'list', '--json')).out)).toMatchObject({ letters: [{ deadId: LETTER, reason: 'FAILED' }] });
  expect(await run('dead', 'retry', LETTER)).toMatchObject({ code: 1, err: expect.stringContaining('--key') as string });
});

it('says that the live services are absent where they do not answer, and not that they differ', async () => {
  const { code, out, err } = await run('rebuild', '--compare-live');
  expect(code).toBe(3);
  expect(err).toContain('operator: does not answer for partition 0');
  expect(out).toContain('live     NOT COMPARED');
});

it('keeps the state of a halt in the answer of risk alone: without it, it says how to repeat', async () => {
  expect(await run('halt', '--reason', 'test')).toMatchObject({ code: 1, err: expect.stringMatching(/risk does not answer halt.*\n.*--key /) as string });
  expect(await run('halt', '--venue')).toMatchObject({ code: 1, err: expect.stringContaining('execution did not cancel') as string });
});
