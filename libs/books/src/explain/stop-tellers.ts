import { Decimal } from '@ballast/domain';
import type { HardStop, HardStopTripped } from '@ballast/events';
import type { Tellers } from './chapter.js';
import { moneyText, percentText, timeText } from './text.js';

const WHAT: Readonly<Record<HardStop, string>> = {
  DAILY_LOSS: 'loss of the day',
  DAILY_LOSS_AMOUNT: 'loss of the day',
  WEEKLY_LOSS: 'loss of the week',
  CONSECUTIVE_LOSSES: 'losing trades in a row',
  DRAWDOWN_REDUCE: 'fall from the highest equity',
  DRAWDOWN_HALT: 'fall from the highest equity',
};
const PLACES = 10;

function figure(unit: HardStopTripped['unit'], text: string): string {
  switch (unit) {
    case 'RATIO':
      return percentText(new Decimal(text), PLACES);
    case 'USD':
      return moneyText(new Decimal(text));
    case 'COUNT':
      return text;
  }
}

/** Hard stops and the days and weeks that they count in. */
export const stopTellers: Tellers<'PeriodOpened' | 'HardStopTripped' | 'HardStopResumed'> = {
  PeriodOpened: ({ period, key, startsAt, endsAt, starts }) => ({
    title: `${period === 'DAY' ? 'the day' : 'the week of'} ${key} of the hard stops begins, ${timeText(startsAt)} to ${timeText(endsAt)}`,
    facts: starts.map(({ scope, scopeId, equity, result }) => `${scope.toLowerCase()} ${scopeId} starts it with ${moneyText(equity)}, results so far ${moneyText(result)}`),
  }),
  HardStopTripped: ({ scope, scopeId, stop, profile, unit, value, limit, baseline, equity, state, heldUntil, marks }) => ({
    title: `hard stop ${stop} of ${scope.toLowerCase()} ${scopeId}: ${WHAT[stop]} ${figure(unit, value)}, allowed is less than ${figure(unit, limit)} (${profile}): ${state}`,
    facts: [
      `worth ${moneyText(equity)}; measured from ${moneyText(baseline)}`,
      `no new risk until an approver resumes it${heldUntil === undefined ? '' : `, not before ${timeText(heldUntil)}`}; exits, unwinds and reduce-only orders go on`,
      ...marks.map(({ instrument, markPrice }) => `${instrument} mark ${markPrice}`),
    ],
  }),
  HardStopResumed: ({ scope, scopeId, stop, equity, reason, by }) => ({ title: `hard stop ${stop} of ${scope.toLowerCase()} ${scopeId} resumed: ${reason}`, facts: [`by ${by}, at ${moneyText(equity)}${stop.startsWith('DRAWDOWN') ? ', which is the peak from here on' : ''}`] }),
};
