import { Redis } from 'ioredis';

/** Whether one more is let through: 0, or the seconds until one is. */
export abstract class RateLimit {
  abstract take(who: string): Promise<number>;
  abstract close(): Promise<void>;
}

const MINUTE_MS = 60_000;
const WHO_MAX = 10_000;

interface Bucket {
  tokens: number;
  at: number;
}

/** A bucket for each that fills over a minute; in this process alone. */
export class MemoryRateLimit extends RateLimit {
  private readonly buckets = new Map<string, Bucket>();

  /** `wallMs`: the wall clock; a rate limit is of this machine's time, whatever the market's is. */
  constructor(
    private readonly perMinute: number,
    private readonly wallMs: () => number,
  ) {
    super();
  }

  take(who: string): Promise<number> {
    const now = this.wallMs();
    const { tokens, at } = this.buckets.get(who) ?? { tokens: this.perMinute, at: now };
    const filled = Math.min(this.perMinute, tokens + ((now - at) * this.perMinute) / MINUTE_MS);
    this.buckets.delete(who);
    this.buckets.set(who, { tokens: filled >= 1 ? filled - 1 : filled, at: now });
    this.forgetOldest();
    return Promise.resolve(filled >= 1 ? 0 : Math.max(1, Math.ceil(((1 - filled) * MINUTE_MS) / this.perMinute / 1_000)));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private forgetOldest(): void {
    const [oldest] = this.buckets.keys();
    if (oldest !== undefined && this.buckets.size > WHO_MAX) this.buckets.delete(oldest);
  }
}

const COUNT = `local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return { n, redis.call('PTTL', KEYS[1]) }`;

/** One count for all replicas, in windows of a minute by Redis's own clock; while Redis is away, this process's own buckets. */
export class RedisRateLimit extends RateLimit {
  private readonly redis: Redis;
  private failed = false;

  /** `onFailure` hears why Redis does not count; undefined once it does again. */
  constructor(
    url: string,
    private readonly perMinute: number,
    private readonly local: MemoryRateLimit,
    private readonly onFailure: (error: unknown) => void,
  ) {
    super();
    this.redis = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 250, retryStrategy: (attempt) => Math.min(5_000, attempt * 100) });
    this.redis.on('error', (error) => this.fail(error));
  }

  async take(who: string): Promise<number> {
    try {
      const [count, leftMs] = (await this.redis.eval(COUNT, 1, `ballast:http:rate:${who}`, MINUTE_MS)) as readonly [number, number];
      if (this.failed) this.onFailure(undefined);
      this.failed = false;
      return count <= this.perMinute ? 0 : Math.max(1, Math.ceil(leftMs / 1_000));
    } catch (error) {
      this.fail(error);
      return this.local.take(who);
    }
  }

  private fail(error: unknown): void {
    this.failed = true;
    this.onFailure(error);
  }

  override close(): Promise<void> {
    this.redis.disconnect();
    return Promise.resolve();
  }
}
