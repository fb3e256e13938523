import { type Money, money, subMoney, ZERO_MONEY } from '@ballast/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fundedId, ledgerDecider, type LedgerEvent, type OpenAccount, type RecordTransfers, type TransferOnRecord } from './ledger.decider.js';

const open = (balance: string, results = '0', accountId = 'account-1'): OpenAccount => ({ type: 'OpenAccount', accountId, portfolioId: 'portfolio-1', balance: money(balance), results: money(results), venueTime: 1 });
const record = (transfers: readonly TransferOnRecord[], accountId = 'account-1'): RecordTransfers => ({ type: 'RecordTransfers', accountId, portfolioId: 'portfolio-1', transfers });
const transfer = (transferId: string, amount: string, balance = '0'): TransferOnRecord => ({ transferId, amount: money(amount), balance: money(balance), time: 7 });
const context = { decisionId: 'd', at: 1 };

function play(commands: readonly (OpenAccount | RecordTransfers)[]): readonly LedgerEvent[] {
  const events: LedgerEvent[] = [];
  for (const command of commands) events.push(...ledgerDecider.decide(events.reduce((state, event) => ledgerDecider.evolve(state, event), ledgerDecider.initial), command, context));
  return events;
}
const amounts = (events: readonly LedgerEvent[]) => events.map(({ amount }) => amount.toString());

const funded = (events: readonly LedgerEvent[]) => events.flatMap((event) => (event.type === 'AccountFunded' ? [event] : []));

describe('a portfolio\'s ledger', () => {
  it('takes the first balance as the opening transfer, once, at the time it was seen', () => {
    const events = play([open('10000'), open('10500')]);
    expect(amounts(events)).toEqual(['10000']);
    expect(events[0]?.venueTime).toBe(1);
  });
  it('opens nothing on dust', () => expect(play([open('0.000000999')])).toEqual([]));
  it('leaves out of the opening transfer what the log has as results', () => expect(amounts(play([open('9987.5', '-12.5')]))).toEqual(['10000']));
  it('records what the venue has on record, with its sign, balance and time, once', () => {
    const told = [transfer('1', '500', '10487.5'), transfer('2', '-1001', '9486.5')];
    const events = play([open('10000'), record(told.slice(0, 1)), record(told), record(told)]);
    expect(amounts(events)).toEqual(['10000', '500', '-1001']);
    expect(events[2]).toMatchObject({ venueTime: 7 });
    expect(events[2]?.balance.toString()).toBe('9486.5');
  });
  it('names the payload of a transfer between subaccounts and what the account paid for it, within the amount; both shift the baseline whole (C-11)', () => {
    const events = play([open('100'), record([{ ...transfer('7', '200', '300'), moved: { digest: '0xd1', fee: money('0') } }, { ...transfer('8', '-201', '99'), moved: { digest: '0xd2', fee: money('1') } }, transfer('9', '5', '104')])]);
    expect(funded(events).map(({ amount, digest, fee }) => [amount.toString(), digest, fee?.toString()])).toEqual([['100', undefined, undefined], ['200', '0xd1', '0'], ['-201', '0xd2', '1'], ['5', undefined, undefined]]);
    expect(funded(events)[1]?.transferId).toBe(fundedId('account-1', '7'));
  });
  it('records a debt that the venue has forgiven once, as no transfer: nothing was funded', () => {
    const told = [{ ...transfer('3', '0.0024', '0'), forgiven: true as const }];
    const events = play([open('100'), record(told), record([...told, transfer('4', '5', '5')])]);
    expect(events.map(({ type, amount }) => [type, amount.toString()])).toEqual([['AccountFunded', '100'], ['DebtForgiven', '0.0024'], ['AccountFunded', '5']]);
    expect(events[1]).toMatchObject({ forgivenId: fundedId('account-1', '3'), venueTime: 7 });
    expect(events.reduce((state, event) => ledgerDecider.evolve(state, event), ledgerDecider.initial).accounts[0]?.funded.toString()).toBe('105');
  });
  it('records no transfer of an account whose opening balance is not known: that balance holds it', () => expect(play([record([transfer('1', '500')])])).toEqual([]));
  it('keeps accounts apart and names each transfer once', () => {
    const events = play([open('10'), open('20', '0', 'account-2'), record([transfer('1', '5')]), record([transfer('1', '6')], 'account-2')]);
    expect(amounts(events)).toEqual(['10', '20', '5', '6']);
    expect(new Set(funded(events).map(({ transferId }) => transferId)).size).toBe(4);
  });
  it('never takes a result for a transfer: what is funded is the opening and the venue\'s records, in any order and repetition', () => {
    const cents = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((value) => (value / 100).toFixed(2));
    fc.assert(
      fc.property(fc.array(cents, { minLength: 1, maxLength: 20 }), fc.array(fc.nat(20), { maxLength: 20 }), (moves, looks) => {
        const all = moves.map((amount, index) => transfer(String(index), amount));
        const events = play([open('10000', '-5'), ...looks.map((end) => record(all.slice(0, end))), record(all)]);
        const funded = events.reduce<Money>((total, { amount }) => total.plus(amount) as Money, ZERO_MONEY);
        const moved = moves.reduce<Money>((total, amount) => total.plus(amount) as Money, ZERO_MONEY);
        expect(subMoney(funded, moved).toString()).toBe('10005');
      }),
    );
  });
});
