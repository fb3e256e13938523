import { setTimeout as delay } from 'node:timers/promises';
import type { Partition } from '@ballast/domain';
import { matchesAny } from '../core/subject-filters.js';
import type { Cursor, Delivery } from '../ports/event-store.js';
import { RequestTimeout } from '../ports/requests.js';
import type { Link } from './link.js';
import { eventsStream } from './names.js';
import type { CursorGrant, ProvisioningClient } from './provisioning-client.js';
import { Pull, type Place } from './pull.js';

export interface CursorOptions {
  readonly consumer: string;
  readonly partition: Partition;
  /** What the server is asked for; it may be more than is wanted. */
  readonly filters: readonly string[];
  readonly wanted: readonly string[];
  /** The cursor cannot go on: somebody has taken over, or the provisioner refuses. */
  readonly onFault: (error: Error) => void;
}

const BATCH = 500;
const REFILL_AT = 250;
const RENEW_WAIT_MS = 200;
const ACK = new TextEncoder().encode('+ACK');
const WORKING = new TextEncoder().encode('+WPI');

/**
 * A durable place that keeps order. JetStream delivers again whatever was not acknowledged, in any order; so a start,
 * and every loss of the connection, takes a fresh consumer behind the last acknowledged message instead, and this side
 * knows what it has handed out: nothing is handed out twice in one life.
 */
export class JetStreamCursor implements Cursor {
  readonly resumeAt: number;
  /** Handed out and not acknowledged: sequence → where to acknowledge. Ascending, as handed out. */
  private readonly inHand = new Map<number, string>();
  private handedOut: number;
  /** Acknowledged in this turn of the event loop, not sent yet. */
  private acks: string[] = [];
  private order = 0;
  private pull: Pull | undefined;
  private stopped = false;
  private onDelivery: ((delivery: Delivery) => void) | undefined;

  constructor(
    private readonly link: Link,
    private readonly provisioning: ProvisioningClient,
    private readonly options: CursorOptions,
    private grant: CursorGrant,
  ) {
    this.resumeAt = grant.resumeAt;
    this.handedOut = grant.resumeAt - 1;
  }

  start(onDelivery: (delivery: Delivery) => void): Promise<void> {
    this.onDelivery = onDelivery;
    this.open();
    return Promise.resolve();
  }

  /** Takes nothing more; what is in hand can still be acknowledged. */
  stop(): Promise<void> {
    this.stopped = true;
    this.pull?.stop();
    this.sendAcks();
    return Promise.resolve();
  }

  private open(): void {
    this.order = 0;
    this.pull = new Pull(this.link, {
      stream: eventsStream(this.options.partition),
      consumer: this.grant.name,
      batch: BATCH,
      refillAt: REFILL_AT,
      onMessage: (message, place) => this.receive(place, { subject: message.subject, bytes: message.data, reply: message.reply ?? '' }),
      onLost: () => this.renewLater(),
    });
  }

  private receive(place: Place, message: { readonly subject: string; readonly bytes: Uint8Array; readonly reply: string }): void {
    this.order += 1;
    // The server counts redeliveries too, so a step of more than one means that a message passed us by.
    if (place.order !== this.order) {
      this.pull?.stop();
      return this.renewLater();
    }
    const { sequence } = place;
    if (this.inHand.has(sequence)) {
      this.inHand.set(sequence, message.reply);
      return this.send(message.reply, WORKING);
    }
    if (sequence <= this.handedOut) return this.send(message.reply, ACK);
    this.handedOut = sequence;
    if (!matchesAny(this.options.wanted, message.subject)) return this.acknowledgeSoon(message.reply);
    this.inHand.set(sequence, message.reply);
    this.onDelivery?.({
      message: { partition: this.options.partition, sequence, subject: message.subject, bytes: message.bytes },
      attempt: place.attempt,
      ack: () => this.acknowledge(sequence),
      working: () => this.send(this.inHand.get(sequence), WORKING),
    });
  }

  private acknowledge(sequence: number): void {
    const reply = this.inHand.get(sequence);
    if (this.inHand.delete(sequence) && reply !== undefined) this.acknowledgeSoon(reply);
  }

  private acknowledgeSoon(reply: string): void {
    this.acks.push(reply);
    if (this.stopped) this.sendAcks();
    else if (this.acks.length === 1) setImmediate(() => this.sendAcks());
  }

  /** Together: handlers end in promises, and each acknowledgement on its own would be a write to the socket of its own. */
  private sendAcks(): void {
    const acks = this.acks;
    this.acks = [];
    for (const reply of acks) this.send(reply, ACK);
  }

  /** What cannot be sent now is not lost: the next generation delivers it again, and it is acknowledged there. */
  private send(reply: string | undefined, what: Uint8Array): void {
    if (reply !== undefined && this.link.up) this.link.connection.publish(reply, what);
  }

  private renewLater(): void {
    this.renew().catch((error: unknown) => this.options.onFault(error instanceof Error ? error : new Error(String(error))));
  }

  private async renew(): Promise<void> {
    while (!this.stopped && !this.link.closed) {
      try {
        const [oldest = this.handedOut + 1] = this.inHand.keys();
        this.grant = await this.provisioning.cursor({
          stream: eventsStream(this.options.partition),
          consumer: this.options.consumer,
          filters: this.options.filters,
          atLeast: oldest,
          holds: this.grant.generation,
        });
        if (!this.stopped) this.open();
        return;
      } catch (error) {
        if (!(error instanceof RequestTimeout)) throw error;
        await delay(RENEW_WAIT_MS);
      }
    }
  }
}
