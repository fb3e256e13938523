import { addMoney, contentId, type Decider, type Id, type Money, money, subMoney, ZERO_MONEY } from '@ballast/domain';
import type { AccountFunded } from '@ballast/events';

/** The venue and the log differ by less than this through rounding of averages; quote currency. */
export const DUST = money('0.000001');

/** A flat account's balance at the venue, and what the log says its trading brought. */
export interface ExplainBalance {
  readonly type: 'ExplainBalance';
  readonly accountId: Id;
  readonly portfolioId: Id;
  readonly balance: Money;
  /** Realised results - fees + funding of the log. */
  readonly results: Money;
}

interface Account {
  readonly accountId: Id;
  /** Sum of what came in less what left. */
  readonly funded: Money;
  readonly transfers: number;
}

export interface LedgerState {
  readonly accounts: readonly Account[];
}

/** What of a balance neither transfers nor results explain. */
export const unexplained = (balance: Money, funded: Money, results: Money): Money => subMoney(subMoney(balance, funded), results);
export const isDust = (amount: Money): boolean => amount.abs().lte(DUST);

const accountIn = (state: LedgerState, accountId: Id): Account => state.accounts.find((account) => account.accountId === accountId) ?? { accountId, funded: ZERO_MONEY, transfers: 0 };

/** A portfolio's transfers: what changed in a balance and is no result, fee or funding, came or went as money. */
export const ledgerDecider: Decider<LedgerState, ExplainBalance, AccountFunded> = {
  kind: 'ledger',
  writer: 'collateral',
  initial: { accounts: [] },

  decide(state, { accountId, portfolioId, balance, results }) {
    const { funded, transfers } = accountIn(state, accountId);
    const amount = unexplained(balance, funded, results);
    return isDust(amount) ? [] : [{ type: 'AccountFunded', accountId, portfolioId, transferId: contentId('transfer', accountId, transfers + 1), amount, balance }];
  },

  evolve(state, { accountId, amount }) {
    const before = accountIn(state, accountId);
    const after = { accountId, funded: addMoney(before.funded, amount), transfers: before.transfers + 1 };
    return { accounts: [...state.accounts.filter((account) => account.accountId !== accountId), after] };
  },
};
