import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectJetStream, type JetStreamBus, RequestTimeout, StreamExecutor, WallClock } from '@ballast/bus';
import { type Decider, type Id, type Partition, PARTITIONS, partitionOf } from '@ballast/domain';
import type { BallastEvent, BotCreated } from '@ballast/events';
import { LocalStack, natsChildOf, serviceChild, WORKING_COPY } from '@ballast/local';
import { writeLocalNatsConfig } from '@ballast/provisioner';
import { freePort } from '@ballast/testing';

export const ALL: readonly Partition[] = Array.from({ length: PARTITIONS }, (_, partition) => partition);
const LOOK_MS = 50;
const ANSWER_MS = 1_000;

/** Waits until it holds; @returns how long that took, ms. @throws Error with what is awaited, where it does not come about */
export async function until(what: string, holds: () => Promise<boolean>, patienceMs = 120_000): Promise<number> {
  const began = performance.now();
  while (!(await holds())) {
    if (performance.now() - began > patienceMs) throw new Error(`${what}: waited ${patienceMs} ms in vain`);
    await delay(LOOK_MS);
  }
  return performance.now() - began;
}

/** The partitions that a process says it owns, on /metrics; undefined where it does not answer. */
export async function ownedBy(healthPort: number): Promise<readonly Partition[] | undefined> {
  try {
    const text = await (await fetch(`http://127.0.0.1:${healthPort}/metrics`, { signal: AbortSignal.timeout(2_000) })).text();
    return ALL.filter((partition) => new RegExp(`^ballast_partition_owned\\{.*partition="${partition}".*\\} 1$`, 'm').test(text));
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException) return undefined;
    throw error;
  }
}

/** A portfolio of each partition. */
export const portfolioIn = (partition: Partition): Id => {
  for (let number = 0; ; number += 1) if (partitionOf(`p${number}`) === partition) return `p${number}`;
};

const says = <Event extends BallastEvent>(writer: string, kind: string): Decider<number, Event, Event> => ({ kind, writer, initial: 0, decide: (_state, event) => [event], evolve: (state) => state + 1 });

/** They take turns. */
export const PROVISIONERS = ['provisioner', 'provisioner-2'] as const;

/** Several processes of risk around one log, and two provisioners: what sharing costs by itself. */
export class ReplicaDesk {
  /** Commands carried out so far, by partition: it is halted and resumed in turn. */
  private readonly commands = new Map<Partition, number>();

  private constructor(
    readonly stack: LocalStack,
    readonly bus: JetStreamBus,
    private readonly ports: Readonly<Record<string, number>>,
  ) {}

  /** With a portfolio and a bot of its in each partition. `own`: further variables by replica. */
  static async start(name: string, replicas: readonly string[], own: Readonly<Record<string, Readonly<Record<string, string>>>> = {}): Promise<ReplicaDesk> {
    const runDir = join(WORKING_COPY, 'run', `${name}-${process.pid}`);
    rmSync(runDir, { recursive: true, force: true });
    const monitorPort = await freePort();
    const nats = writeLocalNatsConfig({ dir: join(runDir, 'nats'), port: await freePort(), monitorPort, storeDir: join(runDir, 'nats', 'store'), strategies: [] });
    const ports: Record<string, number> = {};
    for (const replica of replicas) ports[replica] = await freePort();
    const env = { NATS_URL: nats.url, CLOCK: 'wall' };
    const provisioners = await Promise.all(PROVISIONERS.map(async (name) => serviceChild(WORKING_COPY, { name, entry: 'services/provisioner/dist/main.js', healthPort: await freePort(), env: { ...env, PARTITIONS: 'lease', NATS_SEED_FILE: nats.seedFiles['provisioner'] ?? '' } })));
    const risks = replicas.map((replica) => serviceChild(WORKING_COPY, { name: replica, entry: 'services/risk/dist/main.js', healthPort: ports[replica] ?? 0, env: { ...env, PARTITIONS: 'lease', NATS_SEED_FILE: nats.seedFiles['risk'] ?? '', ...own[replica] } }));
    const stack = new LocalStack({ runDir, stages: [[natsChildOf(nats, monitorPort)], provisioners, risks], readyTimeoutMs: 120_000, restart: { restartsMax: 200, backoffMs: 50, backoffMaxMs: 500, steadyMs: 1_000 } });
    await stack.start();
    const connect = (user: string): Promise<JetStreamBus> => connectJetStream({ url: nats.url, service: user, requestTimeoutMs: ANSWER_MS, ...(nats.seedFiles[user] === undefined ? {} : { credentialSeedFile: nats.seedFiles[user] }) });
    const operator = await connect('operator');
    for (const partition of ALL) await createBot(operator, partition);
    await operator.close();
    return new ReplicaDesk(stack, await connect('cli'), ports);
  }

  owned(replica: string): Promise<readonly Partition[] | undefined> {
    return ownedBy(this.ports[replica] ?? 0);
  }

  /** What a replica's /metrics say. */
  async metrics(replica: string): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.ports[replica] ?? 0}/metrics`)).text();
  }

  /** Each partition has one owner, and every replica at least one partition. */
  async isShared(): Promise<boolean> {
    const all = await Promise.all(Object.keys(this.ports).map((replica) => this.owned(replica)));
    return all.every((owned) => (owned ?? []).length > 0) && all.flatMap((owned) => owned ?? []).sort().join() === ALL.join();
  }

  /** Commands that were carried out. */
  get carriedOut(): number {
    return [...this.commands.values()].reduce((sum, count) => sum + count, 0);
  }

  /** How long until every one of these partitions has carried out a command of now, ms. */
  async answering(partitions: readonly Partition[]): Promise<number> {
    const waits = await Promise.all(partitions.map((partition) => until(`an answer in partition ${partition}`, () => this.command(partition))));
    return Math.max(0, ...waits);
  }

  async stop(): Promise<void> {
    await this.bus.close();
    await this.stack.stopAll();
  }

  /** The same key is the same command. @returns whether it was answered. */
  private async command(partition: Partition): Promise<boolean> {
    const done = this.commands.get(partition) ?? 0;
    const portfolioId = portfolioIn(partition);
    try {
      const reply = await this.bus.requests.command('risk', partition, done % 2 === 0 ? 'halt' : 'resume', { portfolioId, scope: 'PORTFOLIO', scopeId: portfolioId }, `command-${partition}-${done}`);
      if (!reply.ok) throw new Error(reply.error);
      this.commands.set(partition, done + 1);
      return true;
    } catch (error) {
      if (error instanceof RequestTimeout) return false;
      throw error;
    }
  }
}

async function createBot({ store }: JetStreamBus, partition: Partition): Promise<void> {
  const portfolioId = portfolioIn(partition);
  const botId = `bot-${partition}`;
  const executor = new StreamExecutor(store, new WallClock(), { service: 'operator', build: 'test' });
  const event: BotCreated = { type: 'BotCreated', botId, portfolioId, accountId: botId, strategy: 'dn-pair', profiles: ['demo'], settings: {}, by: 'cli' };
  await executor.execute(says('operator', 'bot'), { partition, id: botId }, event, { causationId: botId, correlationId: botId, lane: botId });
}
