import { Redis } from 'ioredis';
import { RedisLastValues } from './last-values.js';

const RETRY_MS_MAX = 5_000;
const COMMAND_TIMEOUT_MS = 1_000;
/** A start waits so long for the cache; then it is a cold one. */
const READY_MS = 2_000;

/** A cache on this Redis. It reconnects by itself for ever; while it is away every call fails at once and is counted. The first loads wait until it is there. */
export function connectRedis(url: string, onFailure: (error: unknown) => void): RedisLastValues {
  const redis = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: COMMAND_TIMEOUT_MS, retryStrategy: (attempt) => Math.min(RETRY_MS_MAX, attempt * 100) });
  redis.on('error', onFailure);
  const there = new Promise<void>((resolve) => {
    const late = setTimeout(resolve, READY_MS);
    redis.once('ready', () => {
      clearTimeout(late);
      resolve();
    });
  });
  return new RedisLastValues(redis, onFailure, there);
}
