import { money, price, ratio } from '@ballast/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POSITION_SIDES } from '../liquidation/distance.js';
import { settingsOf } from '../protection/protection.fixtures.js';
import { type Hit, TriggerIndex, type Watched, watchedOf } from './trigger-index.js';

const BOTS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
const level = fc.integer({ min: 1, max: 200 }).map((value) => price(String(value)));
const watched = fc.record({ side: fc.constantFrom(...POSITION_SIDES), danger: fc.option(level, { nil: undefined }), recovery: fc.option(level, { nil: undefined }) })
  .map(({ side, danger, recovery }): Watched => ({ side, ...(danger ? { danger } : {}), ...(recovery ? { recovery } : {}) }));
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ instrument: fc.constantFrom('ETH', 'SOL'), botId: fc.constantFrom(...BOTS), watched }) },
  { weight: 1, arbitrary: fc.record({ instrument: fc.constantFrom('ETH', 'SOL'), botId: fc.constantFrom(...BOTS), watched: fc.constant(undefined) }) },
);

/** What an index is for, without one: every bot is looked at. */
function scan(bots: ReadonlyMap<string, Watched>, at: ReturnType<typeof price>): readonly Hit[] {
  return [...bots].flatMap(([botId, { side, danger, recovery }]) => {
    const beyond = (bound: typeof danger, below: boolean) => bound !== undefined && (below ? at.lt(bound) : at.gt(bound));
    return [...(beyond(danger, side === 'LONG') ? [{ botId, crossed: 'DANGER' as const }] : []), ...(beyond(recovery, side === 'SHORT') ? [{ botId, crossed: 'RECOVERY' as const }] : [])];
  });
}
const sorted = (hits: readonly Hit[]): readonly string[] => hits.map(({ botId, crossed }) => `${botId} ${crossed}`).sort();

describe('the index of triggers', () => {
  it('gives exactly what a scan of all bots gives, whatever is watched, changed and forgotten', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), fc.array(level, { minLength: 1, maxLength: 10 }), (steps, prices) => {
      const index = new TriggerIndex();
      const bots = { ETH: new Map<string, Watched>(), SOL: new Map<string, Watched>() };
      for (const { instrument, botId, watched: of } of steps) {
        const known = bots[instrument as 'ETH' | 'SOL'];
        if (of) index.watch(instrument, botId, of);
        else index.forget(instrument, botId);
        if (of) known.set(botId, of);
        else known.delete(botId);
        expect(index.watchedIn(instrument)).toBe(known.size);
      }
      for (const at of prices) for (const instrument of ['ETH', 'SOL'] as const) expect(sorted(index.crossedBy(instrument, at))).toEqual(sorted(scan(bots[instrument], at)));
    }), { numRuns: 300 });
  });

  it('knows nothing of an instrument nobody holds', () => expect(new TriggerIndex().crossedBy('BTC', price('1'))).toEqual([]));
});

it('a bot waits for its trigger at its widest, and for safe once something is deposited; switched off, for safe alone', () => {
  const at = (changes: Parameters<typeof settingsOf>[0], side: 'LONG' | 'SHORT', deposited: string) => {
    const { danger, recovery } = watchedOf(settingsOf(changes), { side, liquidationPrice: price('100') }, money(deposited))!;
    return [danger?.toString(), recovery?.toString()];
  };
  expect([at({}, 'LONG', '0'), at({ volatilityWidenMax: ratio('0.03') }, 'LONG', '1'), at({}, 'SHORT', '1'), at({ enabled: false }, 'LONG', '1')]).toEqual([['105', undefined], ['108', '112'], ['95', '88'], [undefined, '112']]);
  expect(watchedOf(settingsOf(), { side: 'LONG' }, money('1'))).toBeUndefined();
});
