import type { Command } from 'commander';
import { Decimal, DecimalError, type Id, money, type Money, type Ms, partitionOf, type Partition } from '@ballast/domain';
import { Books, type FundSums, isTreasuryEvent, type TreasuryBook, TreasuryBooks, type TreasuryEvent } from '@ballast/books';
import { command } from '../ask.js';
import { type LinkOptions, withBus } from '../connection.js';
import { type CliBus, type CliIo, WrongUsage } from '../io.js';
import { linesOf, show, tableOf, timeText } from '../output.js';
import { knownBots, portfolioMeant } from '../portfolios.js';
import { readFiltered } from '../read-log.js';
import { onBus, withExamples, withKey } from './options.js';

interface TreasuryOptions extends LinkOptions {
  readonly portfolio?: string;
  readonly last?: string;
}
interface WithdrawOptions extends LinkOptions {
  readonly portfolio?: string;
  readonly amount: string;
  readonly reason: string;
  readonly fund: string;
  readonly key?: string;
}

const SPLITS_SHOWN = 7;
const ENTRIES_SHOWN = 40;
const FUNDS = ['TRADING', 'CHEST', 'OPERATING', 'WITHDRAWAL'] as const;
const FUND_TEXT: Readonly<Record<(typeof FUNDS)[number], string>> = { TRADING: 'trading equity', CHEST: 'war chest', OPERATING: 'operating', WITHDRAWAL: 'withdrawal' };

/** `ballast treasury`: how a portfolio's money is split, read from the log; `withdraw`: an approver says which fund a transfer out was of. */
export function addTreasury(program: Command, io: CliIo): void {
  const treasury = withExamples(program.command('treasury'), 'ballast treasury', 'ballast treasury entries --last 20').description('trading equity, war chest, operating and withdrawal of a portfolio, and its profit splits');
  const meant = (to: Command): Command => to.option('--portfolio <id>', 'the portfolio (default: the only one there is)');
  meant(onBus(treasury.command('show', { isDefault: true }), 'ballast treasury', 'ballast treasury show --portfolio main'))
    .description('balances, high-water mark, last splits, next boundary')
    .option('--last <count>', `only so many of the newest splits (default ${SPLITS_SHOWN})`)
    .action((options: TreasuryOptions) => showTreasury(options, io));
  meant(onBus(treasury.command('entries'), 'ballast treasury entries --last 20'))
    .description('every line that was booked; the lines of an event sum to 0')
    .option('--last <count>', `only so many of the newest lines (default ${ENTRIES_SHOWN})`)
    .action((options: TreasuryOptions) => entries(options, io));
  meant(withKey(onBus(treasury.command('withdraw'), 'ballast treasury withdraw --as approver --amount 30 --reason "withdrawn to the bank"')))
    .description('says that money which has left by the venue\'s record was of a fund; an approver\'s word')
    .requiredOption('--amount <money>', 'quote currency, in whole cents')
    .requiredOption('--reason <text>', 'why, for the log')
    .option('--fund <name>', 'withdrawal or operating', 'withdrawal')
    .action((options: WithdrawOptions) => withdraw(options, io));
}

interface Found {
  readonly portfolioId: Id;
  readonly book: TreasuryBook | undefined;
  /** What transfers and results came to without what is deposited as protection (C-10), and what the treasury has booked of it. */
  readonly cash: Decimal;
}

const filtersOf = (partition: Partition): readonly string[] => [`evt.${partition}.collateral.treasury.*`, `evt.${partition}.collateral.ledger.*`, `evt.${partition}.collateral.protection.*`, `evt.${partition}.execution.position.*`];

/** A portfolio's treasury, folded from the log. */
export async function findTreasury(bus: CliBus, named: string | undefined): Promise<Found> {
  const portfolioId = await portfolioMeant(bus, named);
  const accounts = [...(await knownBots(bus)).values()].filter((bot) => bot.portfolioId === portfolioId).map(({ accountId }) => accountId);
  const [books, treasuries] = [new Books(), new TreasuryBooks()];
  const protection = new Map<Id, Money>();
  await readFiltered(bus.store, filtersOf, (decision) => decision.events.forEach((event, index) => {
    for (const fold of [books, treasuries]) fold.apply({ event, index, decision });
    if (event.type === 'ProtectionDeposited' || event.type === 'ProtectionWithdrawn') protection.set(event.accountId, event.deposited);
    if (event.type === 'ProtectionReleased') protection.delete(event.accountId);
  }));
  const balances = books.balances();
  const cash = accounts.reduce<Decimal>((sum, accountId) => sum.plus(balances[accountId]?.cash ?? 0).minus(protection.get(accountId) ?? 0), new Decimal(0));
  return { portfolioId, book: treasuries.portfolios.get(portfolioId), cash };
}

async function showTreasury(options: TreasuryOptions, io: CliIo): Promise<void> {
  const splits = countOf(options.last, SPLITS_SHOWN);
  const { portfolioId, book, cash } = await withBus(io, options, (bus) => findTreasury(bus, options.portfolio));
  if (!book) return show(io, options.json, { portfolioId, opened: false }, () => `portfolio ${portfolioId} has no treasury: none of its bots binds a profile with one, or none did while collateral ran`);
  const days = book.days.slice(-splits);
  const notBooked = notBookedOf(book, cash);
  show(io, options.json, treasuryDocument(book, notBooked, splits), () =>
    linesOf(
      `portfolio ${portfolioId}, split by ${book.profile}; high-water mark ${book.highWaterMark}; the day ends ${timeText(book.nextBoundaryAt)}`,
      tableOf(['fund', 'balance', 'by account'], FUNDS.map((fund) => [`${FUND_TEXT[fund]}${fund === 'CHEST' && book.chestCounts ? ' (counts as sizing equity)' : ''}`, book.funds.of(fund).toString(), accountsText(book.funds, fund)]), ''),
      ...(notBooked.isZero() ? [] : [`${notBooked} came since and is booked with the next transfer, trade or day's end`]),
      tableOf(['day', 'result', 'split', 'reinvested', 'war chest', 'operating', 'withdrawal', 'wins in a row', 'back from\nthe chest'], days.map((day) => [day.day, day.dayResult, day.profit, day.reinvested, day.toChest, day.toOperating, day.toWithdrawal, day.winsInARow, book.reinvested.get(day.day) ?? ''].map(String)), 'no day has closed yet'),
      'bookings inside the portfolio: nothing has moved at a venue',
    ),
  );
}

const ownOf = (funds: FundSums): Decimal => FUNDS.reduce<Decimal>((sum, fund) => sum.plus(funds.of(fund)), new Decimal(0));
const accountsText = (funds: FundSums, fund: (typeof FUNDS)[number]): string => [...funds.accounts(fund)].filter(([, held]) => !held.isZero()).map(([accountId, held]) => `${accountId} ${held}`).join('\n');

/** What transfers and results came to that the treasury has not booked yet. */
export const notBookedOf = ({ funds }: TreasuryBook, cash: Decimal): Decimal => cash.minus(ownOf(funds));

export function treasuryDocument({ portfolioId, profile, funds, chestCounts, highWaterMark, openedAt, nextBoundaryAt, days, reinvested }: TreasuryBook, notBooked: Decimal, splits: number): object {
  return {
    portfolioId, opened: true, profile, openedAt: timeText(openedAt), highWaterMark, nextBoundaryAt: timeText(nextBoundaryAt), chestCounts, notBooked,
    funds: Object.fromEntries(FUNDS.map((fund) => [fund, { balance: funds.of(fund), accounts: Object.fromEntries(funds.accounts(fund)) }])),
    splits: days.slice(-splits).map(({ day, dayResult, results, profit, reinvested: stays, toChest, toOperating, toWithdrawal, winsInARow, chestRatio, profile: by }) => ({ day, dayResult, results, profit, reinvested: stays, toChest, toOperating, toWithdrawal, winsInARow, chestRatio, profile: by, backFromChest: reinvested.get(day) ?? '0' })),
  };
}

export interface Line {
  readonly at: Ms;
  readonly event: TreasuryEvent['type'];
  readonly fund: string;
  readonly accountId: Id;
  readonly amount: Money;
}

async function entries(options: TreasuryOptions, io: CliIo): Promise<void> {
  const last = countOf(options.last, ENTRIES_SHOWN);
  const { portfolioId, lines } = await withBus(io, options, async (bus) => ({ portfolioId: await portfolioMeant(bus, options.portfolio), lines: await linesIn(bus, options.portfolio) }));
  const shown = lines.slice(-last);
  show(io, options.json, { portfolioId, entries: shown.map((line) => ({ ...line, at: timeText(line.at) })) }, () =>
    linesOf(
      tableOf(['at', 'event', 'fund', 'account', 'amount'], shown.map(({ at, event, fund, accountId, amount }) => [timeText(at), event, fund, accountId, amount.toString()]), `nothing is booked in portfolio ${portfolioId}`),
      ...(shown.length < lines.length ? [`the last ${shown.length} of ${lines.length} lines; --last shows more`] : []),
    ),
  );
}

/** Every line that was booked in a portfolio, oldest first. */
export async function linesIn(bus: CliBus, named: string | undefined): Promise<readonly Line[]> {
  const portfolioId = await portfolioMeant(bus, named);
  const lines: Line[] = [];
  await readFiltered(bus.store, (partition) => [`evt.${partition}.collateral.treasury.*`], ({ events, occurredAt: at }) => {
    for (const event of events) if (isTreasuryEvent(event) && event.portfolioId === portfolioId) lines.push(...event.entries.map(({ fund, accountId, amount }): Line => ({ at, event: event.type, fund, accountId, amount })));
  });
  return lines;
}

interface Reply {
  readonly portfolioId: Id;
  readonly fund: string;
  readonly amount: string;
  readonly balances: { readonly trading: string; readonly withdrawal: string; readonly operating: string };
}

async function withdraw({ portfolio, amount, reason, fund, key, ...options }: WithdrawOptions, io: CliIo): Promise<void> {
  const from = fund.toUpperCase();
  if (from !== 'WITHDRAWAL' && from !== 'OPERATING') throw new WrongUsage(`--fund: found "${fund}", allowed is withdrawal or operating`);
  if (reason.trim() === '') throw new WrongUsage('--reason: found nothing, allowed is why, in words');
  const meant = amountOf(amount);
  const reply = await withBus(io, options, async (bus) => {
    const portfolioId = await portfolioMeant(bus, portfolio);
    return (await command(bus, { service: 'collateral', partition: partitionOf(portfolioId), verb: 'withdraw-treasury', payload: { portfolioId, fund: from, amount: meant.toString(), reason }, key })) as Reply;
  });
  show(io, options.json, reply, () => `${reply.amount} that left portfolio ${reply.portfolioId} were of its ${fund.toLowerCase()} fund; that has ${reply.balances[from === 'WITHDRAWAL' ? 'withdrawal' : 'operating']} now, trading equity ${reply.balances.trading}`);
}

function amountOf(text: string): Money {
  try {
    const amount = money(text);
    if (amount.lte(0)) throw new WrongUsage(`--amount: found "${text}", allowed is more than 0`);
    return amount;
  } catch (error) {
    if (error instanceof DecimalError) throw new WrongUsage(`--amount: ${error.message}`);
    throw error;
  }
}

function countOf(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new WrongUsage(`--last: found "${text}", allowed is a whole number from 1`);
  return parseInt(text, 10);
}
