import { createHash } from 'node:crypto';
import { contentId, type Id, type Partition } from '@ballast/domain';
import { type Reply, type Requests } from '@ballast/bus';
import type { BallastEvent } from '@ballast/events';
import type { Asked } from './access.js';
import { type Claims, keyUsed, type Wish } from './claims.js';
import type { DeskFeed } from './desk-feed.js';
import { Problem } from './problem.js';

/** A command to the service that owns the decision. */
export interface Order {
  readonly service: string;
  readonly partition: Partition;
  readonly verb: string;
  readonly payload: object;
  /** Whether it goes out under the approver's credential. Default false. */
  readonly asApprover?: boolean;
}

/** Sends one command of several that a request comes to, each under a key of its own. @throws RequestTimeout */
export type Send = (order: Order) => Promise<Reply>;

interface Done {
  readonly fingerprint: string;
  readonly answer: Promise<object>;
}

const KEPT_MAX = 10_000;

/**
 * Writes: each is one NATS command in the name of who asked, carried out once for each Idempotency-Key of a token, whichever replica of the
 * edge it comes to. The same key and content answer the same; the same key with other content is refused. What was answered is kept in this
 * process; elsewhere, and after a restart, the log itself says whether the command was carried out.
 */
export class Orders {
  private readonly done = new Map<Id, Done>();

  /** `approver`: the approver's requests; absent where no token has that role. */
  constructor(
    private readonly feed: DeskFeed,
    private readonly claims: Claims,
    private readonly operator: Requests,
    private readonly approver: Requests | undefined,
  ) {}

  /** @throws Problem where it is refused, RequestTimeout where nobody answers */
  send(order: Order, asked: Asked): Promise<object> {
    const { service, partition, verb, payload } = order;
    return this.once([service, partition, verb, payload], asked, (fingerprint) => this.carryOut(order, asked, fingerprint));
  }

  /**
   * Commands that must not wait for the log, each of them harmless when it is repeated: a replica that was not asked before sends them again.
   * @throws Problem where the key was used for something else in this process
   */
  atOnce(what: object, asked: Asked, run: (send: Send) => Promise<object>): Promise<object> {
    const { caller, key } = asked;
    return this.once(what, asked, (fingerprint) => run(({ service, partition, verb, payload }) => this.operator.as(caller.name).command(service, partition, verb, payload, contentId('http', caller.name, key, fingerprint, service, partition, JSON.stringify(payload)))));
  }

  private once(what: object, { caller, key }: Asked, run: (fingerprint: string) => Promise<object>): Promise<object> {
    const id = contentId('http', caller.name, key);
    const fingerprint = createHash('sha256').update(JSON.stringify(what)).digest('hex');
    const before = this.done.get(id);
    if (before && before.fingerprint !== fingerprint) throw keyUsed();
    if (before) return before.answer;
    const answer = run(fingerprint);
    this.keep(id, { fingerprint, answer });
    return answer;
  }

  private async carryOut({ service, partition, verb, payload, asApprover = false }: Order, { caller, key }: Asked, fingerprint: string): Promise<object> {
    const requests = asApprover ? this.approver : this.operator;
    if (!requests) throw new Problem(503, 'this edge holds no credential of the approver');
    const commandKey = contentId('http', caller.name, key, fingerprint);
    const wish: Wish = { requestId: contentId('http', caller.name, key), person: caller.name, asked: `${service}.${verb}`, fingerprint, causationId: contentId('command', commandKey) };
    // What it does not know yet the claim finds: that is taken in the log itself.
    const earlier = (await this.feed.freshAtOnce()).decidedFor(wish.causationId);
    if (earlier) return duplicate(earlier);
    const claim = await this.claims.claim(wish);
    if ('before' in claim) return duplicate(claim.before);
    const reply = await this.answered(wish, claim.attempt, () => requests.as(caller.name).command(service, partition, verb, payload, commandKey));
    await this.claims.settle(wish, claim.attempt, reply.ok ? 'DONE' : 'REFUSED');
    return accepted(reply, `${service} refuses ${verb}`);
  }

  /** What an attempt before this one has decided in the meantime is its answer: it is not asked again. */
  private async answered(wish: Wish, attempt: number, ask: () => Promise<Reply>): Promise<Reply> {
    const earlier = attempt === 1 ? undefined : (await this.feed.fresh()).decidedFor(wish.causationId);
    if (earlier) return { ok: true, data: duplicate(earlier) };
    try {
      return await ask();
    } catch (error) {
      await this.claims.settle(wish, attempt, 'UNANSWERED');
      throw error;
    }
  }

  /** What was refused or not answered changed nothing that this edge knows of: the next try is asked anew. */
  private keep(id: Id, done: Done): void {
    this.done.set(id, done);
    done.answer.catch(() => {
      if (this.done.get(id) === done) this.done.delete(id);
    });
    const [oldest] = this.done.keys();
    if (oldest !== undefined && this.done.size > KEPT_MAX) this.done.delete(oldest);
  }
}

const duplicate = (events: readonly BallastEvent[]): object => ({ outcome: 'duplicate', events: events.map(({ type }) => type) });

/** @throws Problem with the service's own words, and its fields where it names some */
export function accepted(reply: Reply, said: string): object {
  if (reply.ok) return reply.data as object;
  throw new Problem(reply.fields ? 400 : 409, `${said}: ${reply.error}`, reply.fields);
}
