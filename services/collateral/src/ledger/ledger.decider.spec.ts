import { money } from '@ballast/domain';
import type { AccountFunded } from '@ballast/events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ledgerDecider } from './ledger.decider.js';

const explain = (balance: string, results = '0', accountId = 'account-1') => ({ type: 'ExplainBalance' as const, accountId, portfolioId: 'portfolio-1', balance: money(balance), results: money(results) });
const context = { decisionId: 'd', at: 1 };
function play(commands: readonly ReturnType<typeof explain>[]): readonly AccountFunded[] {
  const events: AccountFunded[] = [];
  for (const command of commands) events.push(...ledgerDecider.decide(events.reduce((state, event) => ledgerDecider.evolve(state, event), ledgerDecider.initial), command, context));
  return events;
}
const amounts = (events: readonly AccountFunded[]) => events.map(({ amount }) => amount.toString());

describe('a portfolio\'s ledger', () => {
  it('takes the first balance as the opening transfer', () => expect(amounts(play([explain('10000')]))).toEqual(['10000']));
  it('records nothing for a balance that results explain', () => expect(amounts(play([explain('10000'), explain('9987.5', '-12.5')]))).toEqual(['10000']));
  it('records what results do not explain, with its sign', () => expect(amounts(play([explain('10000'), explain('10487.5', '-12.5'), explain('9487.5', '-12.5')]))).toEqual(['10000', '500', '-1000']));
  it('is silent about rounding', () => expect(amounts(play([explain('10000'), explain('10000.000000999')]))).toEqual(['10000']));
  it('keeps accounts apart and names each transfer once', () => {
    const events = play([explain('10'), explain('20', '0', 'account-2'), explain('15'), explain('15')]);
    expect(amounts(events)).toEqual(['10', '20', '5']);
    expect(new Set(events.map(({ transferId }) => transferId)).size).toBe(3);
  });
  it('always explains a balance as transfers plus results', () => {
    const cents = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((value) => (value / 100).toFixed(2));
    fc.assert(
      fc.property(fc.array(fc.tuple(cents, cents), { minLength: 1, maxLength: 20 }), (steps) => {
        const funded = play(steps.map(([balance, results]) => explain(balance, results))).reduce((total, { amount }) => total.plus(amount), money('0').plus(0));
        const [balance, results] = steps.at(-1)!;
        expect(funded.plus(results).eq(balance)).toBe(true);
      }),
    );
  });
});
