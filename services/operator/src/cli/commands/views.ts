import type { Command } from 'commander';
import { Books, type CanonicalState } from '@ballast/books';
import { type LinkOptions, withBus } from '../connection.js';
import { CliFailure, type CliIo, WrongUsage } from '../io.js';
import { linesOf, show, tableOf, timeText } from '../output.js';
import { readLog } from '../read-log.js';
import { legText, type TradeRow, TradesFold } from '../trades-fold.js';
import { onBus } from './options.js';

interface ViewOptions extends LinkOptions {
  readonly all?: boolean;
  readonly bot?: string;
  readonly last?: string;
}

/** `ballast positions`, `orders`, `trades`: read from the log, whatever runs. */
export function addViews(program: Command, io: CliIo): void {
  onBus(program.command('positions'), 'ballast positions --all')
    .description('open positions and balances')
    .option('--all', 'flat ones too, with what they earned')
    .action((options: ViewOptions) => positions(options, io));
  onBus(program.command('orders'), 'ballast orders --all')
    .description('orders that may still fill')
    .option('--all', 'every order ever sent')
    .action((options: ViewOptions) => orders(options, io));
  onBus(program.command('trades'), 'ballast trades --last 10')
    .description('rounds, oldest first')
    .option('--bot <id>', 'of this bot only')
    .option('--last <count>', 'only so many of the newest')
    .action((options: ViewOptions) => trades(options, io));
}

async function booksOf(io: CliIo, options: LinkOptions): Promise<CanonicalState> {
  const books = new Books();
  await withBus(io, options, ({ store }) => readLog(store, undefined, (decision) => decision.events.forEach((event, index) => books.apply({ event, index, decision }))));
  return books.canonical();
}

async function positions(options: ViewOptions, io: CliIo): Promise<void> {
  const state = await booksOf(io, options);
  const chosen = Object.fromEntries(Object.entries(state.positions).filter(([, { quantity }]) => options.all === true || quantity !== '0'));
  show(io, options.json, { positions: chosen, balances: state.balances }, () => linesOf(positionsTable(chosen), balancesTable(state.balances)));
}

async function orders(options: ViewOptions, io: CliIo): Promise<void> {
  const state = await booksOf(io, options);
  const chosen = Object.fromEntries(Object.entries(state.orders).filter(([, { status }]) => options.all === true || status === 'SUBMITTED' || status === 'OPEN'));
  show(io, options.json, { orders: chosen }, () => ordersTable(chosen));
}

async function trades(options: ViewOptions, io: CliIo): Promise<void> {
  if (options.last !== undefined && !/^[1-9]\d{0,8}$/.test(options.last)) throw new WrongUsage(`--last: found "${options.last}", allowed is a whole number from 1`);
  const fold = new TradesFold();
  const bots = new Set<string>();
  await withBus(io, options, ({ store }) =>
    readLog(store, undefined, (decision) =>
      decision.events.forEach((event, index) => {
        if (event.type === 'BotCreated') bots.add(event.botId);
        fold.apply({ event, index, decision });
      }),
    ),
  );
  if (options.bot !== undefined && !bots.has(options.bot)) throw new CliFailure(`there is no bot ${options.bot}`, bots.size === 0 ? 'there is no bot yet' : `name one of the bots there are: ${[...bots].sort().join(', ')}`);
  const found = fold.all().filter(({ botId }) => options.bot === undefined || botId === options.bot);
  const rows = options.last === undefined ? found : found.slice(-parseInt(options.last, 10));
  show(io, options.json, { trades: rows }, () => tradesTable(rows));
}

const tradesTable = (rows: readonly TradeRow[]): string =>
  tableOf(
    ['opened', 'trade', 'bot', 'status', 'legs', 'imbalance\nplanned', 'imbalance\nfilled', 'realised', 'fees', 'net before\nfunding'],
    rows.map((row) => [timeText(row.openedAt), row.tradeId, row.botId, row.status, row.legs.map(legText).join('\n'), percent(row.imbalancePlanned), percent(row.imbalanceAtReference), row.realisedPnl ?? '', row.fees ?? '', row.netBeforeFunding ?? '']),
    'no trades yet',
  );

/** A recorded ratio of at most 12 digits, as a percentage: the point moves by two, no digit changes. */
function percent(text: string | undefined): string {
  if (text === undefined || text === '0') return text ?? '';
  const [whole = '0', fraction = ''] = text.split('.');
  const digits = `${fraction}00`;
  const moved = `${whole}${digits.slice(0, 2)}.${digits.slice(2)}`.replace(/^0+(?=\d)/, '').replace(/\.?0*$/, '');
  return `${moved} %`;
}

export const botsTable = (bots: CanonicalState['bots']): string =>
  tableOf(['bot', 'status', 'portfolio', 'account', 'strategy', 'profiles'], sorted(bots).map(([id, bot]) => [id, bot.status, bot.portfolioId, bot.accountId, bot.strategy, bot.profiles.join(' ')]), 'no bots');

export const positionsTable = (positions: CanonicalState['positions']): string =>
  tableOf(['account/instrument', 'position', 'entry price', 'realised', 'fees', 'funding'], sorted(positions).map(([key, { quantity, entryPrice, realisedPnl, fees, funding }]) => [key, quantity, entryPrice, realisedPnl, fees, funding]), 'no open positions');

export const ordersTable = (orders: CanonicalState['orders']): string =>
  tableOf(['order', 'status', 'order text', 'filled', 'trade'], sorted(orders).map(([id, { status, side, quantity, instrument, limitPrice, postOnly, timeInForce, reduceOnly, filled, tradeId }]) => [id, status, `${side} ${quantity} ${instrument} @ ${limitPrice} ${postOnly ? 'POST_ONLY' : timeInForce}${reduceOnly ? ' reduce-only' : ''}`, filled, tradeId]), 'no orders');

export const balancesTable = (balances: CanonicalState['balances']): string =>
  tableOf(['account', 'transfers', 'realised', 'fees', 'funding', 'cash'], sorted(balances).map(([id, { transfers, realised, fees, funding, cash }]) => [id, transfers, realised, fees, funding, cash]), 'no balances');

const sorted = <Value>(record: Readonly<Record<string, Value>>): readonly (readonly [string, Value])[] => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
