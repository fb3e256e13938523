import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVICES } from '@ballast/local';
import { eventsOf } from '../desk/log.js';
import { type CrashRun, crashRun, diedByThemselves, type Ending, type Kill } from './crash-desk.js';
import { difference } from './difference.js';

const FULL = process.env['CRASH_FULL'] === '1';
const VICTIMS = [...SERVICES, 'strategy-dn-pair', 'provisioner', 'paper-venue', 'nats-server'];
const SECONDS = 75;
const KILLS = FULL ? 16 : 4;
const SCRIPT = { speed: 'max', seed: 11, marketSeconds: SECONDS, settings: { iterations: 3, holdMs: 4_000, sleepMs: 2_000 } } as const;

/** Spread over the part of the script in which the bot trades, at other moments for every victim. */
const killsOf = (victim: string, index: number): readonly Kill[] =>
  Array.from({ length: KILLS }, (_, nth) => ({ victim, atMs: Math.round(((nth + (index + 1) / (VICTIMS.length + 1)) * 60_000) / KILLS) }));

const scriptOf = (name: string, kills: readonly Kill[]): CrashRun => ({ ...SCRIPT, name, kills });

const rows: string[] = [];
let undisturbed: Ending;

describe('a scripted run in lock step', () => {
  beforeAll(async () => {
    undisturbed = await crashRun(scriptOf('undisturbed', []));
  }, 300_000);

  afterAll(() => {
    process.stdout.write(`${['killed              at market s              outcome', ...rows].join('\n')}\n`);
  });

  it('trades its cycles where nothing is killed', () => {
    expect(eventsOf(undisturbed.story, 'TradeClosed').filter(({ outcome }) => outcome === 'COMPLETED').length).toBeGreaterThanOrEqual(2);
    expect(undisturbed.proofs.verify.breaches, undisturbed.proofs.verify.first ?? '').toBe(0);
    expect(undisturbed.proofs.rebuild.equalsLive, undisturbed.proofs.rebuild.difference ?? '').toBe(true);
  });

  it('ends the same way when it is run again', async () => {
    const again = await crashRun(scriptOf('again', []));
    expect(difference(again.story, undisturbed.story)).toBe('');
    expect(again.story.hash).toBe(undisturbed.story.hash);
  }, 300_000);

  it.each(VICTIMS.map((victim, index) => [victim, index] as const))('ends the same way with %s killed on the way', async (victim, index) => {
    const row = rows.push(`${victim.padEnd(20)}${'-'.padEnd(25)}did not end`) - 1;
    const ending = await crashRun(scriptOf(victim, killsOf(victim, index)));
    const at = ending.kills.map(({ hitAtMs }) => (hitAtMs / 1_000).toFixed(1)).join(' ');
    const isSame = ending.story.hash === undisturbed.story.hash;
    rows[row] = `${victim.padEnd(20)}${at.padEnd(25)}${isSame ? 'same state hash' : 'ANOTHER STATE'}, ${ending.proofs.verify.breaches} breaches`;
    expect(diedByThemselves(ending), 'nobody else died').toEqual({});
    expect(ending.kills.length, 'every kill hit').toBe(KILLS);
    expect(difference(ending.story, undisturbed.story)).toBe('');
    expect(ending.story.hash).toBe(undisturbed.story.hash);
    expect([...ending.venueOrders].sort()).toEqual([...undisturbed.venueOrders].sort());
    expect(ending.proofs.verify.breaches, ending.proofs.verify.first ?? '').toBe(0);
    expect(ending.proofs.rebuild.equalsLive, ending.proofs.rebuild.difference ?? '').toBe(true);
  }, 300_000);
});
