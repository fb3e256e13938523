import type { Redis } from 'ioredis';

/** Where the last value of each kind and instrument is kept for the next start. A cache: it never stops anything. */
export abstract class LastValues {
  /** Remembers it soon; a newer value of the same key replaces one that is not written yet. */
  abstract save(kind: string, instrument: string, value: unknown): void;
  /** Parsed JSON, or undefined where there is none or the cache is away. */
  abstract load(kind: string, instrument: string): Promise<unknown>;
  abstract close(): Promise<void>;
}

/** No cache: every start is a cold one. */
export class NoLastValues extends LastValues {
  save(): void {
    return undefined;
  }

  load(): Promise<unknown> {
    return Promise.resolve(undefined);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const keyOf = (kind: string, instrument: string): string => `ballast:mkt:${kind}:${instrument}`;

/** JSON strings under `ballast:mkt:<kind>:<instrument>`; one write at a time, so a slow Redis gets fewer, newer values. */
export class RedisLastValues extends LastValues {
  private waiting = new Map<string, unknown>();
  private writing: Promise<void> | undefined;

  /** `onFailure` counts; `redis` reconnects by itself and has no offline queue; `there`: it is connected, or nobody waits for it any more. */
  constructor(
    private readonly redis: Pick<Redis, 'mset' | 'get' | 'disconnect'>,
    private readonly onFailure: (error: unknown) => void,
    private readonly there: Promise<void> = Promise.resolve(),
  ) {
    super();
  }

  save(kind: string, instrument: string, value: unknown): void {
    this.waiting.set(keyOf(kind, instrument), value);
    this.writing ??= this.write().finally(() => {
      this.writing = undefined;
    });
  }

  async load(kind: string, instrument: string): Promise<unknown> {
    await this.there;
    try {
      const text = await this.redis.get(keyOf(kind, instrument));
      return text === null ? undefined : (JSON.parse(text) as unknown);
    } catch (error) {
      this.onFailure(error);
      return undefined;
    }
  }

  async close(): Promise<void> {
    await this.writing;
    this.redis.disconnect();
  }

  /** What could not be written waits for the next save. */
  private async write(): Promise<void> {
    while (this.waiting.size > 0) {
      const batch = this.waiting;
      this.waiting = new Map();
      try {
        await this.redis.mset(new Map([...batch].map(([key, value]) => [key, JSON.stringify(value)])));
      } catch (error) {
        this.onFailure(error);
        this.waiting = new Map([...batch, ...this.waiting]);
        return;
      }
    }
  }
}
