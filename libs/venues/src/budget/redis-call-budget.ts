import { Redis } from 'ioredis';
import type { Ms } from '@ballast/domain';
import { BUCKET_SCRIPT } from './bucket.lua.js';
import { type BucketSpec, levelOf, MICRO, type VenueBuckets } from './bucket-spec.js';
import { BUCKETS, type BudgetRequest, type BudgetView, CallBudget, type Taken } from './call-budget.js';
import { bucketOf, specOf } from './memory-call-budget.js';

const TIMEOUT_MS: Ms = 250;
const RETRY_MS_MAX: Ms = 1_000;
const KEY = 'ballast:budget';

type What = 'take' | 'spend' | 'limited' | 'succeeded' | 'settle';
type Reply = readonly [granted: number, waitMs: number, tight: number, left: string, backoffMs: number];

interface BucketRedis extends Redis {
  ballastBucket(key: string, ...args: readonly (string | number)[]): Promise<Reply>;
}

export interface RedisBudgetOptions {
  readonly url: string;
  readonly venues: Readonly<Record<string, VenueBuckets>>;
  /** Whom a bucket is of: everybody who calls from one address or signs with one wallet names the same. Default `all`. */
  readonly subjects?: Readonly<Record<'ip' | 'wallet', string>>;
  /** An answer that comes later is as good as none, ms. Default 250. */
  readonly timeoutMs?: Ms;
  /** Market ms per ms of the Redis server, above 0: what is refilled, held back and waited for is market time. Default always 1. */
  readonly pace?: () => number;
  /** Hears of a connection that failed; calls say so themselves. */
  readonly onFault?: (error: Error) => void;
}

/** One budget for every process and replica: each step is one script, undivided, by the time of the Redis server, at the pace of the market. Rejects while Redis is away. */
export class RedisCallBudget extends CallBudget {
  private readonly redis: BucketRedis;

  constructor(private readonly options: RedisBudgetOptions) {
    super();
    const redis = new Redis(options.url, { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: options.timeoutMs ?? TIMEOUT_MS, retryStrategy: (attempt) => Math.min(RETRY_MS_MAX, attempt * 100) });
    redis.on('error', options.onFault ?? ((): void => undefined));
    redis.defineCommand('ballastBucket', { numberOfKeys: 1, lua: BUCKET_SCRIPT });
    this.redis = redis as BucketRedis;
  }

  override async take(request: BudgetRequest): Promise<Taken> {
    const spec = specOf(this.options.venues, request);
    const reply = await this.run('take', spec, request);
    const [granted, waitMs, tight] = reply;
    return granted === 1 ? { granted: true, ...viewOf(reply) } : { granted: false, waitMs, tight: tight === 1, ...viewOf(reply) };
  }

  override async spend(request: BudgetRequest): Promise<BudgetView> {
    return viewOf(await this.run('spend', bucketOf(this.options.venues, request), request));
  }

  override async limited(request: BudgetRequest): Promise<BudgetView> {
    return viewOf(await this.run('limited', bucketOf(this.options.venues, request), request));
  }

  override async succeeded(request: BudgetRequest): Promise<BudgetView> {
    return viewOf(await this.run('succeeded', bucketOf(this.options.venues, request), request));
  }

  /** Charges what was taken without Redis, in millionths by level. */
  async settle(taken: readonly { readonly venue: string; readonly bucket: (typeof BUCKETS)[number]; readonly micro: readonly number[] }[]): Promise<void> {
    for (const { venue, bucket, micro } of taken) {
      const spec = this.options.venues[venue]?.[bucket];
      if (spec) await this.run('settle', spec, { venue, bucket, weight: 0, priority: 1 }, micro);
    }
  }

  /** Rejects where Redis does not answer. */
  async ping(): Promise<void> {
    await this.redis.ping();
  }

  /** Resolves once the connection stands. */
  ready(): Promise<void> {
    return this.redis.status === 'ready' ? Promise.resolve() : new Promise((resolve) => void this.redis.once('ready', () => resolve()));
  }

  override async close(): Promise<void> {
    this.redis.disconnect();
  }

  private run(what: What, { rate, sizes }: BucketSpec, { venue, bucket, weight, ...asked }: BudgetRequest, more: readonly number[] = []): Promise<Reply> {
    const key = `${KEY}:${venue}:${bucket}:${this.options.subjects?.[bucket] ?? 'all'}`;
    return this.redis.ballastBucket(key, what, levelOf(asked) + 1, Math.ceil(weight * MICRO), rate, this.options.pace?.() ?? 1, ...sizes, ...more);
  }
}

const viewOf = ([, , , left, backoffMs]: Reply): BudgetView => ({ left: parseInt(left, 10) / MICRO, backoffMs });
