import { money, price, quantity, signedQuantity } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import type { Recorded } from '@ballast/bus';
import type { AccountState } from '@ballast/venues';
import { beforeEach, describe, expect, it } from 'vitest';
import { CashBooks } from './cash.projection.js';
import type { Difference } from './reconciliation.decider.js';

let books: CashBooks;
const apply = (event: object): void => books.apply({ event: event as BallastEvent, index: 0, decision: {} } as Recorded);
const funded = (amount: string): void => apply({ type: 'AccountFunded', accountId: 'a', amount: money(amount) });
const moved = (side: 'BUY' | 'SELL', size: string, at: string, position: string, realised: string): void =>
  apply({ type: 'PositionOpened', accountId: 'a', instrument: 'ETH-PERP', side, quantity: quantity(size), price: price(at), fee: money('1'), position: signedQuantity(position), realisedPnl: money(realised) });
const state = (collateral: string, size = '0', entryPrice?: string): AccountState => ({
  accountId: 'a', collateral: money(collateral), equity: money(collateral), initialMarginHealth: money('0'), maintenanceMarginHealth: money('0'), time: 1,
  positions: size === '0' ? [] : [{ instrument: 'ETH-PERP', quantity: signedQuantity(size), entryPrice: entryPrice === undefined ? undefined : price(entryPrice), liquidationPrice: undefined }],
});
const look = (seen: AccountState, told: readonly Difference[] = []): readonly string[] => books.differences(seen, told).map(({ what, expected, found }) => `${what} ${expected} ${found}`);

beforeEach(() => {
  books = new CashBooks();
});

describe('the cash of an account', () => {
  it('is not compared before its opening balance is known', () => {
    for (let round = 0; round < 5; round += 1) expect(look(state('10000'))).toEqual([]);
  });

  it('agrees with the venue flat and in a position, whether the venue settles results at once or keeps them there', () => {
    funded('10000');
    moved('BUY', '2', '2000', '2', '0');
    moved('SELL', '1', '2100', '1', '100');
    apply({ type: 'FundingSettled', accountId: 'a', amount: money('-3') });
    const atOnce = state('10095', '1', '2000');
    const withPosition = state('10000', '1', '1905');
    for (let round = 0; round < 4; round += 1) expect([look(atOnce), look(withPosition)]).toEqual([[], []]);
  });

  it('is a difference where it is unexplained in three rounds in a row, and stands until it is explained', () => {
    funded('10000');
    expect([look(state('9990')), look(state('9990')), look(state('9990'))]).toEqual([[], [], ['BALANCE 10000 9990']]);
    const told: readonly Difference[] = [{ what: 'BALANCE', subject: 'a', expected: '10000', found: '9990' }];
    expect(look(state('10000'), told)).toEqual([]);
    expect(look(state('9995'), told)).toEqual(['BALANCE 10000 9995']);
  });

  it('is none where the log explains it in time, or where it is rounding', () => {
    funded('10000');
    look(state('10500'));
    look(state('10500'));
    funded('500');
    expect(look(state('10500'))).toEqual([]);
    for (let round = 0; round < 4; round += 1) expect(look(state('10500.000001'))).toEqual([]);
  });

  it('holds a debt that the venue has forgiven', () => {
    funded('10');
    moved('SELL', '1', '2000', '0', '-9.0024');
    apply({ type: 'DebtForgiven', accountId: 'a', amount: money('0.0024') });
    for (let round = 0; round < 4; round += 1) expect(look(state('0'))).toEqual([]);
  });

  it('is not judged while the venue has no entry price for what is open', () => {
    funded('10000');
    for (let round = 0; round < 4; round += 1) expect(look(state('9000', '1'))).toEqual([]);
  });
});

