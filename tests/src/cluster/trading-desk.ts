import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectJetStream, type JetStreamBus, RequestTimeout, type Reply } from '@ballast/bus';
import { type Id, money, type Partition, PARTITIONS, partitionOf } from '@ballast/domain';
import { type BallastStack, ballastStack, SERVICES, WORKING_COPY } from '@ballast/local';
import { eventsOf, type LogStory, readLog } from '../desk/log.js';
import { ALL, ownedBy, portfolioIn, until } from './replica-desk.js';

const STRATEGY = 'dn-pair';
const INSTRUMENTS = ['ETH-PERP', 'SOL-PERP'] as const;
const LEADERS: readonly string[] = ['market-data', 'reporting', 'operator'];
const ANSWER_MS = 1_000;
const READY_MS = 180_000;
const PATIENCE_MS = 180_000;
const QUIET_MS = 1_500;
const LOOK_MS = 250;

export interface TradingBot {
  readonly botId: Id;
  readonly portfolioId: Id;
  readonly partition: Partition;
}

export interface TradingDeskOptions {
  /** Names the folder of the run. */
  readonly name: string;
  /** How often a service runs; default each service twice. */
  readonly replicas?: Readonly<Record<string, number>>;
  readonly natsServers?: 1 | 3;
  /** By service, or by the name of one replica. */
  readonly env?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Partitions in which a bot trades. */
  readonly partitions: readonly Partition[];
}

/** The services whose replicas are restarted and killed, the strategy with them. */
export const SHARED: readonly string[] = [...SERVICES, `strategy-${STRATEGY}`];
const TWICE = Object.fromEntries(SHARED.map((service) => [service, 2]));

/** Every service as processes that share its partitions, around the paper venue at the pace of the wall clock, with pair bots that trade. */
export class TradingDesk {
  private ended = false;

  private constructor(
    readonly desk: BallastStack,
    /** Asks once and soon hears where nobody answers. */
    readonly bus: JetStreamBus,
    readonly bots: readonly TradingBot[],
    readonly runDir: string,
  ) {}

  static async start({ name, replicas = TWICE, natsServers = 1, env = {}, partitions }: TradingDeskOptions): Promise<TradingDesk> {
    const runDir = join(WORKING_COPY, 'run', `${name}-${process.pid}`);
    rmSync(runDir, { recursive: true, force: true });
    mkdirSync(join(runDir, 'keys'), { recursive: true });
    // What the venue calls an order hangs on the key: the same in every run.
    writeFileSync(join(runDir, 'keys', 'wallet.key'), `0x${'11'.repeat(32)}\n`, { mode: 0o600 });
    const desk = await ballastStack({
      root: WORKING_COPY, runDir, reportDir: join(runDir, 'report'), speed: '1', instruments: INSTRUMENTS, strategies: [STRATEGY], replicas, natsServers, env, sharedBudget: true,
      market: { data: undefined, seed: 1, durationMinutes: 60 }, readyTimeoutMs: READY_MS, restart: { restartsMax: 500, backoffMs: 50, backoffMaxMs: 500, steadyMs: 1_000 },
    });
    await desk.start();
    const bus = await connectJetStream({ url: desk.nats.url, service: 'cli', requestTimeoutMs: ANSWER_MS, credentialSeedFile: desk.nats.seedFiles['cli'] });
    return new TradingDesk(desk, bus, partitions.map((partition) => ({ botId: `pair-${partition}`, portfolioId: portfolioIn(partition), partition })), runDir);
  }

  /** Funds every bot, lets the market move, and waits until each has completed a round. */
  async trade(settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const pair = { mode: 'cycle', instrumentA: INSTRUMENTS[0], instrumentB: INSTRUMENTS[1], targetNotional: '1000', costBudgetBps: '50', dailyCostBudget: '5000', holdMs: 4_000, sleepMs: 2_000, ...settings };
    for (const { botId, portfolioId } of this.bots) {
      await this.desk.venue.deposit(this.desk.wallet.senderOf(botId), money('2000'), botId);
      await this.command('create-bot', portfolioId, { botId, portfolioId, accountId: botId, strategy: STRATEGY, profiles: ['demo'], settings: pair }, `create-${botId}`);
      await this.command('start-bot', portfolioId, { botId }, `start-${botId}`);
    }
    await this.desk.venue.release();
  }

  /** Waits until each bot has completed this many rounds more. */
  async rounds(more: number): Promise<void> {
    const before = completedBy(await this.log());
    await until(`${more} rounds more of each bot`, async () => {
      const now = completedBy(await this.log());
      return this.bots.every(({ botId }) => (now.get(botId) ?? 0) >= (before.get(botId) ?? 0) + more);
    }, PATIENCE_MS);
  }

  log(): Promise<LogStory> {
    return readLog(this.bus.store);
  }

  /** The processes of a service. */
  replicasOf(service: string): readonly string[] {
    return this.desk.stack.status().map(({ name }) => name).filter((name) => name === service || (name.startsWith(`${service}-`) && /^\d+$/.test(name.slice(service.length + 1))));
  }

  /** What a process says it owns, and whether it is ready; nothing where it does not answer. */
  async standing(replica: string): Promise<{ readonly owned: readonly Partition[]; readonly ready: boolean }> {
    const { spec } = this.desk.stack.child(replica);
    const [owned, missing] = await Promise.all([ownedBy(parseInt(spec.env['HEALTH_PORT'] ?? '', 10)), spec.ready()]);
    return { owned: owned ?? [], ready: missing === undefined };
  }

  /** Waits until each partition has one owner, whoever shares has its part, and all of them are ready and answer. */
  settled(service: string): Promise<number> {
    return until(`${service} is shared and answers`, async () => {
      const standings = await Promise.all(this.replicasOf(service).map((replica) => this.standing(replica)));
      const owned = standings.flatMap((standing) => standing.owned).sort().join();
      const isFair = LEADERS.includes(service) || standings.every((standing) => standing.owned.length >= Math.floor(PARTITIONS / standings.length));
      return owned === ALL.join() && isFair && standings.every(({ ready }) => ready) && this.answers(service, ALL);
    }, PATIENCE_MS);
  }

  /** How long until somebody who is ready owns and answers for all of these partitions, ms. */
  takenOver(service: string, partitions: readonly Partition[]): Promise<number> {
    return until(`somebody takes over partitions ${partitions.join()} of ${service}`, async () => {
      const standings = await Promise.all(this.replicasOf(service).map((replica) => this.standing(replica)));
      const served = standings.flatMap(({ owned, ready }) => (ready ? owned : []));
      return partitions.every((partition) => served.includes(partition)) && this.answers(service, partitions);
    }, PATIENCE_MS);
  }

  /** No new rounds; what is open is closed. @returns the log once nothing is open and nothing is added any more. */
  async rest(): Promise<LogStory> {
    for (const { botId, portfolioId } of this.bots) {
      await this.command('stop-bot', portfolioId, { botId, reason: 'the end' }, `stop-${botId}`);
      await this.command('close-all', portfolioId, { botId, reason: 'the end' }, `close-${botId}`);
    }
    let [last, since] = ['', performance.now()];
    let story = await this.log();
    await until('every trade is over', async () => {
      story = await this.log();
      if (story.hash !== last) [last, since] = [story.hash, performance.now()];
      await delay(LOOK_MS);
      return openTradesOf(story).length === 0 && performance.now() - since > QUIET_MS;
    }, PATIENCE_MS);
    return story;
  }

  /** Waits until every consumer has read its stream to the end and holds nothing in hand. @returns how long that took, ms. */
  caughtUp(): Promise<number> {
    return until('every consumer has caught up', async () => {
      const reply = await this.ask('provisioner', 0, 'status', {}, `status-${performance.now()}`);
      const streams = (reply?.ok === true ? reply.data : [{ consumers: [{ pending: 1, inHand: 0 }] }]) as readonly { readonly consumers: readonly { readonly pending: number; readonly inHand: number }[] }[];
      return streams.every(({ consumers }) => consumers.every(({ pending, inHand }) => pending === 0 && inHand === 0));
    }, PATIENCE_MS);
  }

  /** Ends everything; the folder of the run goes with it where all went well. */
  async stop(wentWell: boolean): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    await this.bus.close();
    await this.desk.stack.stopAll();
    if (wentWell) rmSync(this.runDir, { recursive: true, force: true });
  }

  private async answers(service: string, partitions: readonly Partition[]): Promise<boolean> {
    const replies = await Promise.all(partitions.map((partition) => heard(this.bus.requests.query(service, partition, 'parked', {}))));
    return replies.every((reply) => reply?.ok === true);
  }

  /** The same key is the same command: one that got no answer is sent again. */
  private command(verb: string, portfolioId: Id, payload: object, key: string): Promise<number> {
    return until(`operator ${verb} ${portfolioId}`, async () => {
      const reply = await this.ask('operator', partitionOf(portfolioId), verb, payload, key);
      if (reply && !reply.ok) throw new Error(`operator ${verb}: ${reply.error} ${JSON.stringify(reply.fields ?? {})}`);
      return reply !== undefined;
    });
  }

  private ask(service: string, partition: Partition, verb: string, payload: object, key: string): Promise<Reply | undefined> {
    return heard(this.bus.requests.command(service, partition, verb, payload, key));
  }
}

/** Undefined where nobody answers. */
async function heard(asked: Promise<Reply>): Promise<Reply | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof RequestTimeout) return undefined;
    throw error;
  }
}

export function openTradesOf(story: LogStory): readonly Id[] {
  const closed = new Set(eventsOf(story, 'TradeClosed').map(({ tradeId }) => tradeId));
  return eventsOf(story, 'TradeOpened').map(({ tradeId }) => tradeId).filter((tradeId) => !closed.has(tradeId));
}

function completedBy(story: LogStory): ReadonlyMap<Id, number> {
  const rounds = new Map<Id, number>();
  for (const { botId, outcome } of eventsOf(story, 'TradeClosed')) if (outcome === 'COMPLETED') rounds.set(botId, (rounds.get(botId) ?? 0) + 1);
  return rounds;
}
