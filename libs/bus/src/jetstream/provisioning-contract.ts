import { ID, PARTITIONS } from '@ballast/domain';
import { ContractError } from '@ballast/events';
import { CONSUMED_STREAMS, DEAD_STREAM, EVENT_STREAMS } from './names.js';
import type { CursorRequest, ReaderRequest } from './provisioning-client.js';

const HOLDER_LENGTH_MAX = 200;
type Fields = Readonly<Record<string, unknown>>;
const shown = (value: unknown): string => JSON.stringify(value) ?? 'nothing';
const isSequence = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1;

/** Checks a request field by field; a refusal names each field, what was found and what is allowed. */
class Check {
  private readonly faults: Record<string, string> = {};
  readonly fields: Fields;

  constructor(
    private readonly contract: string,
    payload: unknown,
    allowed: readonly string[],
  ) {
    if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) throw new ContractError(contract, { payload: `found ${shown(payload)}, allowed is an object` });
    this.fields = payload as Fields;
    for (const name of Object.keys(payload)) if (!allowed.includes(name)) this.faults[name] = `unknown, allowed are ${allowed.join(', ')}`;
  }

  that(field: string, holds: boolean, allowed: string): void {
    if (!holds) this.faults[field] ??= `found ${shown(this.fields[field])}, allowed is ${allowed}`;
  }

  stream(): void {
    this.that('stream', CONSUMED_STREAMS.includes(this.fields['stream'] as string), `one of ${EVENT_STREAMS[0]} … EVENTS_${PARTITIONS - 1}, ${DEAD_STREAM}`);
  }

  filters(): void {
    const { stream, filters } = this.fields;
    const root = stream === DEAD_STREAM ? 'dead.' : `evt.${EVENT_STREAMS.indexOf(stream as string)}.`;
    this.that('filters', Array.isArray(filters) && filters.every((filter) => typeof filter === 'string' && filter.startsWith(root)), `a list of subjects below ${root}`);
  }

  passed(): void {
    if (Object.keys(this.faults).length > 0) throw new ContractError(this.contract, this.faults);
  }
}

export function readCursorRequest(payload: unknown): CursorRequest {
  const check = new Check('ensure-consumer', payload, ['stream', 'consumer', 'filters', 'atLeast', 'holds', 'holder', 'hasArchive']);
  const { consumer, atLeast, holds, holder, hasArchive } = check.fields;
  check.stream();
  check.filters();
  check.that('consumer', typeof consumer === 'string' && ID.test(consumer), String(ID));
  check.that('holder', typeof holder === 'string' && holder.length > 0 && holder.length <= HOLDER_LENGTH_MAX, `1 to ${HOLDER_LENGTH_MAX} characters`);
  check.that('atLeast', atLeast === undefined || isSequence(atLeast), 'a sequence from 1');
  check.that('hasArchive', hasArchive === undefined || hasArchive === true, 'true, or nothing');
  check.that('holds', holds === undefined || isSequence(holds), 'a generation from 1');
  check.passed();
  return check.fields as unknown as CursorRequest;
}

export function readReaderRequest(payload: unknown): ReaderRequest {
  const check = new Check('ensure-reader', payload, ['stream', 'filters', 'from']);
  check.stream();
  check.filters();
  check.that('from', isSequence(check.fields['from']), 'a sequence from 1');
  check.passed();
  return check.fields as unknown as ReaderRequest;
}

export function readReleaseRequest(payload: unknown): { readonly stream: string; readonly name: string } {
  const check = new Check('release-reader', payload, ['stream', 'name']);
  check.stream();
  check.that('name', typeof check.fields['name'] === 'string', 'the name that ensure-reader gave');
  check.passed();
  return check.fields as unknown as { stream: string; name: string };
}
