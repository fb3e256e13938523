import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROFILES } from '@ballast/policy';
import { describe, expect, it } from 'vitest';
import { ballast } from '../story.fixtures.js';

const LEGION = new URL('../../../../../libs/policy/profiles/legion.json', import.meta.url);

/** The profile's file with one text replaced. */
function changed(from: string, to: string): string {
  const text = readFileSync(LEGION, 'utf8');
  if (!text.includes(from)) throw new Error(`legion.json has no ${from}`);
  const file = join(mkdtempSync(join(tmpdir(), 'policy-')), 'legion.json');
  writeFileSync(file, text.replace(from, to));
  return file;
}

describe('ballast policy', () => {
  it('lints a usable profile with its warnings and exit code 0 (C-43)', async () => {
    const { code, out } = await ballast(['policy', 'lint', changed('"5x (R94)"', '"4x (R94)"')]);
    expect([code, out]).toEqual([0, expect.stringContaining('warning: stops.weeklyLossRatio: shadowed: 30 % is never reached before the fall from the peak of 25 % (C-43)')]);
  });

  it.each([
    ['"5x (R94)"', '5', 'leverageMax', '(C-44)'],
    ['"60 % (R102)"', '"65 % (R102)"', 'treasury: found a split of 65 % + 20 % + 15 % + 5 % = 105 %', '(R102)'],
    ['"underlyingShareMax"', '"underlyingShare"', 'guards.underlyingShare', 'underlyingShareMax'],
  ])('refuses %s changed to %s with exit code 1, the field and the requirement', async (from, to, field, id) => {
    const { code, out } = await ballast(['policy', 'lint', changed(from, to)]);
    expect([code, out]).toEqual([1, expect.stringContaining(field)]);
    expect(out).toContain(id);
    expect(out).toContain("can't be used: 1 to change");
  });

  it('takes the maintenance margin that the buffer is judged by (C-8)', async () => {
    const file = changed('"underlyingMarginMax"', '"liquidationBufferMin": "17 % (ours)", "underlyingMarginMax"');
    expect(await ballast(['policy', 'lint', file, '--json'])).toMatchObject({ code: 1, out: expect.stringContaining('1/5 - 5 % maintenance margin = 15 %') as string });
    expect(await ballast(['policy', 'lint', file, '--maintenance-margin', '2 %'])).toMatchObject({ code: 0 });
    expect(await ballast(['policy', 'lint', file, '--maintenance-margin', '0.02'])).toMatchObject({ code: 2, err: expect.stringContaining('--maintenance-margin: found "0.02"') as string });
  });

  it('says which file it could not read', async () => {
    expect(await ballast(['policy', 'lint', 'nowhere.json'])).toMatchObject({ code: 1, err: expect.stringContaining('nowhere.json') as string });
  });

  it('lists every profile that a bot can bind', async () => {
    const { out } = await ballast(['policy', 'list', '--json']);
    expect((JSON.parse(out) as { readonly profiles: readonly { readonly name: string }[] }).profiles.map(({ name }) => name)).toEqual([...PROFILES.keys()]);
    expect((await ballast(['policy', 'list'])).out).toContain('7 stages');
  });

  it('shows the limits of a rung in place of the profile\'s own, with their sources (R16, C-22)', async () => {
    const { code, out } = await ballast(['policy', 'show', 'dn-pair-v4.1', '--rung', 'phase-2/months-2-3', '--json']);
    expect([code, JSON.parse(out)]).toMatchObject([0, { ref: 'dn-pair-v4.1@3/phase-2/months-2-3', limits: { leverageMax: { text: '10x', source: 'R4, R8' }, legNotionalMax: { text: '$1,000', source: 'R16, C-22' }, safetyFactor: { text: '80 %' } } }]);
    expect((await ballast(['policy', 'show', 'scaling-capital', '--rung', 'stage-7'])).out).toMatch(/stops\.dailyLossMax\s*│ \$1,139\.06/);
    expect((await ballast(['policy', 'show', 'dn-pair-v4.1'])).out).toContain('phase-4/months-7-12');
  });

  it('names the profiles and rungs there are where it knows none of that name', async () => {
    expect(await ballast(['policy', 'show', 'nosuch'])).toMatchObject({ code: 1, err: expect.stringContaining('demo, dn-pair-v4.1, legion, scaling-capital') as string });
    expect(await ballast(['policy', 'show', 'scaling-capital', '--rung', 'stage-8'])).toMatchObject({ code: 1, err: expect.stringContaining('stage-1, stage-2') as string });
    expect(await ballast(['policy', 'show', 'legion', '--rung', 'stage-1'])).toMatchObject({ code: 1, err: expect.stringContaining('no ladder') as string });
  });

  it.each([['lint'], ['list'], ['show'], ['in-force']])('has an example in the help of policy %s', async (command) => {
    expect(await ballast(['policy', command, '--help'])).toMatchObject({ code: 0, out: expect.stringContaining(`$ ballast policy ${command}`) as string });
  });
});
