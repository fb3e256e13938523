import { actorOf, contentId, type Id, type Partition } from '@ballast/domain';
import { canonicalJson } from '../core/canonical-json.js';
import { type Reply, Requests, RequestTimeout } from '../ports/requests.js';
import type { IncomingRequest } from '../service/platform.js';
import type { WorkQueue } from './work-queue.js';

type Responder = (request: IncomingRequest) => Promise<Reply>;

/** Where services of one process meet for requests. Payloads and replies pass as the JSON they would be on a wire. */
export class InMemoryRequestBoard {
  private readonly responders = new Map<string, Responder>();

  constructor(private readonly work: WorkQueue) {}

  /** Answers every request to this service in these partitions until the result is called. */
  serve(service: string, partitions: readonly Partition[], respond: Responder): () => void {
    for (const partition of partitions) this.responders.set(`${service}.${partition}`, respond);
    return () => {
      for (const partition of partitions) if (this.responders.get(`${service}.${partition}`) === respond) this.responders.delete(`${service}.${partition}`);
    };
  }

  send(service: string, { payload, ...request }: IncomingRequest): Promise<Reply> {
    const wire = canonicalJson(payload);
    return new Promise((resolve, reject) => {
      this.work.post(() => {
        const respond = this.responders.get(`${service}.${request.context.partition}`);
        if (!respond) return reject(new RequestTimeout(`${request.handles} "${request.name}": nobody answers for ${service} in partition ${request.context.partition}`));
        respond({ ...request, payload: JSON.parse(wire) as unknown }).then((reply) => resolve(JSON.parse(canonicalJson(reply)) as Reply), reject);
      });
    });
  }
}

/** One caller's requests; `by` is its credential. */
export class InMemoryRequests extends Requests {
  constructor(
    private readonly board: InMemoryRequestBoard,
    private readonly by: string,
  ) {
    super();
  }

  as(person: string): Requests {
    return new InMemoryRequests(this.board, actorOf(this.by, person));
  }

  command(service: string, partition: Partition, verb: string, payload: object, key: Id): Promise<Reply> {
    return this.board.send(service, { handles: 'command', name: verb, payload, context: { key, by: this.by, partition } });
  }

  query(service: string, partition: Partition, name: string, payload: object): Promise<Reply> {
    return this.board.send(service, { handles: 'query', name, payload, context: { key: contentId('query', service, partition, name), by: this.by, partition } });
  }
}
