import { closeSync, existsSync, fdatasyncSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Ms } from '@ballast/domain';
import type { EngineCommand, EngineImage } from '@ballast/venues';

/** What moves the exchange from outside, in the order it came, with the market time at which it came. */
export type JournalRecord =
  /** First record: what this journal belongs to. */
  | { readonly kind: 'header'; readonly market: string }
  | { readonly kind: 'command'; readonly at: Ms; readonly command: EngineCommand }
  | { readonly kind: 'deposit'; readonly at: Ms; readonly subaccount: string; readonly amount: string; readonly key: string }
  /** Market time was here when something was told to somebody. */
  | { readonly kind: 'time'; readonly at: Ms };

export interface JournalSnapshot {
  readonly version: 1;
  /** Journal bytes that this snapshot already holds. */
  readonly bytes: number;
  readonly at: Ms;
  readonly marketInputs: number;
  readonly depositKeys: readonly string[];
  readonly engine: EngineImage;
}

export class JournalError extends Error {
  override readonly name = 'JournalError';
}

const X18_FIELDS = new Set(['price', 'amount', 'fillShareMax']);

const encode = (record: JournalRecord): string => `${JSON.stringify(record, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))}\n`;

function decode(line: string, at: number, path: string): JournalRecord {
  try {
    const record = JSON.parse(line) as JournalRecord;
    if (record.kind !== 'command') return record;
    const command = Object.fromEntries(Object.entries(record.command).map(([key, value]: [string, unknown]) => [key, X18_FIELDS.has(key) && typeof value === 'string' ? BigInt(value) : value]));
    return { ...record, command: command as unknown as EngineCommand };
  } catch (error) {
    throw new JournalError(`${path}: the record at byte ${at} is not readable: ${String(error)}`, { cause: error });
  }
}

/**
 * The venue's own memory: an append-only file of JSON lines and, beside it, the newest snapshot. What is appended is durable after `sync`;
 * a last line that a crash has cut is dropped, since nothing that it could have caused was ever told.
 */
export class Journal {
  readonly records: readonly JournalRecord[];
  readonly snapshot: JournalSnapshot | undefined;
  private readonly file: number;
  private readonly snapshotPath: string;
  private bytes: number;
  private dirty = false;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.snapshotPath = `${path}.snapshot`;
    this.snapshot = existsSync(this.snapshotPath) ? (JSON.parse(readFileSync(this.snapshotPath, 'utf8')) as JournalSnapshot) : undefined;
    const content = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    const whole = content.lastIndexOf(0x0a) + 1;
    this.records = read(content.subarray(0, whole), this.snapshot?.bytes ?? 0, path);
    this.file = openSync(path, existsSync(path) ? 'r+' : 'w+');
    ftruncateSync(this.file, whole);
    this.bytes = whole;
  }

  /** `durable` false: may be lost with the machine, not with the process. */
  append(record: JournalRecord, durable = true): void {
    const data = Buffer.from(encode(record));
    writeSync(this.file, data, 0, data.length, this.bytes);
    this.bytes += data.length;
    this.dirty ||= durable;
  }

  /** Durable, all that was appended so far. */
  sync(): void {
    if (!this.dirty) return;
    fdatasyncSync(this.file);
    this.dirty = false;
  }

  saveSnapshot(state: Omit<JournalSnapshot, 'version' | 'bytes'>): void {
    this.sync();
    const temporary = `${this.snapshotPath}.new`;
    const file = openSync(temporary, 'w');
    writeSync(file, JSON.stringify({ version: 1, bytes: this.bytes, ...state } satisfies JournalSnapshot));
    fsyncSync(file);
    closeSync(file);
    renameSync(temporary, this.snapshotPath);
    const folder = openSync(dirname(this.snapshotPath), 'r');
    fsyncSync(folder);
    closeSync(folder);
  }

  close(): void {
    this.sync();
    closeSync(this.file);
  }
}

/** The header, and every record that no snapshot holds. */
function read(content: Buffer, from: number, path: string): readonly JournalRecord[] {
  if (from > content.length) throw new JournalError(`${path}: found ${content.length} bytes, but its snapshot was taken at ${from}: they do not belong together`);
  const records: JournalRecord[] = [];
  let start = 0;
  while (start < content.length) {
    const end = content.indexOf(0x0a, start);
    if (start === 0 || start >= from) records.push(decode(content.toString('utf8', start, end), start, path));
    start = end + 1;
  }
  return records;
}
