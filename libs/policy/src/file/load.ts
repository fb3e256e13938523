import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { lintProfile } from '../lint/lint.js';
import { type FaultyFile, type Finding, PolicyFileError } from './finding.js';
import { type ProfileFile, readProfile } from './read-profile.js';

const FOLDER = new URL('../../profiles/', import.meta.url);

/**
 * Every profile of a folder, by name, each from a file of that name; by default those that come with the system.
 * @throws PolicyFileError with every fault of every file.
 */
export function loadProfiles(folder: URL = FOLDER): ReadonlyMap<string, ProfileFile> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json')).sort();
  const read = files.map((file) => judged(file, readFileSync(new URL(file, folder), 'utf8')));
  const faulty = read.filter((each) => 'faults' in each);
  if (faulty.length > 0) throw new PolicyFileError(faulty);
  return new Map(read.flatMap((each) => ('faults' in each ? [] : [[each.profile.name, each]])));
}

function judged(file: string, text: string): ProfileFile | FaultyFile {
  const read = readProfile(text);
  if (!('profile' in read)) return { file, faults: read.faults };
  const { profile, numbers } = read;
  const expected = basename(file, '.json');
  const misnamed: Finding = { severity: 'FAULT', field: 'name', id: 'W-18', text: `found "${profile.name}", allowed is the name of the file, "${expected}"` };
  const faults = [...(profile.name === expected ? [] : [misnamed]), ...lintProfile(profile).filter(({ severity }) => severity === 'FAULT')];
  return faults.length > 0 ? { file, faults } : { profile, numbers };
}
