import { addMoney, contentId, type Decider, type Id, type Money, money, type Ms, subMoney, ZERO_MONEY } from '@ballast/domain';
import type { AccountFunded, DebtForgiven } from '@ballast/events';

/** The venue and the log differ by less than this through rounding of averages; quote currency. */
export const DUST = money('0.000001');

/** A flat account's balance at the venue when it is first seen so. */
export interface OpenAccount {
  readonly type: 'OpenAccount';
  readonly accountId: Id;
  readonly portfolioId: Id;
  readonly balance: Money;
  /** Realised results - fees + funding of the log. */
  readonly results: Money;
  readonly venueTime: Ms;
}

/** Money that came into an account or left it, as its venue has it on record. */
export interface TransferOnRecord {
  /** The venue's own id: unique in the account for ever. */
  readonly transferId: string;
  /** Quote currency; negative where it left. */
  readonly amount: Money;
  /** The account's balance after it. */
  readonly balance: Money;
  readonly time: Ms;
  /** Of a transfer between two subaccounts of one owner: its payload's identity, and what this account paid for it within `amount`. */
  readonly moved?: { readonly digest: string; readonly fee: Money };
  /** The venue has taken on itself what the account owed it. */
  readonly forgiven?: true;
}

export type LedgerEvent = AccountFunded | DebtForgiven;

/** What the venue has on record of an account since its opening balance; told again and again. */
export interface RecordTransfers {
  readonly type: 'RecordTransfers';
  readonly accountId: Id;
  readonly portfolioId: Id;
  readonly transfers: readonly TransferOnRecord[];
}

interface Account {
  readonly accountId: Id;
  /** Sum of what came in less what left. */
  readonly funded: Money;
  readonly transferIds: readonly Id[];
}

export interface LedgerState {
  readonly accounts: readonly Account[];
}

/** Under what name the ledger has a transfer that the venue calls `venueTransferId`. */
export const fundedId = (accountId: Id, venueTransferId: string): Id => contentId('venue transfer', accountId, venueTransferId);

export const isDust = (amount: Money): boolean => amount.abs().lte(DUST);

const accountIn = (state: LedgerState, accountId: Id): Account => state.accounts.find((account) => account.accountId === accountId) ?? { accountId, funded: ZERO_MONEY, transferIds: [] };

function opened(state: LedgerState, { accountId, portfolioId, balance, results, venueTime }: OpenAccount): readonly AccountFunded[] {
  const amount = subMoney(balance, results);
  if (accountIn(state, accountId).transferIds.length > 0 || isDust(amount)) return [];
  return [{ type: 'AccountFunded', accountId, portfolioId, transferId: contentId('transfer', accountId, 1), amount, balance, venueTime }];
}

function recorded(state: LedgerState, { accountId, portfolioId, transfers }: RecordTransfers): readonly LedgerEvent[] {
  const known = new Set(accountIn(state, accountId).transferIds);
  if (known.size === 0) return [];
  return transfers.flatMap(({ transferId: venueTransferId, amount, balance, time: venueTime, moved, forgiven }): readonly LedgerEvent[] => {
    const transferId = fundedId(accountId, venueTransferId);
    if (known.has(transferId) || amount.isZero()) return [];
    return [forgiven ? { type: 'DebtForgiven', accountId, portfolioId, forgivenId: transferId, amount, balance, venueTime } : { type: 'AccountFunded', accountId, portfolioId, transferId, amount, balance, venueTime, ...moved }];
  });
}

function withRecord(state: LedgerState, accountId: Id, transferId: Id, amount: Money): LedgerState {
  const before = accountIn(state, accountId);
  const after = { accountId, funded: addMoney(before.funded, amount), transferIds: [...before.transferIds, transferId] };
  return { accounts: [...state.accounts.filter((account) => account.accountId !== accountId), after] };
}

/**
 * A portfolio's transfers, and the debts that its venue has forgiven: the opening balance of each account, then what the venue itself has on record. Nothing is concluded
 * from a balance: what neither transfers nor results explain is a difference, and execution's reconciliation tells it.
 */
export const ledgerDecider: Decider<LedgerState, OpenAccount | RecordTransfers, LedgerEvent> = {
  kind: 'ledger',
  writer: 'collateral',
  initial: { accounts: [] },

  decide(state, command) {
    switch (command.type) {
      case 'OpenAccount': return opened(state, command);
      case 'RecordTransfers': return recorded(state, command);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'AccountFunded': return withRecord(state, event.accountId, event.transferId, event.amount);
      case 'DebtForgiven': return withRecord(state, event.accountId, event.forgivenId, ZERO_MONEY);
    }
  },
};
