import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROFILES } from '../profiles.js';
import { findingText, PolicyFileError } from './finding.js';
import { numbersOn, profileIn, readProfile } from './read-profile.js';
import { amount, basisPoints, count, dollars, duration, leverage, moment, percent, sharpe, times } from './units.js';

const textOf = (name: string): string => readFileSync(new URL(`../../profiles/${name}.json`, import.meta.url), 'utf8');
type Json = Record<string, unknown>;
const read = (change: (json: Json) => Json, name = 'demo') => readProfile(JSON.stringify(change(JSON.parse(textOf(name)) as Json)));
const faultsOf = (change: (json: Json) => Json, name?: string): readonly string[] => read(change, name).faults.map(findingText);

describe('units in the text (C-44)', () => {
  it.each([
    [percent, '15 %', '0.15'], [percent, '0.1 %', '0.001'], [percent, '100 %', '1'], [times, '1.25x', '1.25'], [leverage, '20x', '20'], [dollars, '$1,139.06', '1139.06'], [amount, '$100', '100'], [basisPoints, '10 bps', '10'], [sharpe, '1.5 Sharpe', '1.5'],
    [duration, '250 ms', '250'], [duration, '5 s', '5000'], [duration, '5 min', '300000'], [duration, '24 h', '86400000'], [duration, '14 days', '1209600000'], [count('trades'), '1,000 trades', '1000'], [count('trades'), '1 trade', '1'], [moment, '2026-01-31T00:00:00Z', '1769817600000'],
  ])('reads what is %o as "%s"', (unit, text, value) => {
    expect(String(unit.read(text))).toBe(value);
  });

  it.each([
    [percent, ['15', '0.15', '101 %', '-1 %', '15 bps', '1e1 %', '15%%']],
    [times, ['5', '5 x', 'x', '-1x']],
    [leverage, ['20.01x', '0x', '50x', '5 %']],
    [dollars, ['500', '$-1', '$1e3', '1,000', '$1,00', '$']],
    [basisPoints, ['10', '10 %', '10001 bps']],
    [duration, ['5', '5 seconds', '1.5 s', '-5 s']],
    [count('trades'), ['40', '40 losses', '4.5 trades', '-1 trades']],
    [moment, ['2026-01-31', '2026-13-01T00:00:00Z', 'yesterday']],
  ])('refuses for %o every other: %s', (unit, texts) => {
    expect(texts.filter((text) => unit.read(text) !== undefined)).toEqual([]);
  });
});

describe('a profile file', () => {
  it.each([...PROFILES.keys()])('%s is read as the profile that a bot binds', (name) => {
    expect(profileIn(name, textOf(name)).profile).toEqual(PROFILES.get(name));
  });

  it.each([
    ['a bare number', { leverageMax: 5 }, 'leverageMax: found number 5, allowed is a leverage above 0x and up to 20x as "5x"'],
    ['a number without its unit', { leverageMax: '5 (R3)' }, 'leverageMax: found "5 (R3)"'],
    ['another unit', { safetyFactor: '0.8x (R11)' }, 'safetyFactor: found "0.8x (R11)", allowed is a percentage of 0 to 100 as "15 %"'],
    ['a number without its source', { positionMax: '$10,000' }, 'with its source as "(R3, C-19)" or "(ours)" behind it'],
    ['a source that is no requirement', { positionMax: '$10,000 (somewhere)' }, 'positionMax: found "$10,000 (somewhere)"'],
    ['none where a number must be', { leverageMax: 'none (W-18)' }, 'leverageMax: found "none (W-18)"'],
    ['an unknown field', { leverage: '5x (R3)' }, 'leverage: found "5x (R3)", allowed is no such field: there are name, version'],
    ['a version that is none', { version: '2' }, 'version: found "2", allowed is a whole number of 1 or more'],
    ['a part that is no object', { stops: [] }, 'stops: found list [], allowed is an object of scope, dailyLossRatio'],
    ['more than the absolute leverage (R8, C-29)', { leverageMax: '21x (R8)' }, 'leverageMax: found "21x (R8)", allowed is a leverage above 0x and up to 20x'],
  ])('refuses %s and says what is allowed', (_what, change, text) => {
    expect(faultsOf((json) => ({ ...json, ...change }))).toEqual([expect.stringContaining(text)]);
  });

  it('names every fault at once, a missing field too, each by its path', () => {
    const faults = faultsOf(({ name: _name, ...json }) => ({ ...json, leverageMax: 5, stops: { scope: 'ALL', dailyLossRatio: 0.15 }, ladder: { kind: 'PHASES', rungs: [{}], rollbackFillRate: '90 % (R44)', degradedFillRate: '95 % (R44)', fourEyes: 'yes' } }));
    expect(faults.map((text) => text.slice(0, text.indexOf(':')))).toEqual(['name', 'leverageMax', 'stops.scope', 'stops.dailyLossRatio', ...['name', 'capital', 'leverageMax', 'positionMax', 'legNotionalMin', 'legNotionalMax', 'gate'].map((field) => `ladder.rungs[0].${field}`), 'ladder.fourEyes']);
  });

  it('refuses what is no JSON or no object', () => {
    expect(readProfile('{').faults.map(findingText)).toEqual([expect.stringContaining('(file): found no JSON')]);
    expect(readProfile('[]').faults.map(findingText)).toEqual([expect.stringContaining('(file): found list []')]);
    expect(() => profileIn('x.json', '[]')).toThrow(PolicyFileError);
  });

  it('shows a rung\'s numbers in place of the profile\'s own', () => {
    const file = profileIn('scaling-capital', textOf('scaling-capital'));
    const on = numbersOn(file, 'stage-3');
    expect(['positionMax', 'stops.dailyLossMax', 'guards.slippageWarnBps', 'guards.marginUtilisationMax', 'gate.sharpeMin'].map((field) => on.get(field)?.text)).toEqual(['$5,000', '$225', '40 bps', '80 %', '1.5 Sharpe']);
    expect(numbersOn(file).get('stops.dailyLossMax')).toEqual({ text: '$100', source: 'R54, W-6' });
  });
});
