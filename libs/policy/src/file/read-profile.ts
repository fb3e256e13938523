import type { PolicyProfile } from '../profile.js';
import { type Finding, PolicyFileError } from './finding.js';
import { part, type Reading } from './reader.js';
import { PROFILE } from './schema.js';

/** A profile as its file has it. */
export interface ProfileFile {
  readonly profile: PolicyProfile;
  /** Requirement of every number, by field: `R3, C-19`, or `ours`. */
  readonly sources: ReadonlyMap<string, string>;
  /** Fields that say `none`: this profile binds no such limit. */
  readonly none: ReadonlySet<string>;
}

export type ReadResult = { readonly faults: readonly [] } & ProfileFile | { readonly faults: readonly [Finding, ...Finding[]] };

/** Reads the text of a profile file; every fault at once. */
export function readProfile(text: string): ReadResult {
  const reading: Reading = { faults: [], sources: new Map(), none: new Set() };
  const json = jsonOf(text, reading);
  const profile = json === undefined ? undefined : part(PROFILE).read(json, '', reading);
  const [first, ...rest] = reading.faults;
  if (first) return { faults: [first, ...rest] };
  return { faults: [], profile: profile as PolicyProfile, sources: reading.sources, none: reading.none };
}

/** @throws PolicyFileError with every fault. */
export function profileIn(file: string, text: string): ProfileFile {
  const read = readProfile(text);
  if ('profile' in read) return read;
  throw new PolicyFileError(file, read.faults);
}

function jsonOf(text: string, reading: Reading): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    reading.faults.push({ severity: 'FAULT', field: '(file)', id: 'C-44', text: `found no JSON: ${error instanceof Error ? error.message : String(error)}` });
    return undefined;
  }
}
