import { loadProfiles } from './file/load.js';
import type { ProfileFile } from './file/read-profile.js';
import type { PolicyProfile } from './profile.js';

/** Every profile with the requirement of each number, by name; read and judged once, at the start. @throws PolicyFileError */
export const PROFILE_FILES: ReadonlyMap<string, ProfileFile> = loadProfiles();

/** Every profile that a bot can bind, by name. */
export const PROFILES: ReadonlyMap<string, PolicyProfile> = new Map([...PROFILE_FILES].map(([name, { profile }]) => [name, profile]));

/** @throws RangeError where there is no profile of this name. */
export function profileNamed(name: string): PolicyProfile {
  const profile = PROFILES.get(name);
  if (!profile) throw new RangeError(`profile: found "${name}", allowed are ${[...PROFILES.keys()].join(', ')}`);
  return profile;
}

/** The pair's plan: before a rung is entered, phase 1 as a whole. */
export const DN_PAIR_V4_1: PolicyProfile = profileNamed('dn-pair-v4.1');
/** For the demonstration: legs of up to $1,200 (C-32), $500,000 and 500 rounds a day; binds no stop, guard, ladder or treasury. */
export const DEMO: PolicyProfile = profileNamed('demo');
