import { Controller, type DynamicModule, Module } from '@nestjs/common';
import { IsObject } from 'class-validator';
import { pairRound } from '@ballast/books';
import { type EventStore, type Market, MemorySystem, Query, type Reply, Requests } from '@ballast/bus';
import type { Id, Partition } from '@ballast/domain';
import { Metrics } from '@ballast/observability';
import { operatorModule } from '../operator.module.js';
import { writeLog } from '../cli/story.fixtures.js';
import { type HttpEdge, startHttpEdge } from './http-edge.js';
import { MemoryRateLimit } from './rate-limit.js';
import { hashOf, type Role, ROLES, Tokens } from './tokens.js';

class ValidateSettings {
  @IsObject() readonly settings!: object;
}

/** Answers for a strategy that trades one instrument. */
@Controller()
class OneInstrument {
  @Query('validate-settings', ValidateSettings)
  validate({ settings }: ValidateSettings): Promise<object> {
    return Promise.resolve({ instruments: [(settings as { readonly instrument: string }).instrument] });
  }
}

@Module({ controllers: [OneInstrument] })
class StrategyModule {}

/** Requests as they are, and which commands there were. */
class Counted extends Requests {
  constructor(
    private readonly inner: Requests,
    private readonly sent: string[],
  ) {
    super();
  }

  as(person: string): Requests {
    return new Counted(this.inner.as(person), this.sent);
  }

  command(service: string, partition: Partition, verb: string, payload: object, key: Id): Promise<Reply> {
    this.sent.push(`${service}.${verb}`);
    return this.inner.command(service, partition, verb, payload, key);
  }

  query(service: string, partition: Partition, name: string, payload: object): Promise<Reply> {
    return this.inner.query(service, partition, name, payload);
  }
}

/** Secrets that nothing may ever show. */
export const TOKENS: Readonly<Record<Role | 'second', string>> = { viewer: 'canary-viewer-3f9a', operator: 'canary-operator-77b1', approver: 'canary-approver-c04d', second: 'canary-second-91ee' };
export const NAMES: Readonly<Record<Role | 'second', string>> = { viewer: 'vera', operator: 'olga', approver: 'arne', second: 'sune' };

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
  readonly headers: Headers;
}

export interface Call {
  readonly as?: Role | 'second' | 'nobody';
  readonly body?: unknown;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Which replica is asked; default the first. */
  readonly at?: HttpEdge;
}

/** A desk in memory behind a real HTTP server: one recorded round, the operator service, one strategy. */
export class HttpDesk {
  readonly faults: unknown[] = [];
  /** Every command that an edge has sent, as `<service>.<verb>`. */
  readonly sent: string[] = [];
  readonly metrics = new Metrics({ service: 'operator', version: 'test', commit: 'test' });
  private asked = 0;

  readonly market: Market;
  private current: HttpEdge | undefined;

  private constructor(
    readonly system: MemorySystem,
    /** The log as its edges read it. */
    private readonly read: EventStore,
  ) {
    this.market = system.platform('market-data').market;
  }

  static async open({ perMinute = 100_000, readBy = (store) => store }: { readonly perMinute?: number; readonly readBy?: (store: EventStore) => EventStore } = {}): Promise<HttpDesk> {
    const log = pairRound();
    const system = new MemorySystem(log[0]?.at ?? 0);
    await writeLog(system.store, log);
    await system.add('strategy-one', (): DynamicModule => ({ module: StrategyModule }));
    await system.add('operator', () => operatorModule());
    const desk = new HttpDesk(system, readBy(system.store));
    desk.current = await desk.serve(perMinute);
    return desk;
  }

  get edge(): HttpEdge {
    if (!this.current) throw new Error('the edge is not started yet');
    return this.current;
  }

  listeners(): number {
    return this.edge.listeners();
  }

  /** Another edge over the same desk, as after a restart. */
  async restart(): Promise<void> {
    await this.edge.stop();
    this.current = await this.serve(100_000);
  }

  async call(method: string, path: string, { as = 'operator', body, key, headers = {}, at = this.edge }: Call = {}): Promise<Answer> {
    const writes = method !== 'GET' && key !== '';
    const answer = await fetch(`http://127.0.0.1:${at.port}${path}`, {
      method,
      headers: {
        ...(as === 'nobody' ? {} : { authorization: `Bearer ${TOKENS[as]}` }),
        ...(writes ? { 'idempotency-key': key ?? `key-${(this.asked += 1)}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    return { status: answer.status, headers: answer.headers, text, body: isJson && text !== '' ? (JSON.parse(text) as unknown) : text };
  }

  /** Everything that was ever written to the log, as text. */
  async logText(): Promise<string> {
    const parts: string[] = [];
    for (const partition of [0, 1, 2, 3, 4, 5, 6, 7]) await this.system.store.read(partition, { filters: [] }, ({ bytes, subject }) => void parts.push(subject, Buffer.from(bytes).toString('utf8')));
    return parts.join('\n');
  }

  async close(): Promise<void> {
    await this.edge.stop();
    await this.system.stop();
  }

  /** One more replica of the edge, over the same desk. */
  async second(): Promise<HttpEdge> {
    return this.serve(100_000, 'edge-2');
  }

  private serve(perMinute: number, replica = 'edge-1'): Promise<HttpEdge> {
    const { system } = this;
    const roles = { ...Object.fromEntries(ROLES.map((role) => [role, role])), second: 'approver' } as Readonly<Record<Role | 'second', Role>>;
    const tokens = Tokens.read(JSON.stringify(Object.entries(roles).map(([who, role]) => ({ name: NAMES[who as Role], role, sha256: hashOf(TOKENS[who as Role]) }))));
    if (typeof tokens === 'string') throw new Error(tokens);
    const bus = { store: this.read, deadLetters: system.deadLetters, requests: new Counted(system.requestsOf('operator'), this.sent), marketWire: { lastValues: () => Promise.resolve(new Map<string, unknown>()) }, close: () => Promise.resolve() };
    return startHttpEdge({ bus, streams: system.platform('operator').streams, replica, approver: new Counted(system.requestsOf('approver'), this.sent), market: this.market, tokens, metrics: this.metrics, rateLimit: new MemoryRateLimit(perMinute, () => performance.now()), onFault: (error) => this.faults.push(error), onFeedFailure: (error) => this.faults.push(error) }, { host: '127.0.0.1', port: 0 });
  }
}
