import { describe, expect, it } from 'vitest';
import { ratio } from '@ballast/domain';
import { type PolicyProfile, profileHash, profileText, profileTextHash } from './profile.js';
import { profileNamed, PROFILES } from './profiles.js';
import { profileOf } from './recorded-profile.js';
import { withRung } from './rung.js';

const LADDERS = [...PROFILES.values()].filter(({ ladder }) => ladder !== undefined);

describe('the content of a profile with a ladder', () => {
  it.each(LADDERS.map((profile) => [profile.name, profile] as const))('of %s comes back from its text to the last digit, with the same hash on every rung (R27)', (_name, profile) => {
    const text = profileText(profile);
    const found = profileOf(text);
    expect(found).toEqual(profile);
    expect(profileTextHash(text)).toBe(profileHash(profile));
    for (const rung of profile.ladder?.rungs ?? []) expect(found && profileHash(withRung(found, rung))).toBe(profileHash(withRung(profile, rung)));
  });

  it('is there in two profiles at least', () => expect(LADDERS.length).toBeGreaterThan(1));

  const stages = profileNamed('scaling-capital');
  const without = (field: keyof PolicyProfile): string => profileText(Object.fromEntries(Object.entries(stages).filter(([key]) => key !== field)) as unknown as PolicyProfile);
  it.each([
    ['no JSON', '{'],
    ['no list of fields', '{"name":"x"}'],
    ['nothing', 'null'],
    ['a number in words', profileText(stages).replace('"leverageMax","', '"leverageMax","about ')],
    ['fields in another order', JSON.stringify(Object.entries(stages).sort(([a], [b]) => (a < b ? 1 : -1)))],
    ['no ladder', without('ladder')],
    ['no version', without('version')],
    ['a limit too few', without('slippageBpsMax')],
    ['a rung without its gate', profileText({ ...stages, ladder: { ...stages.ladder!, rungs: stages.ladder!.rungs.map(({ gate: _gate, ...rung }) => rung as typeof rung & { gate: object }) } })],
    ['a rung whose limit is no number', profileText({ ...stages, ladder: { ...stages.ladder!, rungs: stages.ladder!.rungs.map((rung) => ({ ...rung, capital: true as unknown as typeof rung.capital })) } })],
  ])('is none where it is %s', (_what, text) => {
    expect(profileOf(text)).toBeUndefined();
  });

  it('is another where a number is', () => {
    expect(profileText({ ...stages, safetyFactor: ratio('0.5') })).not.toBe(profileText(stages));
  });
});
