import type { PolicyProfile } from '../profile.js';
import { type Finding, PolicyFileError } from './finding.js';
import { part, type Reading, type WrittenNumber } from './reader.js';
import { PROFILE } from './schema.js';

/** A profile as its file has it. */
export interface ProfileFile {
  readonly profile: PolicyProfile;
  /** Every number with its requirement, by field: `leverageMax`, `stops.dailyLossRatio`, `ladder.rungs[0].gate.daysMin`. */
  readonly numbers: ReadonlyMap<string, WrittenNumber>;
}

export type ReadResult = { readonly faults: readonly [] } & ProfileFile | { readonly faults: readonly [Finding, ...Finding[]] };

/** Reads the text of a profile file; every fault at once. */
export function readProfile(text: string): ReadResult {
  const reading: Reading = { faults: [], numbers: new Map() };
  const json = jsonOf(text, reading);
  const profile = json === undefined ? undefined : part(PROFILE).read(json, '', reading);
  const [first, ...rest] = reading.faults;
  if (first) return { faults: [first, ...rest] };
  return { faults: [], profile: profile as PolicyProfile, numbers: reading.numbers };
}

/** @throws PolicyFileError with every fault. */
export function profileIn(file: string, text: string): ProfileFile {
  const read = readProfile(text);
  if ('profile' in read) return read;
  throw new PolicyFileError([{ file, faults: read.faults }]);
}

const GUARDED = ['slippageWarnBps', 'slippageBlockBps'];

/** The profile's numbers as they hold on this rung of its ladder, without the ladder's own; before any rung where none is named. */
export function numbersOn({ profile, numbers }: ProfileFile, rungName?: string): ReadonlyMap<string, WrittenNumber> {
  const own = new Map([...numbers].filter(([field]) => !field.startsWith('ladder.')));
  const at = `ladder.rungs[${profile.ladder?.rungs.findIndex(({ name }) => name === rungName) ?? -1}].`;
  for (const [field, number] of numbers) if (field.startsWith(at)) own.set(onProfile(field.slice(at.length)), number);
  return own;
}

/** Where a rung's number stands in the profile (`withRung`). */
const onProfile = (field: string): string => (field === 'dailyLossMax' ? 'stops.dailyLossMax' : GUARDED.includes(field) ? `guards.${field}` : field);

function jsonOf(text: string, reading: Reading): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    reading.faults.push({ severity: 'FAULT', field: '(file)', id: 'C-44', text: `found no JSON: ${error instanceof Error ? error.message : String(error)}` });
    return undefined;
  }
}
