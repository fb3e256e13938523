import { describe, expect, it } from 'vitest';
import { refuses } from '../exposure/rule.js';
import { stopVerdicts } from './stop-verdicts.js';
import { resumableFrom, stateAsked, trippedIn } from './stops.decider.js';
import { after, decide, figuresOf, limitOf, MONDAY, observe } from './stops.fixtures.js';
import type { StopFigures, StopLimit } from './stops.types.js';

/** Ids are only unique within their kind: a bot may be called as its portfolio is, and its loss is its own (W-17). */
const LOST = figuresOf({ day: '0.2', inARow: 5 });
const WHOLE = figuresOf();
const BOT: Pick<StopFigures, 'scope' | 'scopeId'> = { scope: 'BOT', scopeId: 'p1' };
const botsOwn: StopLimit = { ...limitOf('DAILY_LOSS', '0.15'), ...BOT };
const refused = (figures: readonly StopFigures[], limit: StopLimit): readonly string[] => stopVerdicts({ figures, limits: [limit] }).filter(refuses).map(({ evaluation }) => `${evaluation.rule} ${evaluation.result}`);

describe('a hard stop of a bot that is called as its portfolio is', () => {
  it('measures what the bot has lost, and the stop of the portfolio what the portfolio has', () => {
    const figures = [{ ...LOST, ...BOT }, WHOLE];
    expect([refused(figures, botsOwn), refused(figures, limitOf('DAILY_LOSS', '0.15'))]).toEqual([['daily-loss REFUSE'], []]);
    expect([refused([WHOLE], botsOwn), refused([{ ...LOST, ...BOT, scopeId: 'p2' }], botsOwn)]).toEqual([['daily-loss MISSING_INPUT'], ['daily-loss MISSING_INPUT']]);
  });

  it('trips for the bot alone, and is told, held and resumed for the bot alone', () => {
    const command = { ...observe(WHOLE, MONDAY, [limitOf('DAILY_LOSS', '0.15'), botsOwn]), figures: [{ ...LOST, ...BOT }, WHOLE] };
    expect(decide(after(), command).filter(({ type }) => type === 'HardStopTripped')).toMatchObject([{ stop: 'DAILY_LOSS', ...BOT, value: '0.2' }]);
    const stops = after([command, MONDAY]);
    expect([trippedIn(stops, 'BOT', 'p1').length, trippedIn(stops, 'PORTFOLIO', 'p1').length, trippedIn(stops, 'BOT', 'p2').length]).toEqual([1, 0, 0]);
    expect([stateAsked(stops, 'BOT', 'p1'), stateAsked(stops, 'PORTFOLIO', 'p1')]).toEqual(['HALTED', 'ACTIVE']);
    expect([resumableFrom(stops, 'BOT', 'p1') > MONDAY, resumableFrom(stops, 'PORTFOLIO', 'p1')]).toEqual([true, 0]);
  });
});
