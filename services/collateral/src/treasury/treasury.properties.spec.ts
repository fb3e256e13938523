import { addMoney, money, type Money, signedQuantity, subMoney, ZERO_MONEY, quantity, price } from '@ballast/domain';
import type { BallastEvent, TreasuryEntry } from '@ballast/events';
import { drawdownOf, EquityCurveFold, lossRatioSince, lossSince } from '@ballast/performance';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equityDecider } from '../equity/equity.decider.js';
import { treasuryDecider } from './treasury.decider.js';
import { account, BOUND, close, DAY_MS, DAY_START, eventsOf, open, play, seen } from './treasury.fixtures.js';
import { setAsideOf, type Treasury, type TreasuryCommand } from './treasury.types.js';

interface Step {
  /** In units of a millionth, of each account. */
  readonly results: readonly [bigint, bigint];
  readonly paidIn: bigint;
  readonly paidOut: bigint;
  readonly wins: number;
  readonly withdraws: boolean;
}

const units = (value: bigint): Money => money(`${value < 0n ? '-' : ''}${(value < 0n ? -value : value) / 1_000_000n}.${String((value < 0n ? -value : value) % 1_000_000n).padStart(6, '0')}`);
const signed = fc.bigInt({ min: -1_000_000_000n, max: 1_000_000_000n });
const positive = fc.bigInt({ min: 0n, max: 100_000_000n });
const steps = fc.array(fc.record<Step>({ results: fc.tuple(signed, signed), paidIn: positive, paidOut: positive, wins: fc.nat(7), withdraws: fc.boolean() }), { minLength: 1, maxLength: 15 });

/** A day for each step: money comes and goes, the day closes, a person withdraws what there is. */
function commandsOf(days: readonly Step[]): readonly TreasuryCommand[] {
  let [first, second, paidIn, paidOut] = [0n, 0n, 0n, 0n];
  return [open(), ...days.flatMap(({ results, paidIn: more, paidOut: less, wins, withdraws }, index): readonly TreasuryCommand[] => {
    [first, second, paidIn, paidOut] = [first + results[0], second + results[1], paidIn + more, paidOut + less];
    const money_ = seen(index + 2, account('a', units(paidIn + 200_000_000n).toString(), units(first).toString(), units(paidOut).toString()), account('b', '0', units(second).toString()));
    const withdrawal: TreasuryCommand = { type: 'Withdraw', portfolioId: 'p', withdrawalId: `w${index}`, fund: 'WITHDRAWAL', amount: money('0.05'), reason: 'wages', by: 'approver' };
    return [close(index + 1, money_, wins), ...(withdraws ? [withdrawal] : [])];
  })];
}

const sumOf = (entries: readonly TreasuryEntry[]): string => entries.reduce((sum, { amount }) => addMoney(sum, amount), ZERO_MONEY).toString();
const results = ({ booked }: Treasury): Money => booked.reduce((sum, each) => addMoney(sum, each.results), ZERO_MONEY);

describe('whatever a portfolio wins and loses', () => {
  it('every event\'s entries sum to exactly 0, in the portfolio and in each account, and its balances are the sums of all entries', () => {
    fc.assert(fc.property(steps, (days) => {
      const funds = new Map<string, Money>();
      const faults = play(...commandsOf(days)).events.flatMap(({ type, entries, balances: { trading, chest, operating, withdrawal } }) => {
        for (const { fund, amount } of entries) funds.set(fund, addMoney(funds.get(fund) ?? ZERO_MONEY, amount));
        const held = ['TRADING', 'CHEST', 'OPERATING', 'WITHDRAWAL'].map((fund) => (funds.get(fund) ?? ZERO_MONEY).toString()).join();
        const sums = ['a', 'b'].map((id) => sumOf(entries.filter(({ accountId }) => accountId === id)));
        return sums.every((sum) => sum === '0') && [trading, chest, operating, withdrawal].join() === held ? [] : [type];
      });
      expect(faults).toEqual([]);
    }), { numRuns: 60 });
  });

  it('not a cent is made or lost: the funds together are what came less what left and was lost', () => {
    fc.assert(fc.property(steps, (days) => {
      const { state, events } = play(...commandsOf(days));
      const { trading, chest, operating, withdrawal } = events.at(-1)!.balances;
      const came = state.booked.reduce((sum, { paidIn, paidOut, results: earned }) => addMoney(sum, subMoney(addMoney(paidIn, earned), paidOut)), ZERO_MONEY);
      expect([trading, chest, operating, withdrawal].reduce(addMoney).toString()).toBe(came.toString());
    }), { numRuns: 60 });
  });

  it('nothing is siphoned below the high-water mark, nor of a day that lost, nor more than its share of what was earned (W-8)', () => {
    fc.assert(fc.property(steps, (days) => {
      let mark = ZERO_MONEY;
      for (const { results: toDate, dayResult, profit, toChest, toOperating, toWithdrawal, highWaterMark } of eventsOf(play(...commandsOf(days)).events, 'TreasuryDayClosed')) {
        const taken = [toChest, toOperating, toWithdrawal].reduce(addMoney);
        const above = toDate.gt(mark) ? subMoney(toDate, mark) : ZERO_MONEY;
        const most = dayResult.gt(0) && dayResult.lt(above) ? dayResult : above;
        expect([profit.toString(), taken.lte(most.times('0.45')), taken.gte(0)]).toEqual([above.toString(), true, true]);
        mark = toDate.gt(mark) ? toDate : mark;
        expect(highWaterMark.toString()).toBe(mark.toString());
      }
    }), { numRuns: 60 });
  });

  it('what is set aside is never negative, of no account and in no fund', () => {
    fc.assert(fc.property(steps, (days) => {
      const { state } = play(...commandsOf(days));
      for (const fund of ['CHEST', 'OPERATING', 'WITHDRAWAL'] as const) for (const held of Object.values(state.funds[fund])) expect(held.gte(0)).toBe(true);
    }), { numRuns: 60 });
  });
});

const BOT: BallastEvent = { type: 'BotCreated', botId: 'bot-1', portfolioId: 'p', accountId: 'a', strategy: 's', profiles: ['legion'], settings: {}, by: 'test' };
const closedAt = (at: number, id: number, realised: Money): BallastEvent => ({ type: 'PositionClosed', accountId: 'a', instrument: 'ETH-PERP', fillId: `f${id}`, tradeId: `t${id}`, side: 'SELL', quantity: quantity('1'), price: price('2000'), fee: ZERO_MONEY, position: signedQuantity('0'), realisedPnl: realised, venueTime: at });

describe('a treasury move', () => {
  it('changes drawdown, daily and weekly loss by exactly 0, and the capital at work by exactly what it sets aside (W-8)', () => {
    fc.assert(fc.property(fc.array(fc.tuple(signed, fc.nat(7)), { minLength: 1, maxLength: 20 }), (days) => {
      const curves = new EquityCurveFold(0);
      const tell = (event: BallastEvent, at: number): void => curves.apply({ event, decision: { occurredAt: at } });
      const observe = (at: number, worth: Money, setAside: Money | undefined): void => {
        const [event] = equityDecider.decide(equityDecider.initial, { type: 'ObserveEquity', accountId: 'a', portfolioId: 'p', botId: 'bot-1', trigger: 'START', slot: at, collateral: worth, equity: worth, initialMarginHealth: worth, maintenanceMarginHealth: worth, positions: [], venueTime: at, ...(setAside ? { setAside } : {}) }, { decisionId: 'd', at });
        tell(event!, at);
      };
      const figures = (at: number) => {
        const curve = curves.portfolio('p', at)!;
        return { drawdown: drawdownOf(curve).toString(), day: lossSince(curve, curve.day).toString(), dayRatio: lossRatioSince(curve.day).toString(), week: lossSince(curve, curve.week).toString(), result: curve.result.toString(), capital: curve.capital };
      };
      let state = play(open()).state;
      const start = money('100000');
      tell(BOT, DAY_START);
      observe(DAY_START, start, setAsideOf(state, 'a'));
      days.forEach(([earned, wins], index) => {
        // The move is seen a second into the next day, when its first result is known.
        const at = DAY_START + (index + 1) * DAY_MS + 1_000;
        const toDate = addMoney(results(state), units(earned));
        tell(closedAt(at - 500, index, units(earned)), at - 500);
        const worth = addMoney(start, toDate);
        const aside = setAsideOf(state, 'a')!;
        observe(at - 400, worth, aside);
        const before = figures(at);
        for (const event of treasuryDecider.decide(state, close(index + 1, seen(index + 2, account('a', '200', toDate.toString())), wins, BOUND), { decisionId: 'd', at })) state = treasuryDecider.evolve(state, event);
        observe(at, worth, setAsideOf(state, 'a'));
        const after = figures(at);
        expect({ ...after, capital: '' }).toEqual({ ...before, capital: '' });
        expect(subMoney(before.capital, after.capital).toString()).toBe(subMoney(setAsideOf(state, 'a')!, aside).toString());
      });
    }), { numRuns: 30 });
  });
});

