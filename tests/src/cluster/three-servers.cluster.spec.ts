import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppendOutcomeUnknown, connectJetStream, type JetStreamBus, type RunningProvisioner, startProvisioner, StoreUnreachable } from '@ballast/bus';
import { LocalStack, type NatsPorts, natsServersOf, WORKING_COPY } from '@ballast/local';
import { freePort } from '@ballast/testing';
import { until } from './replica-desk.js';

const SUBJECTS = 20;
const BEFORE = 400;
const AFTER = 200;
const RETRY_MS = 20;
const GAP_MAX_MS = 30_000;
/** Three pings without an answer, an attempt to come back to the same server, and another leader of what that one led. */
const LOST_MAX_MS = 20_000;
/** A killed server stays away for longer than the others need to choose: one that is back sooner may lead again. */
const AWAY_MS = 20_000;
const ASKED_MS = 2_000;
const SERVERS = [1, 2, 3].map((number) => `nats-server-${number}`);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const fail = (error: Error): void => {
  throw error;
};

interface Connections {
  readonly connections: readonly { readonly name?: string }[];
}

interface Placed {
  readonly account_details?: readonly { readonly stream_detail?: readonly { readonly name: string; readonly cluster?: { readonly leader?: string } }[] }[];
}

/** One writer of many streams, as services append: each with its expected sequence, in doubt it looks. */
class Writer {
  /** What the log has said that it has, by subject. */
  readonly acknowledged = new Map<string, string[]>();
  longestGapMs = 0;
  private readonly last = new Map<string, number>();
  private count = 0;
  private answeredAt = performance.now();

  /** `name`: its streams are its own. */
  constructor(
    private readonly bus: JetStreamBus,
    private readonly name: string,
  ) {}

  async append(): Promise<void> {
    const subject = `evt.0.risk.exposure.${this.name}-${this.count % SUBJECTS}`;
    const id = `${this.name}-m${this.count}`;
    this.count += 1;
    while (!(await this.tried(subject, id)));
    this.acknowledged.set(subject, [...(this.acknowledged.get(subject) ?? []), id]);
    this.longestGapMs = Math.max(this.longestGapMs, performance.now() - this.answeredAt);
    this.answeredAt = performance.now();
  }

  private async tried(subject: string, id: string): Promise<boolean> {
    try {
      const result = await this.bus.store.append(0, subject, this.last.get(subject) ?? 0, text(id), id);
      if (result.status === 'appended') this.last.set(subject, result.sequence);
      return result.status === 'appended' || (await this.isThere(subject, id));
    } catch (error) {
      if (!(error instanceof AppendOutcomeUnknown || error instanceof StoreUnreachable)) throw error;
      await delay(RETRY_MS);
      return false;
    }
  }

  private async isThere(subject: string, id: string): Promise<boolean> {
    const newest = (await this.bus.store.readSubject(0, subject)).at(-1);
    this.last.set(subject, newest?.sequence ?? 0);
    return newest !== undefined && new TextDecoder().decode(newest.bytes) === id;
  }
}

describe('a log that three servers keep', () => {
  let stack: LocalStack;
  let provisioner: RunningProvisioner;
  let bus: JetStreamBus;
  let monitors: readonly number[];
  const runDir = join(WORKING_COPY, 'run', `three-servers-${process.pid}`);

  beforeAll(async () => {
    rmSync(runDir, { recursive: true, force: true });
    const ports: NatsPorts[] = [];
    for (let server = 0; server < 3; server += 1) ports.push({ client: await freePort(), monitor: await freePort(), route: await freePort() });
    monitors = ports.map(({ monitor }) => monitor);
    const { nats, children } = natsServersOf({ dir: join(runDir, 'nats'), ports, strategies: [] });
    stack = new LocalStack({ runDir, stages: [children], restart: { backoffMs: AWAY_MS, backoffMaxMs: AWAY_MS }, readyTimeoutMs: 120_000 });
    await stack.start();
    const seedOf = (user: string): { readonly credentialSeedFile?: string } => (nats.seedFiles[user] === undefined ? {} : { credentialSeedFile: nats.seedFiles[user] });
    provisioner = await startProvisioner({ url: nats.url, replicas: 3, onFault: fail, ...(nats.monitorUrl === undefined ? {} : { monitorUrl: nats.monitorUrl }), ...seedOf('provisioner') });
    bus = await connectJetStream({ url: nats.url, service: 'risk', appendTimeoutMs: 1_000, ...seedOf('risk') });
  });
  afterAll(async () => {
    await bus.close();
    await provisioner.close();
    await stack.stopAll();
  });

  /** Number of the server that leads the stream, as any of them says. */
  async function leaderOf(stream: string): Promise<string | undefined> {
    for (const monitor of monitors) {
      const answer = await fetch(`http://127.0.0.1:${monitor}/jsz?streams=true&accounts=true`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
      const placed = (await answer?.json()) as Placed | undefined;
      const leader = placed?.account_details?.flatMap(({ stream_detail: details = [] }) => details).find(({ name }) => name === stream)?.cluster?.leader;
      if (leader !== undefined && leader !== '') return leader;
    }
    return undefined;
  }

  it('loses nothing that it has acknowledged, and writes nothing twice, when the stream\'s leader is killed under a writer', async () => {
    const writer = new Writer(bus, 'killed');
    for (let count = 0; count < BEFORE; count += 1) await writer.append();
    const leader = (await leaderOf('EVENTS_0')) ?? '';
    await stack.kill(leader.replace('ballast', 'nats-server'));
    for (let count = 0; count < AFTER; count += 1) await writer.append();
    process.stdout.write(`three servers: ${leader} led and was killed; the longest wait for an acknowledgement was ${(writer.longestGapMs / 1_000).toFixed(1)} s\n`);
    expect(writer.longestGapMs).toBeLessThan(GAP_MAX_MS);
    const stored = new Map<string, string[]>();
    await bus.store.read(0, { filters: [] }, ({ subject, bytes }) => stored.set(subject, [...(stored.get(subject) ?? []), new TextDecoder().decode(bytes)]));
    expect(stored).toEqual(writer.acknowledged);
    await until('another leader', async () => ![undefined, leader].includes(await leaderOf('EVENTS_0')));
  });

  it('tells who starts or takes over what the market last said, while the server that led it is gone', async () => {
    await Promise.all(SERVERS.map((server) => stack.whenReady(server)));
    await until('a leader of the market', async () => (await leaderOf('MARKET')) !== undefined);
    const leader = (await leaderOf('MARKET')) ?? '';
    await stack.kill(leader.replace('ballast', 'nats-server'));
    const tookMs = await until('what the market last said', () => Promise.race([bus.marketWire.lastValues().then(() => true, () => false), delay(ASKED_MS, false)]));
    process.stdout.write(`three servers: ${leader} led the market and was killed; what it last said was told after ${(tookMs / 1_000).toFixed(1)} s\n`);
    expect(tookMs).toBeLessThan(AWAY_MS);
  });

  it('is written to again within seconds where the server that the writer is connected to does not answer any more, and nobody closes the connection', async () => {
    await Promise.all(SERVERS.map((server) => stack.whenReady(server)));
    const writer = new Writer(bus, 'lost');
    for (let count = 0; count < SUBJECTS; count += 1) await writer.append();
    const at = (await Promise.all(monitors.map(hasWriter))).indexOf(true);
    const lost = SERVERS[at] ?? '';
    await stack.kill(lost, 'SIGSTOP');
    for (let count = 0; count < AFTER; count += 1) await writer.append();
    await stack.kill(lost, 'SIGCONT');
    process.stdout.write(`three servers: ${lost} stood still with the writer's connection; the longest wait for an acknowledgement was ${(writer.longestGapMs / 1_000).toFixed(1)} s\n`);
    expect(writer.longestGapMs).toBeLessThan(LOST_MAX_MS);
  });

  const hasWriter = async (monitor: number): Promise<boolean> => {
    const { connections } = (await (await fetch(`http://127.0.0.1:${monitor}/connz`)).json()) as Connections;
    return connections.some(({ name }) => name === 'risk/log');
  };
});
