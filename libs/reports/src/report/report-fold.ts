import type { Id, Money, Ms, Partition } from '@ballast/domain';
import type { Projection, Recorded } from '@ballast/bus';
import { type AccountBook, EquityCurveFold, equityOf, resultOf } from '@ballast/performance';
import { TradeContextProjection } from '../context/trade-context.projection.js';
import type { TradeFacts } from '../facts/trade-facts.js';
import { fundingByTrade } from '../summary/funding.js';
import { ReadModels, within } from '../summary/read-models.js';
import type { Scope } from '../summary/summary.types.js';
import { resultsOf, type TradeResult } from '../summary/trade-result.js';
import { CapitalProjection } from './capital.projection.js';
import { type Happening, happeningsOf } from './happenings.js';
import { isWithin, type Period } from './period.js';

/** An account as it was when the period began. */
export interface AccountStart {
  readonly equity: Money | undefined;
  /** Realised and unrealised results since the first event. */
  readonly result: Money;
}

/** One transfer of the period. */
interface Transfer {
  readonly accountId: Id;
  readonly amount: Money;
}

type Fold = Pick<Projection, 'reads' | 'apply'>;

/**
 * The log folded for a report: from its first event to the end of the period. Partitions may be read in any order among each
 * other: nothing here depends on it.
 */
export class ReportFold {
  readonly models = new ReadModels();
  readonly contexts = new TradeContextProjection();
  readonly capital = new CapitalProjection();
  readonly curves: EquityCurveFold;
  private readonly starts = new Map<Id, AccountStart>();
  readonly transfers: Transfer[] = [];
  private readonly told: Happening[] = [];
  private readonly begun = new Set<Partition>();
  private readonly partitions = new Map<Id, Partition>();
  private readonly folds = new Map<string, Fold[]>();

  /** Days begin `boundaryMs` after 00:00 UTC (C-25). */
  constructor(
    readonly period: Period,
    readonly boundaryMs: Ms = 0,
  ) {
    this.curves = new EquityCurveFold(boundaryMs);
    for (const fold of [this.models.trades, this.models.desk, this.models.books, this.contexts, this.capital, this.curves]) this.alsoFold(fold);
  }

  /** Folds another projection in the same reading of the log. */
  alsoFold(fold: Fold): void {
    for (const type of fold.reads) this.folds.set(type, [...(this.folds.get(type) ?? []), fold]);
  }

  apply(recorded: Recorded): void {
    const { event, index, decision } = recorded;
    this.begin(decision.partition, decision.occurredAt);
    if ('accountId' in event) this.partitions.set(event.accountId, decision.partition);
    for (const fold of this.folds.get(event.type) ?? []) fold.apply(recorded);
    if (!isWithin(this.period, decision.occurredAt)) return;
    if (event.type === 'AccountFunded') this.transfers.push({ accountId: event.accountId, amount: event.amount });
    if (index === 0) this.told.push(...happeningsOf(decision));
  }

  /** An account as the period found it; undefined where it came later. One of whose partition the period has nothing is as it was. */
  startOf(accountId: Id): AccountStart | undefined {
    const [partition, book] = [this.partitions.get(accountId), this.curves.state.books.get(accountId)];
    return partition === undefined || this.begun.has(partition) || !book ? this.starts.get(accountId) : startOf(book);
  }

  /** Last moment of the period: of what is folded where it is open. */
  get end(): Ms | undefined {
    const { to } = this.period;
    return to === undefined ? this.models.desk.state.to : to - 1;
  }

  /** Trades in scope, the order of their beginning. */
  trades(scope: Scope): readonly TradeFacts[] {
    return [...this.models.tradesIn(scope)].sort((a, b) => a.startedAt - b.startedAt || compare(a.tradeId, b.tradeId));
  }

  /** Results of the trades that were closed in the period, in the order of their ends. */
  results(scope: Scope): readonly TradeResult[] {
    return this.resultsUntilEnd(scope).filter(({ trade }) => isWithin(this.period, trade.closedAt));
  }

  /** Results of all trades that were closed by the end of the period. */
  resultsUntilEnd(scope: Scope): readonly TradeResult[] {
    const trades = this.trades(scope);
    const owns = this.models.ownsAccount(scope);
    const funding = fundingByTrade(trades, this.models.desk.state.fundings.filter(({ accountId }) => owns(accountId)));
    return [...resultsOf(trades, funding)].sort((a, b) => (a.trade.closedAt ?? 0) - (b.trade.closedAt ?? 0) || compare(a.trade.tradeId, b.trade.tradeId));
  }

  happenings(scope: Scope): readonly Happening[] {
    const all = scope.portfolioId === undefined && scope.botId === undefined;
    return this.told
      .filter((happening) => all || this.concerns(happening, scope))
      .sort((a, b) => a.at - b.at || a.partition - b.partition || a.sequence - b.sequence);
  }

  /** Whose it is: by the bot, account or trade that it names, else by the portfolio alone. */
  private concerns({ portfolioId, botId, accountId, tradeId }: Happening, scope: Scope): boolean {
    const { books, desk, trades } = this.models;
    const bot = botId === undefined ? undefined : books.state.bots.get(botId);
    const owner = bot && botId !== undefined ? { botId, portfolioId: bot.portfolioId } : (desk.state.owners.get(accountId ?? '') ?? trades.state.trades.get(tradeId ?? ''));
    return owner ? within(scope, owner) : scope.botId === undefined && portfolioId === scope.portfolioId;
  }

  /** Bots in scope, by name. */
  bots(scope: Scope): readonly Id[] {
    return [...this.models.books.state.bots].filter(([botId, { portfolioId }]) => within(scope, { botId, portfolioId })).map(([botId]) => botId).sort(compare);
  }

  /** What other partitions have come to at this moment depends on who is read first: each keeps its own accounts. */
  private begin(partition: Partition, at: Ms): void {
    if (this.begun.has(partition) || at < (this.period.from ?? -Infinity)) return;
    this.begun.add(partition);
    for (const [accountId, book] of this.curves.state.books) if (this.partitions.get(accountId) === partition) this.starts.set(accountId, startOf(book));
  }
}

const startOf = (book: AccountBook): AccountStart => ({ equity: equityOf(book), result: resultOf(book) });
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
