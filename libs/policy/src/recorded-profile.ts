import { Decimal, DecimalError, ratio } from '@ballast/domain';
import type { LadderPolicy, Rung } from './limits.js';
import { type PolicyProfile, profileText } from './profile.js';

/** Fields whose text is no number. */
const TEXTS: readonly string[] = ['name', 'source', 'scope', 'kind'];
/** What a ladder is judged by: content that lacks one of these judges nothing. */
const PROFILE_NUMBERS = ['leverageMax', 'positionMax', 'legNotionalMin', 'legNotionalMax', 'slippageBpsMax', 'depthMultipleMin'] as const satisfies readonly (keyof PolicyProfile)[];
const LADDER_NUMBERS = ['rollbackFillRate', 'degradedFillRate'] as const satisfies readonly (keyof LadderPolicy)[];
const RUNG_NUMBERS = ['capital', 'leverageMax', 'positionMax', 'legNotionalMin', 'legNotionalMax'] as const satisfies readonly (keyof Rung)[];

/**
 * The profile with a ladder that this canonical text (`profileText`) is of, number by number; undefined where the text is of none,
 * or of one that lacks what a ladder is judged by.
 */
export function profileOf(content: string): PolicyProfile | undefined {
  try {
    const fields = JSON.parse(content) as readonly (readonly [string, unknown])[];
    const profile: Readonly<Record<string, unknown>> = Object.fromEntries(fields.map(([key, value]) => [key, revived(key, value)]));
    return hasLadder(profile) && profileText(profile) === content ? profile : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof DecimalError) return undefined;
    throw error;
  }
}

/** @throws DecimalError where a text is no decimal. */
function revived(key: string, value: unknown): unknown {
  if (typeof value === 'string') return TEXTS.includes(key) ? value : ratio(value);
  if (Array.isArray(value)) return value.map((each: unknown) => revived(key, each));
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, revived(name, each)])) : value;
}

const isObject = (found: unknown): found is Readonly<Record<string, unknown>> => typeof found === 'object' && found !== null && !Array.isArray(found);
const haveNumbers = (found: Readonly<Record<string, unknown>>, fields: readonly string[]): boolean => fields.every((field) => found[field] instanceof Decimal);

function hasLadder(found: Readonly<Record<string, unknown>>): found is Readonly<Record<string, unknown>> & PolicyProfile {
  const { name, version, ladder } = found;
  if (typeof name !== 'string' || !Number.isSafeInteger(version) || !haveNumbers(found, PROFILE_NUMBERS) || !isObject(ladder) || !haveNumbers(ladder, LADDER_NUMBERS)) return false;
  return Array.isArray(ladder['rungs']) && ladder['rungs'].every((rung: unknown) => isObject(rung) && typeof rung['name'] === 'string' && isObject(rung['gate']) && haveNumbers(rung, RUNG_NUMBERS));
}
