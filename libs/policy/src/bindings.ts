import type { LadderPolicy } from './limits.js';
import { type PolicyProfile } from './profile.js';

export interface BoundLadder {
  readonly profile: PolicyProfile;
  readonly ladder: LadderPolicy;
}

/** The one ladder that these profiles bind together (C-6); undefined where none does. Of several the first by name, which `bindingFault` refuses before. */
export function ladderOf(names: Iterable<string>, known: ReadonlyMap<string, PolicyProfile>): BoundLadder | undefined {
  const [first] = namesWith('ladder', names, known);
  const profile = first === undefined ? undefined : known.get(first);
  return profile?.ladder ? { profile, ladder: profile.ladder } : undefined;
}

/** Why a portfolio can't bind all of these: a portfolio climbs one ladder (C-6) and splits its profit one way (R102). Undefined where it can. */
export function bindingFault(names: Iterable<string>, known: ReadonlyMap<string, PolicyProfile>): string | undefined {
  const bound = [...names];
  for (const part of ['ladder', 'treasury'] as const) {
    const found = namesWith(part, bound, known);
    if (found.length > 1) return `profiles: found a ${part} in ${found.join(' and ')}, allowed is one ${part} for a portfolio`;
  }
  return undefined;
}

const namesWith = (part: 'ladder' | 'treasury', names: Iterable<string>, known: ReadonlyMap<string, PolicyProfile>): readonly string[] => [...new Set(names)].filter((name) => known.get(name)?.[part] !== undefined).sort();
