import { createHash } from 'node:crypto';
import { contentId, type Id, type Partition } from '@ballast/domain';
import { type Reply, type Requests } from '@ballast/bus';
import type { Asked } from './access.js';
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

interface Done {
  readonly fingerprint: string;
  readonly answer: Promise<object>;
}

const KEPT_MAX = 10_000;

/**
 * Writes: each is one NATS command in the name of who asked, carried out once for each Idempotency-Key of a token. The same key
 * and content answer the same; the same key with other content is refused. What was answered is kept in this process; after a
 * restart the log itself says whether the command was carried out.
 */
export class Orders {
  private readonly done = new Map<Id, Done>();

  /** `approver`: the approver's requests; absent where no token has that role. */
  constructor(
    private readonly feed: DeskFeed,
    private readonly operator: Requests,
    private readonly approver: Requests | undefined,
  ) {}

  /** @throws Problem where it is refused, RequestTimeout where nobody answers */
  send(order: Order, { caller, key }: Asked): Promise<object> {
    const id = contentId('http', caller.name, key);
    const fingerprint = createHash('sha256').update(JSON.stringify([order.service, order.partition, order.verb, order.payload])).digest('hex');
    const before = this.done.get(id);
    if (before && before.fingerprint !== fingerprint) throw new Problem(422, 'Idempotency-Key: found one that was used for another request, allowed is a fresh one');
    if (before) return before.answer;
    const answer = this.carryOut(order, { caller, key: contentId('http', caller.name, key, fingerprint) });
    this.keep(id, { fingerprint, answer });
    return answer;
  }

  private async carryOut({ service, partition, verb, payload, asApprover = false }: Order, { caller, key }: Asked): Promise<object> {
    const requests = asApprover ? this.approver : this.operator;
    if (!requests) throw new Problem(503, 'this edge holds no credential of the approver');
    const earlier = (await this.feed.fresh()).decidedFor(contentId('command', key));
    if (earlier) return { outcome: 'duplicate', events: earlier.map(({ type }) => type) };
    return accepted(await requests.as(caller.name).command(service, partition, verb, payload, key), `${service} refuses ${verb}`);
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

/** @throws Problem with the service's own words, and its fields where it names some */
export function accepted(reply: Reply, said: string): object {
  if (reply.ok) return reply.data as object;
  throw new Problem(reply.fields ? 400 : 409, `${said}: ${reply.error}`, reply.fields);
}
