import { createHash } from 'node:crypto';
import { ContractError } from '@ballast/events';
import type { ArchivedMessage } from './log-streams.js';

const NEWLINE = 10;

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** One message in a segment: a line of JSON with its place and its length, then its exact bytes, then a newline. `zcat` shows it. */
export function recordOf({ sequence, subject, headers, bytes }: ArchivedMessage): Buffer {
  const head = JSON.stringify({ sequence, subject, ...(headers.length > 0 ? { headers } : {}), bytes: bytes.length });
  return Buffer.concat([Buffer.from(`${head}\n`), bytes, Buffer.from('\n')]);
}

/** Digest of a stream up to and with this record: over the digest before it, so that one value stands for every byte so far. */
export const chained = (digest: string, record: Uint8Array): string => createHash('sha256').update(digest).update(record).digest('hex');

interface Head {
  readonly sequence: number;
  readonly subject: string;
  readonly headers?: ArchivedMessage['headers'];
  readonly bytes: number;
}

/** What one record of a segment holds, and its own bytes, which the digest is over. */
export interface ReadRecord {
  readonly message: ArchivedMessage;
  readonly record: Buffer;
}

/** The records of a segment, in order. @throws ContractError where a record is no record */
export function* recordsIn(segment: Buffer): Generator<ReadRecord> {
  for (let at = 0; at < segment.length; ) {
    const lineEnd = segment.indexOf(NEWLINE, at);
    const { sequence, subject, headers = [], bytes } = headOf(segment, at, lineEnd);
    const end = lineEnd + 1 + bytes + 1;
    if (end > segment.length || segment[end - 1] !== NEWLINE) throw new ContractError('record', { bytes: `found ${segment.length - lineEnd - 1} bytes behind the head of sequence ${sequence}, allowed is ${bytes} and a newline` });
    yield { message: { sequence, subject, headers, bytes: segment.subarray(lineEnd + 1, end - 1) }, record: segment.subarray(at, end) };
    at = end;
  }
}

function headOf(segment: Buffer, from: number, to: number): Head {
  try {
    const head = JSON.parse(segment.toString('utf8', from, Math.max(from, to))) as Head;
    if (Number.isSafeInteger(head.sequence) && typeof head.subject === 'string' && Number.isSafeInteger(head.bytes) && head.bytes >= 0) return head;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new ContractError('record', { head: `found ${JSON.stringify(segment.toString('utf8', from, from + 60))}, allowed is one JSON line with sequence, subject and bytes` });
}
