import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom, type Observable, throwError } from 'rxjs';
import { ContractError, decodeAs } from '@ballast/events';
import type { MarketKind } from '../ports/market.js';
import type { Recorded } from '../ports/envelope.js';
import type { Reply } from '../ports/requests.js';
import type { IncomingRequest, Platform } from '../service/platform.js';
import type { HandlerExtras } from './decorators.js';

/** Hands an error to the transport as it was thrown; Nest's own filter would hide what and why. */
@Catch()
export class UnalteredErrors implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/** Nest's microservice transport over our bus: decorated handlers in, the platform's recovery and lanes underneath. */
export class BallastTransport extends Server implements CustomTransportStrategy {
  constructor(protected readonly platform: Platform) {
    super();
  }

  listen(callback: (error?: unknown) => void): void {
    this.platform
      .start({ eventTypes: this.names('event:'), onEvent: (recorded) => this.onEvent(recorded), onRequest: (request) => this.onRequest(request) })
      .then(() => this.listenToMarket())
      .then(() => callback(), callback);
  }

  async close(): Promise<void> {
    await this.platform.stop();
  }

  on(): void {
    throw new Error('the transport of the bus has no status events; ask /readyz');
  }

  unwrap<T>(): T {
    return this.platform as T;
  }

  protected names(prefix: string): readonly string[] {
    return [...this.messageHandlers.keys()].filter((pattern) => pattern.startsWith(prefix)).map((pattern) => pattern.slice(prefix.length));
  }

  private listenToMarket(): void {
    for (const kind of this.names('market:') as readonly MarketKind[]) {
      const handler = this.messageHandlers.get(`market:${kind}`);
      if (handler) this.platform.market.on(kind, (message) => {
        this.run(handler, message, undefined).catch((error: unknown) => this.platform.fail(error));
      });
    }
  }

  private async onEvent(recorded: Recorded): Promise<void> {
    const handler = this.messageHandlers.get(`event:${recorded.event.type}`);
    if (handler) await this.run(handler, recorded, undefined);
  }

  private async onRequest(request: IncomingRequest): Promise<Reply> {
    const handler = this.messageHandlers.get(`${request.handles}:${request.name}`);
    if (!handler) return { ok: false, error: `${this.platform.service} has no ${request.handles} "${request.name}"; it has: ${this.names(`${request.handles}:`).join(', ') || 'none'}` };
    const extras = handler.extras as HandlerExtras | undefined;
    try {
      const payload = extras && 'contract' in extras ? decodeAs(extras.contract, request.payload) : request.payload;
      return { ok: true, data: (await this.run(handler, payload, request.context)) ?? {} };
    } catch (error) {
      if (error instanceof ContractError) return { ok: false, error: error.message, fields: error.fields };
      return { ok: false, error: error instanceof Error ? error.message : String(error) };
    }
  }

  private async run(handler: MessageHandler, data: unknown, context: unknown): Promise<unknown> {
    const result: unknown = await handler(data, context);
    return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
  }
}

/** In place of a service's life: its handlers say what it reads, and nothing of them runs. Folds the log and saves that for whoever comes to own these partitions. */
export class KeepingTransport extends BallastTransport {
  private messages = 0;

  /** How many messages a start need not fold any more. */
  get kept(): number {
    return this.messages;
  }

  override listen(callback: (error?: unknown) => void): void {
    this.platform.keep({ eventTypes: this.names('event:') }).then((messages) => {
      this.messages = messages;
      callback();
    }, callback);
  }
}
