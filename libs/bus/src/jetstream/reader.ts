import { setTimeout as delay } from 'node:timers/promises';
import type { Msg } from 'nats';
import { InvariantError } from '@ballast/domain';
import { StoreUnreachable } from '../ports/event-store.js';
import type { Link } from './link.js';
import type { ProvisioningClient } from './provisioning-client.js';
import { Pull, type Place } from './pull.js';

/** A stored message as a reader sees it, whichever stream it is in. */
export interface ReadMessage {
  readonly sequence: number;
  readonly subject: string;
  readonly bytes: Uint8Array;
}

export interface ReadRequest {
  readonly stream: string;
  /** Empty = everything. */
  readonly filters: readonly string[];
  readonly from: number;
  readonly to: number;
  /** How long a reader is asked for, ms. Default: the provisioning client's own. */
  readonly patienceMs?: number;
}

const BATCH = 5_000;
/** Two batches under way: the server fills the next while this one is handled. */
const REFILL_AT = 5_000;
const REOPEN_MS = 50;

/** `raw`: as it came off the wire, for who wants its headers. */
type OnMessage = (message: ReadMessage, raw: Msg) => void;
type Outcome = { readonly done: true } | { readonly done: false; readonly why: string };

/** Reads a range once, in order, without a gap; whatever breaks in between, it goes on behind the last message. @throws RequestTimeout where nobody grants a reader */
export async function readRange(link: Link, provisioning: ProvisioningClient, request: ReadRequest, onMessage: OnMessage): Promise<void> {
  let next = request.from;
  const step: OnMessage = (message, raw) => {
    next = message.sequence + 1;
    onMessage(message, raw);
  };
  for (;;) {
    if (next > request.to) return;
    const { name, pending } = await provisioning.reader({ stream: request.stream, filters: request.filters, from: next }, request.patienceMs);
    const outcome: Outcome = pending === 0 ? { done: true } : await readOnce(link, { ...request, from: next }, name, step);
    if (outcome.done) {
      await provisioning.release(request.stream, name);
      if (request.filters.length === 0 && next <= request.to) throw new InvariantError(`${request.stream}: asked up to ${request.to}, the stream ends at ${next - 1}`);
      return;
    }
    if (link.closed) throw new StoreUnreachable(`${request.stream}: reading stopped at ${next}: ${outcome.why}`);
    await delay(REOPEN_MS);
  }
}

function readOnce(link: Link, request: ReadRequest, consumer: string, onMessage: OnMessage): Promise<Outcome> {
  const whole = request.filters.length === 0;
  return new Promise((resolve, reject) => {
    let order = 0;
    let sequence = request.from - 1;
    const end = (outcome: Outcome): void => {
      pull.stop();
      resolve(outcome);
    };
    const take = (place: Place, message: ReadMessage, raw: Msg): void => {
      order += 1;
      if (place.order !== order) return end({ done: false, why: `expected delivery ${order}, found ${place.order}` });
      if (whole && place.sequence !== sequence + 1) throw new InvariantError(`${request.stream}: ${sequence} is followed by ${place.sequence}; the log has a hole`);
      sequence = place.sequence;
      if (sequence <= request.to) onMessage(message, raw);
      if (sequence >= request.to || place.pending === 0) end({ done: true });
    };
    const pull = new Pull(link, {
      stream: request.stream,
      consumer,
      batch: BATCH,
      refillAt: REFILL_AT,
      onMessage: (message, place) => {
        try {
          take(place, { sequence: place.sequence, subject: message.subject, bytes: message.data }, message);
        } catch (error) {
          pull.stop();
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      },
      onLost: (why) => resolve({ done: false, why }),
    });
  });
}
