import { hostname } from 'node:os';
import { contentId } from '@ballast/domain';
import { connectJetStream, readServiceEnv, type ServiceContext } from '@ballast/bus';
import type { HttpConfig } from './http.config.js';
import type { Serving } from './edge-of-a-life.js';
import { startHttpEdge } from './http-edge.js';
import { MemoryRateLimit, type RateLimit, RedisRateLimit } from './rate-limit.js';

/** Serves HTTP in the process of the operator service until it is stopped. The approver's credential is a connection of its own. */
export async function serveHttp({ bus, platform, metrics, log, concern }: ServiceContext, config: HttpConfig, env: NodeJS.ProcessEnv): Promise<Serving> {
  const { tokens, host, port, approverSeedFile } = config;
  const { natsUrl } = readServiceEnv('operator', env);
  const approver = tokens.has('approver') ? await connectJetStream({ url: natsUrl, service: 'approver', onFault: (error) => platform.fail(error), ...(approverSeedFile === undefined ? {} : { credentialSeedFile: approverSeedFile }) }) : undefined;
  const edge = await startHttpEdge(
    {
      bus: { store: bus.store, deadLetters: bus.deadLetters, requests: bus.requests, marketWire: bus.marketWire, close: () => Promise.resolve() },
      streams: platform.streams,
      replica: contentId('edge', hostname(), process.pid, Math.round(performance.timeOrigin)),
      approver: approver?.requests,
      market: platform.market,
      tokens,
      metrics,
      rateLimit: rateLimitOf(config, (error) => concern('http-rate-limit', error === undefined ? undefined : `counted in this process alone: ${textOf(error)}`)),
      onFault: (error) => {
        log.error({ err: error }, 'a request met a fault of the HTTP edge');
        concern('http-fault', textOf(error));
      },
      onFeedFailure: (error) => concern('http-feed', error === undefined ? undefined : `the log cannot be followed: ${textOf(error)}`),
    },
    { host, port },
  );
  log.info({ host, port: edge.port }, 'serves HTTP');
  return {
    stop: async () => {
      await edge.stop();
      await approver?.close();
    },
  };
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function rateLimitOf({ requestsPerMinute, redisUrl }: HttpConfig, onFailure: (error: unknown) => void): RateLimit {
  const local = new MemoryRateLimit(requestsPerMinute, () => performance.now());
  return redisUrl === undefined ? local : new RedisRateLimit(redisUrl, requestsPerMinute, local, onFailure);
}
