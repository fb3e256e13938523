import type { EnvReader } from '@ballast/bus';
import { type Id, ID } from '@ballast/domain';
import type { VenueAccount } from '@ballast/venues';

const ALLOWED = 'portfolio=account pairs divided by commas, as main=wallet-main, each portfolio and each account once';

/**
 * The account at the venue that holds each portfolio's free collateral, of the same owner as its bots' accounts and no bot's own: from it
 * deposits are taken, to it they come back. A portfolio without one is never protected. Two portfolios never share one: no dollar is lent twice.
 */
export function walletsIn(reader: EnvReader, found: string | undefined): ReadonlyMap<Id, Id> {
  const pairs = (found?.split(',') ?? []).map((pair) => pair.split('=').map((part) => part.trim()));
  const wallets = new Map(pairs.map(([portfolioId = '', accountId = '']) => [portfolioId, accountId]));
  const isSound = pairs.every((pair) => pair.length === 2 && pair.every((part) => ID.test(part))) && wallets.size === pairs.length && new Set(wallets.values()).size === pairs.length;
  if (!isSound) reader.fault('COLLATERAL_WALLETS', found, ALLOWED);
  return wallets;
}

/** The wallet of a portfolio as the venue knows it. */
export const walletOf = (wallets: ReadonlyMap<Id, Id>, accountOf: (accountId: Id) => VenueAccount) => (portfolioId: Id): VenueAccount | undefined => {
  const accountId = wallets.get(portfolioId);
  return accountId === undefined ? undefined : accountOf(accountId);
};
