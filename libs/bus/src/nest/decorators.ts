import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import type { BallastEvent } from '@ballast/events';
import type { MarketKind } from '../ports/market.js';

type EventClass = new () => BallastEvent;
type RequestClass = new () => object;

/** What a handler is for, carried in Nest's pattern extras and read by the transport. */
export type HandlerExtras =
  | { readonly handles: 'event'; readonly type: string }
  | { readonly handles: 'market'; readonly kind: MarketKind }
  | { readonly handles: 'command' | 'query'; readonly name: string; readonly contract: RequestClass };

/**
 * Handles recorded events of these types, live only, in order per lane: `(recorded: Recorded<E>) => Promise<void>`.
 * At least once: what follows must be harmless when repeated. Never waits for the venue.
 */
export const Subscribe = (...events: readonly EventClass[]): MethodDecorator => (target, key, descriptor) => {
  const patterns = events.map((event) => `event:${event.name}`);
  EventPattern(patterns, undefined, { handles: 'event' } as Record<string, unknown>)(target, key, descriptor as PropertyDescriptor);
};

/** Handles market data of this kind: `(message: MarketMessages[Kind]) => void`; the last value counts. */
export const OnMarket = (kind: MarketKind): MethodDecorator => (target, key, descriptor) =>
  EventPattern(`market:${kind}`, undefined, { handles: 'market', kind } as Record<string, unknown>)(target, key, descriptor as PropertyDescriptor);

/** Nest hands over the payload alone unless both parameters are named; here every handler gets both. */
function takesContext(target: object, key: string | symbol): void {
  Payload()(target, key, 0);
  Ctx()(target, key, 1);
}

/** Answers `cmd.<service>.<p>.<name>`: `(payload, context: CommandContext) => Promise<object | void>`; the payload is checked before. */
export const Command = (name: string, contract: RequestClass): MethodDecorator => (target, key, descriptor) => {
  takesContext(target, key);
  MessagePattern(`command:${name}`, undefined, { handles: 'command', name, contract } as Record<string, unknown>)(target, key, descriptor as PropertyDescriptor);
};

/** Answers `qry.<service>.<p>.<name>`: `(payload, context) => Promise<object>`. Changes nothing. */
export const Query = (name: string, contract: RequestClass): MethodDecorator => (target, key, descriptor) => {
  takesContext(target, key);
  MessagePattern(`query:${name}`, undefined, { handles: 'query', name, contract } as Record<string, unknown>)(target, key, descriptor as PropertyDescriptor);
};
