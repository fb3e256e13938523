import { isUtf8 } from 'node:buffer';
import * as crypto from 'node:crypto';
import { type Id, ID, type Ms, type Partition } from '@ballast/domain';
import { type BallastEvent, ContractError, decodeEvent, eventTypes, hydrateEvent, takeEvent, takeTrustedEvent } from '@ballast/events';
import { type DecisionRecord, type Envelope, type StreamId, streamName } from '../ports/envelope.js';
import type { StoredMessage } from '../ports/event-store.js';
import { canonicalJson } from './canonical-json.js';
import { CONTRACTS_UP_TO, demandKnownVersion } from './contract-versions.js';

const SUBJECT = /^evt\.([0-7])\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{1,64})$/;
const SHA256 = /^[0-9a-f]{64}$/;
const ID_TEXT = String(ID);

type OneShotHash = (algorithm: string, data: Uint8Array, encoding: 'hex') => string;
const oneShot = (crypto as { readonly hash?: OneShotHash }).hash;

/** SHA-256 (hex) over exactly these bytes. */
export const hashOf: (bytes: Uint8Array) => string = oneShot
  ? (bytes) => oneShot('sha256', bytes, 'hex')
  : (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');

/** The exact bytes that are appended and hashed. @throws ContractError see canonicalJson. */
export const encodeEnvelope = (envelope: Envelope): Uint8Array => Buffer.from(canonicalJson(envelope), 'utf8');

/** Reads `evt.<partition>.<writer>.<kind>.<id>`. @throws ContractError */
export function streamOfSubject(subject: string): StreamId {
  const [, partition, writer = '', kind = '', id = ''] = SUBJECT.exec(subject) ?? [];
  if (partition === undefined) throw new ContractError('subject', { subject: `found "${subject}", allowed is evt.<0-7>.<writer>.<kind>.<id>` });
  return { partition: Number(partition), writer, kind, id };
}

const show = (found: unknown): string => (found === undefined ? 'nothing' : `${Array.isArray(found) ? 'list' : typeof found} ${(JSON.stringify(found) ?? String(found)).slice(0, 80)}`);

function textOf(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new SyntaxError('the bytes are not UTF-8');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function parse(message: StoredMessage): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(textOf(message.bytes));
  } catch (error) {
    throw new ContractError('envelope', { '(root)': `found no JSON (${error instanceof Error ? error.message : String(error)}), allowed is one JSON object` });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new ContractError('envelope', { '(root)': `found ${show(json)}, allowed is one JSON object` });
  return json as Record<string, unknown>;
}

const isId = (value: unknown): boolean => typeof value === 'string' && ID.test(value);
const isCount = (value: unknown, least: number): boolean => Number.isSafeInteger(value) && (value as number) >= least;
/** What the subject says. */
interface Place {
  readonly name: string;
  readonly writer: string;
}
type Holds = (value: unknown, json: Record<string, unknown>, place: Place) => boolean;
type Allowed = string | ((json: Record<string, unknown>, place: Place) => string);

/** Every field of an envelope: what it must be, and how that is said. */
const ENVELOPE: ReadonlyMap<string, readonly [holds: Holds, allowed: Allowed]> = new Map<string, readonly [Holds, Allowed]>([
  ['format', [(value) => value === 1, '1']],
  ['contract', [(value) => isCount(value, 1) && (value as number) <= CONTRACTS_UP_TO, `1 to ${CONTRACTS_UP_TO}`]],
  ['stream', [(value, _json, { name }) => value === name, (_json, { name }) => `"${name}", as its subject says`]],
  ['writer', [(value, _json, { writer }) => value === writer, (_json, { writer }) => `"${writer}", as its subject says`]],
  ['decisionId', [isId, ID_TEXT]],
  ['correlationId', [isId, ID_TEXT]],
  ['causationId', [isId, ID_TEXT]],
  ['lane', [isId, ID_TEXT]],
  ['version', [(value) => isCount(value, 1), 'a whole number >= 1']],
  ['occurredAt', [(value) => isCount(value, 0), 'whole milliseconds >= 0']],
  ['build', [(value) => typeof value === 'string' && value.length <= 200, 'text of at most 200 characters']],
  ['previousHash', [(value, { version }) => (version === 1 ? value === '' : typeof value === 'string' && SHA256.test(value)), ({ version }) => (version === 1 ? '"" for version 1' : '64 hex digits')]],
  ['events', [(value) => Array.isArray(value) && value.length > 0, 'a list of at least one event']],
]);

/** Undefined where nothing is at fault. */
function faultsOf(json: Record<string, unknown>, place: Place): Record<string, string> | undefined {
  let faults: Record<string, string> | undefined;
  for (const [field, [holds, allowed]] of ENVELOPE) {
    if (holds(json[field], json, place)) continue;
    faults = { ...faults, [field]: `found ${show(json[field])}, allowed is ${typeof allowed === 'string' ? allowed : allowed(json, place)}` };
  }
  for (const field in json) if (!ENVELOPE.has(field)) faults = { ...faults, [field]: `found an unknown field, allowed are ${[...ENVELOPE.keys()].join(', ')}` };
  return faults;
}

/**
 * What was read of bytes, kept with them: in memory each decision is read once, however many services get it. A WeakMap
 * would do the same at a third of the cost of reading: the collector looks at each of its entries again and again.
 */
const READ = Symbol('what was read of these bytes');
interface Read extends Uint8Array {
  [READ]?: ReadDecision;
}

/** Field by field: spreading what JSON.parse made costs eight times as much. The hash is made when it is first asked for. */
class ReadDecision implements DecisionRecord {
  readonly format: 1;
  readonly decisionId: Id;
  readonly stream: string;
  readonly version: number;
  readonly occurredAt: Ms;
  readonly writer: string;
  readonly build: string;
  readonly correlationId: Id;
  readonly causationId: Id;
  readonly lane: Id;
  readonly contract: number;
  readonly previousHash: string;
  readonly partition: Partition;
  readonly subject: string;
  readonly sequence: number;
  readonly #bytes: Uint8Array;
  #hash: string | undefined;

  constructor({ partition, subject, sequence, bytes }: StoredMessage, envelope: Omit<Envelope, 'events'>, readonly events: readonly BallastEvent[]) {
    this.format = envelope.format;
    this.decisionId = envelope.decisionId;
    this.stream = envelope.stream;
    this.version = envelope.version;
    this.occurredAt = envelope.occurredAt;
    this.writer = envelope.writer;
    this.build = envelope.build;
    this.correlationId = envelope.correlationId;
    this.causationId = envelope.causationId;
    this.lane = envelope.lane;
    this.contract = envelope.contract;
    this.previousHash = envelope.previousHash;
    this.partition = partition;
    this.subject = subject;
    this.sequence = sequence;
    this.#bytes = bytes;
  }

  get hash(): string {
    return (this.#hash ??= hashOf(this.#bytes));
  }

  at(sequence: number): ReadDecision {
    if (sequence === this.sequence) return this;
    const moved = new ReadDecision({ partition: this.partition, subject: this.subject, sequence, bytes: this.#bytes }, this, this.events);
    moved.#hash = this.#hash;
    return moved;
  }
}

/**
 * Reads a stored decision and checks all of it: the JSON, every field of the envelope, that stream and writer are the
 * subject's, that this writer may write these events there, every field of every event.
 * @throws ContractError naming each field at fault; NewerContract where a newer build wrote it.
 */
export function decodeMessage(message: StoredMessage): DecisionRecord {
  const bytes: Read = message.bytes;
  const read = bytes[READ];
  if (read && read.subject === message.subject && read.partition === message.partition) return read.at(message.sequence);
  const stream = streamOfSubject(message.subject);
  const json = parse(message);
  demandKnownVersion(json, message);
  const astray = stream.partition === message.partition ? undefined : { partition: `found ${stream.partition} in the subject, allowed is ${message.partition}` };
  const faults = faultsOf(json, { name: streamName(stream), writer: stream.writer }) ?? astray;
  if (faults) throw new ContractError('envelope', { ...faults, ...astray });
  const events = taken(json['events'] as unknown[], (event) => takeEvent(event, stream)) ?? listedIn(message).map((event, index) => decodeAt(event, index, stream));
  const record = new ReadDecision(message, json as unknown as Envelope, events);
  bytes[READ] = record;
  return record;
}

/** Undefined where one of them was not taken: the list is spoiled then. */
function taken(listed: readonly unknown[], take: (event: unknown) => BallastEvent | undefined): readonly BallastEvent[] | undefined {
  const events: BallastEvent[] = [];
  for (const one of listed) {
    const event = take(one);
    if (!event) return undefined;
    events.push(event);
  }
  return events;
}

function listedIn(message: StoredMessage): readonly unknown[] {
  const { events: listed } = parse(message);
  if (!Array.isArray(listed)) throw new ContractError('envelope', { events: `found ${show(listed)}, allowed is a list of at least one event` });
  return listed;
}

function decodeAt(event: unknown, index: number, stream: StreamId): BallastEvent {
  try {
    return decodeEvent(event, stream);
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    throw new ContractError(error.contract, Object.fromEntries(Object.entries(error.fields).map(([field, fault]) => [`events[${index}].${field}`, fault])));
  }
}

function hydrateAt(event: unknown, index: number): BallastEvent {
  const read = hydrateEvent(event);
  if (read) return read;
  const type = (event as { type?: unknown } | null)?.type;
  throw new ContractError('event', { [`events[${index}].type`]: `found ${show(type)}, allowed is one of ${eventTypes().join(', ')}` });
}

/**
 * The same for a log that was checked when it was written: value types are made, no field is judged. The caller can prove
 * the chain by the hashes.
 * @throws ContractError for what is no envelope, or an event type that this build does not know; NewerContract where a newer build wrote it.
 */
export function readTrusted(message: StoredMessage): DecisionRecord {
  const json = parse(message);
  demandKnownVersion(json, message);
  const { events: listed } = json;
  const events = (Array.isArray(listed) ? taken(listed, takeTrustedEvent) : undefined) ?? listedIn(message).map(hydrateAt);
  return new ReadDecision(message, json as unknown as Envelope, events);
}

/** The same decision with the place that the store gave it. */
export const placedAt = (record: DecisionRecord, sequence: number): DecisionRecord => (record instanceof ReadDecision ? record.at(sequence) : { ...record, sequence });

/** What could be read of a message that is not a valid decision: enough to file it. */
export function laneOfUnreadable(message: StoredMessage): Id {
  try {
    const lane = parse(message)['lane'];
    return typeof lane === 'string' && ID.test(lane) ? lane : 'unreadable';
  } catch (error) {
    if (error instanceof ContractError) return 'unreadable';
    throw error;
  }
}

/** Subject of a stream in its partition, checked. @throws ContractError for an id that is no subject token. */
export function checkedStream(partition: Partition, writer: string, kind: string, id: Id): StreamId {
  return streamOfSubject(`evt.${partition}.${writer}.${kind}.${id}`);
}
