import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { lintProfile } from '../lint/lint.js';
import { type Finding, PolicyFileError } from './finding.js';
import { profileIn, type ProfileFile } from './read-profile.js';

const FOLDER = new URL('../../profiles/', import.meta.url);

/**
 * Every profile that comes with the system, by name, each from a file of that name.
 * @throws PolicyFileError with every fault of the first file at fault.
 */
export function loadProfiles(): ReadonlyMap<string, ProfileFile> {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json')).sort();
  return new Map(files.map((file) => [basename(file, '.json'), named(file, profileIn(file, readFileSync(new URL(file, FOLDER), 'utf8')))]));
}

function named(file: string, read: ProfileFile): ProfileFile {
  const expected = basename(file, '.json');
  const faults = lintProfile(read.profile).filter(({ severity }) => severity === 'FAULT');
  if (faults.length > 0) throw new PolicyFileError(file, faults);
  const fault: Finding = { severity: 'FAULT', field: 'name', id: 'W-18', text: `found "${read.profile.name}", allowed is the name of the file, "${expected}"` };
  if (read.profile.name !== expected) throw new PolicyFileError(file, [fault]);
  return read;
}
