import { money, type Ms } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Curve, dailyReturnsOf, drawdownOf, lossRatioSince, lossSince, returnSince } from './curve.js';
import { EquityCurveFold } from './equity-curve.projection.js';
import { marked, observed, opened, OWNER, reduced, settled, START, told, transfer } from './performance.fixtures.js';
import { DAY_MS, DAYS_KEPT } from './periods.js';

const MINUTE: Ms = 60_000;

const foldOf = (events: readonly BallastEvent[], boundaryMs = 0): EquityCurveFold => {
  const fold = new EquityCurveFold(boundaryMs);
  for (const event of events) fold.apply(told(event));
  return fold;
};
const curveOf = (fold: EquityCurveFold, at: Ms = START): Curve => fold.portfolio(OWNER.portfolioId, at)!;
const after = (...events: readonly BallastEvent[]): Curve => curveOf(foldOf(events));
/** What stops and gates look at: none of it may know of a transfer. */
const judged = (curve: Curve): readonly string[] => [lossRatioSince(curve.day), lossSince(curve, curve.day), lossRatioSince(curve.week), lossSince(curve, curve.week), drawdownOf(curve), curve.drawdownMax, curve.result, curve.day.growth, curve.week.growth, curve.peak.growth, ...dailyReturnsOf(curve)].map(String);

describe('the curve of a portfolio', () => {
  it('falls by what is realised and by what is not, at the fill itself and at every mark', () => {
    const fold = foldOf([observed('1000'), opened('1', '500', '1')]);
    expect(judged(curveOf(fold)).slice(0, 2)).toEqual(['0.001', '1']);
    fold.apply(told(marked('899', '400')));
    expect(judged(curveOf(fold)).slice(0, 2)).toEqual(['0.101', '101']);
    fold.apply(told(reduced('0.5', '0.5', '350', '500')));
    expect(judged(curveOf(fold)).slice(0, 2), 'what is left is valued at the price that was got').toEqual(['0.151', '151']);
  });

  it.each([['-149.9', '0.1499'], ['-150', '0.15'], ['-150.1', '0.1501']])('tells a loss of the day of %s on $1,000 as %s (R111)', (amount, expected) => expect(lossRatioSince(after(observed('1000'), settled(amount)).day).toString()).toBe(expected));

  it('tells the same loss in many steps to the same digit', () => {
    const steps = Array.from({ length: 37 }, () => settled('-3.7'));
    expect(judged(after(observed('1000'), ...steps, settled('-13.1'))).slice(0, 2)).toEqual(['0.15', '150']);
  });

  it('falls from its peak, which a new high moves on, and of which the deepest fall is kept', () => {
    const curve = after(observed('1000'), settled('100'), settled('-220'), settled('330'), settled('-121'));
    expect([drawdownOf(curve), curve.drawdownMax, curve.peak.result].map(String)).toEqual(['0.1', '0.2', '210']);
  });

  it('takes the equity of now as its peak where it is told to (W-9)', () => {
    const fold = foldOf([observed('1000'), settled('-300')]);
    fold.restartPeak('portfolios', OWNER.portfolioId, START);
    expect(judged(curveOf(fold)).slice(4, 6)).toEqual(['0', '0']);
    fold.apply(told(settled('-70')));
    expect([drawdownOf(curveOf(fold)).toString(), lossRatioSince(curveOf(fold).day).toString()], 'the day goes on as it was').toEqual(['0.1', '0.37']);
  });

  it('counts what comes from another subaccount as capital once an observation tells how much of it is protection (C-10)', () => {
    const deposit = { ...transfer('300', START + MINUTE), digest: '0x1' };
    const before = curveOf(foldOf([observed('1000'), deposit])).capital;
    const told300 = curveOf(foldOf([observed('1000'), deposit, observed('1300', START + 2 * MINUTE, { eligibleCollateral: money('1000') })])).capital;
    expect([before, told300].map(String)).toEqual(['1000', '1000']);
  });

  it('begins a day and a week anew, and tells the days between without a gap', () => {
    const fold = foldOf([observed('1000'), settled('-100')]);
    const later = START + 3 * DAY_MS;
    expect(judged(curveOf(fold, later)).slice(0, 4)).toEqual(['0', '0', '0.1', '100']);
    fold.apply(told(settled('90', later), later));
    const curve = curveOf(fold, START + 4 * DAY_MS);
    expect(curve.days.map(({ day, ratio, result }) => [day, String(ratio), String(result)])).toEqual([['2025-09-04', '-0.1', '-100'], ['2025-09-05', '0', '0'], ['2025-09-06', '0', '0'], ['2025-09-07', '0.1', '90']]);
    expect(lossSince(curve, curve.week).toString(), 'a Monday').toBe('0');
    expect(curve.week.at).toBe(Date.UTC(2025, 8, 8));
    expect(returnSince(curve.start).toString(), 'of all days together').toBe('-0.01');
  });

  it('begins its days where the boundary is set, also before the UTC day (C-25)', () => {
    const fold = foldOf([observed('1000'), settled('-100')], 20 * 3_600_000);
    expect([curveOf(fold).day.at, curveOf(fold, START + 8 * 3_600_000 - 1).day.at, curveOf(fold, START + 8 * 3_600_000).day.at]).toEqual([Date.UTC(2025, 8, 3, 20), Date.UTC(2025, 8, 3, 20), Date.UTC(2025, 8, 4, 20)]);
  });

  it('keeps the last 400 days, however long nothing happened', () => {
    const curve = curveOf(foldOf([observed('1000'), settled('10')]), START + 5_000 * DAY_MS);
    expect([curve.days.length, curve.days.at(-1)?.day]).toEqual([DAYS_KEPT, '2039-05-13']);
  });

  it('adds up the accounts of its bots, and a bot that joins is no profit', () => {
    const second = { accountId: 'account2', botId: 'bot2' };
    const fold = foldOf([observed('1000'), settled('-100'), observed('9000', START, second)]);
    expect([curveOf(fold).capital.toString(), ...judged(curveOf(fold)).slice(0, 2)]).toEqual(['9900', '0.1', '100']);
    fold.apply(told({ ...settled('-990'), accountId: 'account2' }));
    expect([lossSince(fold.bot('bot2', START)!, fold.bot('bot2', START)!.day), lossSince(fold.bot('bot1', START)!, fold.bot('bot1', START)!.day), lossSince(curveOf(fold), curveOf(fold).day), lossRatioSince(curveOf(fold).day)].map(String)).toEqual(['990', '100', '1090', '0.19']);
  });

  it('is wiped out at nothing and stays so, whatever comes in, until its baselines begin anew', () => {
    const fold = foldOf([observed('100'), settled('-130'), transfer('1000', START + 1), settled('50')]);
    expect(judged(curveOf(fold)).slice(0, 1)).toEqual(['1']);
    expect(lossRatioSince(curveOf(fold, START + DAY_MS).day).toString()).toBe('0');
  });

  it('tells nothing of a portfolio that nobody has observed', () => expect(foldOf([transfer('1000'), settled('-1')]).portfolio(OWNER.portfolioId, START)).toBeUndefined());
});

describe('a transfer, and a move into a reserve', () => {
  it('is no loss and no profit, whichever of it and the observation that shows it comes first (C-11)', () => {
    const at = START + MINUTE;
    const lost = [observed('1000'), opened('1', '500'), marked('900', '400')];
    const expected = judged(after(...lost));
    for (const amount of ['500', '-850', '1000000', '-899.99']) {
      const shown = marked(String(900 + Number(amount)), '400', at + 1);
      expect(judged(after(...lost, transfer(amount, at))), `${amount} told`).toEqual(expected);
      expect(judged(after(...lost, shown)), `${amount} seen before it is told`).toEqual(expected);
      expect(judged(after(...lost, transfer(amount, at), shown)), `${amount} told first`).toEqual(expected);
      expect(judged(after(...lost, shown, transfer(amount, at))), `${amount} seen first`).toEqual(expected);
      expect(after(...lost, shown, transfer(amount, at)).capital.eq(after(...lost, transfer(amount, at), shown).capital)).toBe(true);
    }
  });

  it('shown by an observation of other prices leaves the same digits, whichever is recorded first', () => {
    const [held, moved] = [[observed('1000'), opened('1', '500')], marked('1250', '350', START + 2 * MINUTE)];
    for (const amount of ['400', '-700']) {
      const shown = { ...moved, equity: observed(String(850 + Number(amount))).equity };
      expect(judged(after(...held, transfer(amount, START + MINUTE), shown))).toEqual(judged(after(...held, shown, transfer(amount, START + MINUTE))));
    }
  });

  it('is what later results are measured on: a withdrawal makes the rest count for more, a deposit for less', () => {
    const loss = (amount: string): string => lossRatioSince(after(observed('10000'), transfer(amount, START + 1), settled('-100', START + 2)).day).toString();
    expect([loss('-9000'), loss('10000')]).toEqual(['0.1', '0.005']);
  });

  it('that is reserved (protection, war chest) leaves results alone and capital at work smaller (C-10, W-8)', () => {
    const before = after(observed('1000'), settled('-50'));
    const curve = after(observed('1000'), settled('-50'), observed('950', START + 1, { eligibleCollateral: observed('750').collateral }));
    expect([judged(curve), curve.capital.toString()]).toEqual([judged(before), '750']);
  });

  const amounts = fc.integer({ min: -500_000, max: 500_000 }).map((cents) => (cents / 100).toFixed(2));
  const step = fc.oneof(
    fc.record({ kind: fc.constant('result' as const), amount: fc.integer({ min: -3_000, max: 3_000 }).map((cents) => (cents / 100).toFixed(2)) }),
    fc.record({ kind: fc.constant('wait' as const), amount: fc.integer({ min: 1, max: 2_000 }).map(String) }),
  );

  it('of any size at any moment changes drawdown and every loss by exactly 0 (C-10, C-11)', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), amounts, fc.boolean(), (steps, amount, toldFirst) => {
        let at = START;
        const fold = new EquityCurveFold();
        fold.apply(told(observed('1000', at), at));
        for (const { kind, amount: size } of steps) {
          if (kind === 'wait') at += Number(size) * MINUTE;
          else fold.apply(told(settled(size, at), at));
        }
        at += 2;
        const before = judged(curveOf(fold, at));
        const shown = observed(String(Number(amount) + 1000), at);
        for (const event of toldFirst ? [transfer(amount, at - 1), shown] : [shown, transfer(amount, at - 1)]) {
          fold.apply(told(event, at));
          expect(judged(curveOf(fold, at))).toEqual(before);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('leaves losses in money what they were to the cent, also for all that comes after it', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), amounts, fc.nat(20), (steps, amount, when) => {
        const run = (withTransfer: boolean): readonly string[] => {
          let at = START;
          const fold = foldOf([observed('1000')]);
          steps.forEach(({ kind, amount: size }, index) => {
            if (withTransfer && index === when) fold.apply(told(transfer(amount, at + 1), at));
            if (kind === 'wait') at += Number(size) * MINUTE;
            else fold.apply(told(settled(size, at), at));
          });
          const curve = curveOf(fold, at);
          return [curve.result, lossSince(curve, curve.day), lossSince(curve, curve.week)].map(String);
        };
        expect(run(true)).toEqual(run(false));
      }),
    );
  });
});
