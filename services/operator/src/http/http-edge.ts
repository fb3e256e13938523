import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { EventStreams, Market, Requests } from '@ballast/bus';
import type { Id } from '@ballast/domain';
import type { Metrics } from '@ballast/observability';
import type { CliBus } from '../cli/io.js';
import { AccessGuard } from './access.js';
import { BotsController } from './bots.controller.js';
import { Claims } from './claims.js';
import { consoleFiles, serveConsole } from './console-files.js';
import { Desk } from './desk.js';
import { DeskFeed } from './desk-feed.js';
import { EventsController } from './events.controller.js';
import { LadderController } from './ladder.controller.js';
import { LiveFeed } from './live-feed.js';
import { Orders } from './orders.js';
import { Problems } from './problem.js';
import { ProtectionController } from './protection.controller.js';
import { RateLimit } from './rate-limit.js';
import { ReportsController } from './reports.controller.js';
import { RiskController } from './risk.controller.js';
import { measureRoutes } from './route-metrics.js';
import { securityHeaders } from './security-headers.js';
import { StatusController } from './status.controller.js';
import { Tokens } from './tokens.js';
import { TradesController } from './trades.controller.js';
import { TreasuryController } from './treasury.controller.js';

const BODY_MAX_BYTES = 64 * 1_024;
const HEADERS_MS = 10_000;

/** What the edge is made of. */
export interface EdgeParts {
  /** The log, and requests under the operator's credential. */
  readonly bus: CliBus;
  /** Where this process claims what it carries out, as the operator. */
  readonly streams: Pick<EventStreams, 'execute'>;
  /** This process, unlike any other that serves the same desk. */
  readonly replica: Id;
  /** Requests under the approver's credential; absent where no token has that role. */
  readonly approver: Requests | undefined;
  readonly market: Pick<Market, 'on'>;
  readonly tokens: Tokens;
  readonly rateLimit: RateLimit;
  /** Hear of every request; absent where nobody counts. */
  readonly metrics?: Metrics;
  /** Hears a fault of the edge's own. */
  readonly onFault: (error: unknown) => void;
  /** Hears why the log cannot be followed; undefined once it can again. */
  readonly onFeedFailure: (error: unknown) => void;
}

/** One route as the server has it. */
export interface ServedRoute {
  readonly method: string;
  readonly path: string;
}

export interface HttpEdge {
  /** The port it listens on. */
  readonly port: number;
  readonly routes: readonly ServedRoute[];
  readonly openApi: OpenAPIObject;
  /** How many listen to the live feed. */
  readonly listeners: () => number;
  stop(): Promise<void>;
}

@Module({})
class HttpModule {
  static of(parts: EdgeParts, feed: DeskFeed, live: LiveFeed): DynamicModule {
    const orders = new Orders(feed, new Claims(parts.streams, feed, parts.replica), parts.bus.requests, parts.approver);
    return {
      module: HttpModule,
      controllers: [StatusController, BotsController, ProtectionController, TradesController, LadderController, RiskController, ReportsController, TreasuryController, EventsController],
      providers: [
        { provide: Desk, useValue: new Desk(feed, orders, parts.bus) },
        { provide: LiveFeed, useValue: live },
        { provide: Tokens, useValue: parts.tokens },
        { provide: RateLimit, useValue: parts.rateLimit },
        { provide: APP_GUARD, useClass: AccessGuard },
      ],
    };
  }
}

/** Starts the HTTP edge of the operator service: every write a command on the bus, every read from the log or its owner. @throws Error where the port is taken */
export async function startHttpEdge(parts: EdgeParts, { host, port }: { readonly host: string; readonly port: number }): Promise<HttpEdge> {
  const feed = new DeskFeed(parts.bus.store, parts.onFeedFailure);
  const live = new LiveFeed(feed, parts.market);
  const adapter = new FastifyAdapter({ logger: false, bodyLimit: BODY_MAX_BYTES, requestTimeout: HEADERS_MS, forceCloseConnections: true });
  const routes: ServedRoute[] = [];
  const server = adapter.getInstance();
  server.addHook('onRoute', ({ method, url }) => {
    routes.push(...[method].flat().map((each) => ({ method: each, path: url })));
  });
  server.addHook('onRequest', (request, reply, next) => {
    reply.headers(securityHeaders(request.url));
    next();
  });
  if (parts.metrics) measureRoutes(adapter, parts.metrics);
  serveConsole(server, consoleFiles());
  const app = await NestFactory.create<NestFastifyApplication>(HttpModule.of(parts, feed, live), adapter, { logger: false, abortOnError: false });
  app.useGlobalFilters(new Problems(parts.onFault));
  const openApi = SwaggerModule.createDocument(app, new DocumentBuilder().setTitle('Ballast').setDescription('Bots, positions, ladders and money of one desk. Money and quantities are decimal strings; times are market time, ms or ISO.').setVersion('1').addBearerAuth().build());
  SwaggerModule.setup('api/docs', app, openApi, { jsonDocumentUrl: 'api/docs-json', raw: ['json'] });
  feed.start();
  await app.listen(port, host);
  const address = app.getHttpServer().address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    routes,
    openApi,
    listeners: () => live.size,
    stop: async () => {
      live.stop();
      await app.close();
      await feed.stop();
      await parts.rateLimit.close();
    },
  };
}
