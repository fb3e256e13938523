import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Metrics } from '@ballast/observability';

const MS_PER_S = 1_000;
/** What no route answers, whatever its address is: labels are bounded. */
const UNMATCHED = 'unmatched';

/** Counts and times each request by its route, method and class of answer. */
export function measureRoutes(adapter: FastifyAdapter, metrics: Metrics): void {
  adapter.getInstance().addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? UNMATCHED;
    const { method } = request;
    metrics.count('ballast_http_requests_total', { route, method, status: `${Math.floor(reply.statusCode / 100)}xx` });
    metrics.observe('ballast_http_request_seconds', { route, method }, reply.elapsedTime / MS_PER_S);
    done();
  });
}
