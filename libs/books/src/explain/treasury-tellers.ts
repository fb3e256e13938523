import type { Decimal } from '@ballast/domain';
import type { ChestReinvested, TreasuryBalances, TreasuryBooked, TreasuryDayClosed, TreasuryEntry, TreasuryOpened, TreasuryWithdrawn } from '@ballast/events';
import type { Tellers, Words } from './chapter.js';
import { moneyText, percentText, timeText } from './text.js';

const balancesText = ({ trading, chest, operating, withdrawal, chestCounts }: TreasuryBalances): string =>
  `trading equity ${moneyText(trading)}, war chest ${moneyText(chest)}${chestCounts ? ' (counts as sizing equity)' : ''}, operating ${moneyText(operating)}, withdrawal ${moneyText(withdrawal)}`;
const entryText = ({ fund, accountId, amount }: TreasuryEntry): string => `${fund} ${amount.isNegative() ? '-' : '+'}${moneyText(amount.abs())} of account ${accountId}`;
const moneyFacts = (entries: readonly TreasuryEntry[], balances: TreasuryBalances): readonly string[] => [...(entries.length === 0 ? [] : [entries.map(entryText).join(', ')]), balancesText(balances)];
const signed = (amount: Decimal): string => `${amount.isNegative() ? '-' : ''}${moneyText(amount.abs())}`;

/** How a portfolio's money is split, and what each fund has. */
export const treasuryTellers: Tellers<'TreasuryOpened' | 'TreasuryBooked' | 'TreasuryDayClosed' | 'ChestReinvested' | 'TreasuryWithdrawn'> = {
  TreasuryOpened: (event) => opened(event),
  TreasuryBooked: (event) => booked(event),
  TreasuryDayClosed: (event) => dayClosed(event),
  ChestReinvested: (event) => reinvested(event),
  TreasuryWithdrawn: (event) => withdrawn(event),
};

const opened = ({ portfolioId, profile, day, nextBoundaryAt, highWaterMark, entries, balances }: TreasuryOpened): Words => ({
  title: `treasury of portfolio ${portfolioId} opened under ${profile}: ${moneyText(balances.trading)} of trading equity`,
  facts: [`on ${day}, which ends ${timeText(nextBoundaryAt)}; split is what results rise above ${signed(highWaterMark)}`, ...moneyFacts(entries, balances)],
});

const booked = ({ portfolioId, accounts, entries, balances }: TreasuryBooked): Words => ({
  title: `treasury of portfolio ${portfolioId} booked what came: trading equity ${moneyText(balances.trading)}`,
  facts: [...accounts.map(({ accountId, paidIn, paidOut, results }) => `account ${accountId}: ${moneyText(paidIn)} paid in, ${moneyText(paidOut)} paid out, results ${signed(results)}`), ...moneyFacts(entries, balances)],
});

function dayClosed(event: TreasuryDayClosed): Words {
  const { portfolioId, day, dayResult, results, profit, highWaterMarkBefore, winsInARow, chestRatio, reinvested: stays, toChest, toOperating, toWithdrawal, profile, nextBoundaryAt, entries, balances } = event;
  return {
    title: `${day} closed for portfolio ${portfolioId} with ${signed(dayResult)}: ${profit.isZero() ? 'nothing is split' : `${moneyText(profit)} of profit are split`}`,
    facts: [
      `results to date ${signed(results)}, high-water mark before ${signed(highWaterMarkBefore)}`,
      ...(profit.isZero() ? [] : [`${moneyText(stays)} reinvested, ${moneyText(toChest)} to the war chest (${percentText(chestRatio)} after ${winsInARow} wins in a row), ${moneyText(toOperating)} operating, ${moneyText(toWithdrawal)} withdrawal; by ${profile}`]),
      ...moneyFacts(entries, balances),
      `the next day ends ${timeText(nextBoundaryAt)}`,
    ],
  };
}

const reinvested = ({ portfolioId, amount, chestBefore, above, share, profile, entries, balances }: ChestReinvested): Words => ({
  title: `${moneyText(amount)} of the war chest of portfolio ${portfolioId} go back to trading equity`,
  facts: [`${percentText(share)} of the ${moneyText(above)} above its threshold, of ${moneyText(chestBefore)}; by ${profile}`, ...moneyFacts(entries, balances)],
});

const withdrawn = ({ portfolioId, fund, amount, reason, by, entries, balances }: TreasuryWithdrawn): Words => ({
  title: `${moneyText(amount)} that left portfolio ${portfolioId} were of its ${fund.toLowerCase()} fund: ${reason}`,
  facts: [`by ${by}`, ...moneyFacts(entries, balances)],
});
