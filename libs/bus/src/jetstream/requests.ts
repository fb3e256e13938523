import { ErrorCode, headers, NatsError, type Msg } from 'nats';
import { actorOf, type Id, type Partition, PERSON } from '@ballast/domain';
import { Requests, RequestTimeout, type CommandContext, type Reply } from '../ports/requests.js';
import { NotPermitted, type Link } from './link.js';
import { commandSubject, querySubject, USER } from './names.js';

/** One request as it came off the wire. */
export interface ServedRequest {
  readonly handles: 'command' | 'query';
  readonly name: string;
  readonly payload: unknown;
  readonly context: CommandContext;
}

/** Who is asked does not act at this moment: its caller hears at once that nobody does, and asks again. */
export class NotNow extends Error {
  override readonly name = 'NotNow';
}

const REQUEST_TIMEOUT_MS = 10_000;
/** The status with which a server itself says that nobody listens. */
const NOBODY_LISTENS = 503;
/** Header of a message that a stream gave out. */
const STORED_IN = 'Nats-Stream';
/** Where a delivered message would be acknowledged. */
const ACK = '$JS.ACK.';
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Requests over core NATS; the caller is the last token of the subject, which its permissions fix. */
export class NatsRequests extends Requests {
  /** `timeoutMs`: longest wait for an answer. */
  constructor(
    private readonly link: Link,
    private readonly timeoutMs = REQUEST_TIMEOUT_MS,
    private readonly person?: string,
  ) {
    super();
  }

  as(person: string): Requests {
    return new NatsRequests(this.link, this.timeoutMs, person);
  }

  command(service: string, partition: Partition, verb: string, payload: object, key: Id): Promise<Reply> {
    return this.ask(commandSubject(service, partition, verb, this.link.user), { key, payload });
  }

  query(service: string, partition: Partition, name: string, payload: object): Promise<Reply> {
    return this.ask(querySubject(service, partition, name, this.link.user), { key: '', payload });
  }

  private async ask(subject: string, body: object): Promise<Reply> {
    try {
      await this.link.ready(this.timeoutMs);
    } catch (cause) {
      throw new RequestTimeout(`${subject}: not sent, there is no connection`, { cause });
    }
    try {
      const answer = await this.unlessLost(subject, this.link.connection.request(subject, encoder.encode(JSON.stringify({ ...body, person: this.person })), { timeout: this.timeoutMs }));
      return JSON.parse(decoder.decode(answer.data)) as Reply;
    } catch (error) {
      throw this.translated(subject, error);
    }
  }

  /** A lost connection has lost the request or its answer: the caller need not wait for the time limit to hear it. */
  private unlessLost(subject: string, asked: Promise<Msg>): Promise<Msg> {
    return new Promise((resolve, reject) => {
      const forget = this.link.onDown(() => reject(new RequestTimeout(`${subject}: the connection was lost before the answer came`)));
      asked.then(resolve, reject).finally(forget);
    });
  }

  private translated(subject: string, error: unknown): Error {
    if (!(error instanceof NatsError)) return error instanceof Error ? error : new Error(String(error));
    if (error.isPermissionError() || error.permissionContext !== undefined) return new NotPermitted(`publish: user ${this.link.user} may not write to "${subject}"`, { cause: error });
    if (error.code === ErrorCode.NoResponders) return new RequestTimeout(`${subject}: nobody listens, or nobody who may act now`, { cause: error });
    return new RequestTimeout(`${subject}: no answer within ${this.timeoutMs} ms (${error.code})`, { cause: error });
  }
}

/**
 * Answers the requests to one service on its partitions; an error of the handler is answered as one, so that no caller
 * waits in vain; NotNow as the server answers where nobody listens. What was asked on a connection that is lost since is not answered: its caller
 * asks again. @returns how to stop taking more.
 */
export function serveRequests(link: Link, service: string, partitions: readonly Partition[], handle: (request: ServedRequest) => Promise<Reply>): () => void {
  const answer = async (message: Msg): Promise<void> => {
    let lost = false;
    const forget = link.onDown(() => (lost = true));
    const reply = await replyTo(message, handle);
    forget();
    // The right to answer is that of the connection by which it was asked: on another one the server takes it for a violation.
    if (link.closed || lost) return;
    if (reply instanceof NotNow) message.respond(undefined, { headers: headers(NOBODY_LISTENS, reply.message) });
    else message.respond(encoder.encode(JSON.stringify(reply)));
  };
  const subscriptions = partitions.flatMap((partition) =>
    ['cmd', 'qry'].map((kind) =>
      link.connection.subscribe(`${kind}.${service}.${partition}.*.*`, {
        queue: service,
        callback: (error, message) => {
          if (error === null) void answer(message);
        },
      }),
    ),
  );
  return () => {
    if (!link.closed) for (const subscription of subscriptions) subscription.unsubscribe();
  };
}

async function replyTo(message: Msg, handle: (request: ServedRequest) => Promise<Reply>): Promise<Reply | NotNow> {
  try {
    return await handle(read(message));
  } catch (error) {
    if (error instanceof NotNow) return error;
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}

function read(message: Msg): ServedRequest {
  // The server can be made to send what is stored to any subject of its account: that is nobody's request.
  if (message.headers?.has(STORED_IN) === true || message.reply?.startsWith(ACK) === true) throw new Error(`request: found a message of a stream on "${message.subject}", allowed is what its caller sent`);
  const [kind, , partition, name, by] = message.subject.split('.');
  if (name === undefined || by === undefined || !USER.test(by)) throw new Error(`subject: found "${message.subject}", allowed is cmd|qry.<service>.<partition>.<name>.<user>`);
  const body = parse(message);
  const key = body['key'];
  const person = body['person'];
  if (person !== undefined && (typeof person !== 'string' || !PERSON.test(person))) throw new Error(`person: found ${JSON.stringify(person)}, allowed are 1 to 48 of A-Z a-z 0-9 _ -`);
  const handles = kind === 'cmd' ? 'command' : 'query';
  if (typeof key !== 'string' || (handles === 'command' && key === '')) throw new Error(`key: found ${JSON.stringify(key)}, a command needs an id`);
  return { handles, name, payload: body['payload'], context: { key, by: actorOf(by, person), partition: Number(partition) } };
}

function parse(message: Msg): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(decoder.decode(message.data));
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch (cause) {
    throw new Error('request: found malformed JSON, allowed is { "key": …, "payload": … }', { cause });
  }
  throw new Error('request: allowed is a JSON object { "key": …, "payload": … }');
}
