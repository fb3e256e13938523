import type { Id, Partition } from '@ballast/domain';

export type Reply = { readonly ok: true; readonly data: unknown } | { readonly ok: false; readonly error: string; readonly fields?: Readonly<Record<string, string>> };

/** Commands `cmd.<service>.<p>.<verb>` and queries `qry.<service>.<p>.<name>`: request and reply. */
export abstract class Requests {
  /** `key` makes it idempotent: the owner derives the causation id from it. Replies after the append. @throws RequestTimeout */
  abstract command(service: string, partition: Partition, verb: string, payload: object, key: Id): Promise<Reply>;
  abstract query(service: string, partition: Partition, name: string, payload: object): Promise<Reply>;
  /** The same credential's requests, which it says a person of this name (`PERSON`) asked for: `by` is then `<credential>/<person>`. */
  abstract as(person: string): Requests;
}

/** Nobody answered in time: whether a command was carried out is not known; send it again with the same key. */
export class RequestTimeout extends Error {
  override readonly name = 'RequestTimeout';
}

/** What a command handler learns beside the payload. `by` is the caller's credential, never a typed name; a service that lets people in says behind it whom it let in (`actorOf`). */
export interface CommandContext {
  readonly key: Id;
  readonly by: string;
  readonly partition: Partition;
}
