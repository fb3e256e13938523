import type { BallastEvent } from './ballast-event.js';
import { ContractError, decodeAs, hydrateAs, takeAs } from './contract.js';
import { contractOf, eventTypes, mayWrite } from './registry.js';

const typeOf = (json: unknown): string => {
  const type = typeof json === 'object' && json !== null ? (json as { type?: unknown }).type : undefined;
  return typeof type === 'string' ? type : '';
};

/**
 * Reads one event of a decision and checks it in full, also that this writer may write it to this kind of stream.
 * @throws ContractError naming every field at fault.
 */
export function decodeEvent(json: unknown, origin: { readonly writer: string; readonly kind: string }): BallastEvent {
  const type = typeOf(json);
  const known = contractOf(type);
  if (!known) throw new ContractError('event', { type: `found ${JSON.stringify(type)}, allowed is one of ${eventTypes().join(', ')}` });
  if (!mayWrite(known.place, origin.writer)) throw new ContractError(type, { writer: `found ${origin.writer}, allowed is ${known.place.writer}` });
  if (known.place.kind !== origin.kind) throw new ContractError(type, { kind: `found a stream of kind ${origin.kind}, allowed is ${known.place.kind}` });
  return decodeAs(known.contract, json) as BallastEvent;
}

/** The same in half the time, for JSON that nobody else holds. Undefined: not taken, and spoiled; read it anew, so that its faults are named. */
export function takeEvent(json: unknown, { writer, kind }: { readonly writer: string; readonly kind: string }): BallastEvent | undefined {
  const known = contractOf(typeOf(json));
  if (!known || !mayWrite(known.place, writer) || known.place.kind !== kind) return undefined;
  return takeAs(known.contract, json, true) as BallastEvent | undefined;
}

/** The same for a log whose hash chain has been checked: value types are made, nothing is judged. Undefined for an unknown type. */
export function hydrateEvent(json: unknown): BallastEvent | undefined {
  const known = contractOf(typeOf(json));
  return known ? (hydrateAs(known.contract, json) as BallastEvent) : undefined;
}

/** The same, in place. Undefined: not taken, and spoiled. */
export function takeTrustedEvent(json: unknown): BallastEvent | undefined {
  const known = contractOf(typeOf(json));
  return known ? (takeAs(known.contract, json, false) as BallastEvent | undefined) : undefined;
}
