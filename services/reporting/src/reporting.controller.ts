import { Controller } from '@nestjs/common';
import { canonicalHash, type CanonicalState, canonicalText } from '@ballast/books';
import { Command, Pacer, Query } from '@ballast/bus';
import { Clock } from '@ballast/domain';
import { projectPnl } from '@ballast/planning';
import { csvOf, cutOf, fundingByTrade, isLive, orderLine, reportText, type Scope, SLICE_COLUMNS, sliceRows, slippageFiles, summarise, type Summary, TRADE_COLUMNS, tradeLine, tradeRows, writeReportFiles } from '@ballast/reports';
import { LiveReadModels } from './read-models.service.js';
import { ListQuery, OrdersQuery, ProjectPnl, ScopeQuery, StateQuery } from './reporting.requests.js';
import { ReportingSettings } from './reporting.settings.js';

const LIST_DEFAULT = 50;
const PAGE = 1_000;
/** A NATS message holds 1 MB; larger states are told part by part. */
const STATE_BYTES_MAX = 600_000;

const scopeOf = ({ portfolioId, botId }: ScopeQuery): Scope => ({ ...(portfolioId === undefined ? {} : { portfolioId }), ...(botId === undefined ? {} : { botId }) });

/** Answers from the read models, and writes the report (R41, R43). Decides nothing. */
@Controller()
export class ReportingController {
  constructor(
    private readonly models: LiveReadModels,
    private readonly settings: ReportingSettings,
    private readonly pacer: Pacer,
    private readonly clock: Clock,
  ) {}

  @Query('summary', ScopeQuery)
  summary(query: ScopeQuery): Promise<Summary> {
    return Promise.resolve(this.summaryOf(scopeOf(query)));
  }

  @Query('trades', ListQuery)
  trades(query: ListQuery): Promise<object> {
    const trades = this.models.tradesIn(scopeOf(query));
    const funding = fundingByTrade(trades, this.models.desk.state.fundings);
    return Promise.resolve({ total: trades.length, trades: trades.slice(-(query.last ?? LIST_DEFAULT)).map((trade) => tradeLine(trade, funding.get(trade.tradeId))) });
  }

  @Query('orders', OrdersQuery)
  orders(query: OrdersQuery): Promise<object> {
    const orders = this.models.ordersIn(scopeOf(query)).filter((order) => (query.tradeId === undefined || order.submitted.tradeId === query.tradeId) && (query.which !== 'OPEN' || isLive(order)));
    return Promise.resolve({ total: orders.length, orders: orders.slice(-(query.last ?? LIST_DEFAULT)).map(orderLine) });
  }

  @Query('positions', ScopeQuery)
  positions(query: ScopeQuery): Promise<object> {
    return Promise.resolve({ positions: this.models.positionsIn(scopeOf(query)) });
  }

  @Query('balances', ScopeQuery)
  balances(query: ScopeQuery): Promise<object> {
    const owns = this.models.ownsAccount(scopeOf(query));
    const equity = [...this.models.desk.state.equity].filter(([accountId]) => owns(accountId)).map(([accountId, { equity: worth, collateral, accountLeverage, venueTime }]) => [accountId, { equity: worth.toString(), collateral: collateral.toString(), accountLeverage: accountLeverage.toString(), observedAt: venueTime }]);
    return Promise.resolve({ balances: this.models.balancesIn(scopeOf(query)), equity: Object.fromEntries(equity) });
  }

  /** Canonical state of the books with its hash and cut; `state` is null where it is too large for one answer. */
  @Query('state', StateQuery)
  state({ part, after }: StateQuery): Promise<object> {
    const state = this.models.books.canonical();
    const whole = { hash: canonicalHash(state), cut: cutOf(this.models), events: this.models.desk.state.events };
    if (part !== undefined) return Promise.resolve({ ...whole, ...page(state, part, after ?? '') });
    return Promise.resolve({ ...whole, state: canonicalText(state).length <= STATE_BYTES_MAX ? state : null });
  }

  @Query('project-pnl', ProjectPnl)
  project(assumptions: ProjectPnl): Promise<object> {
    const { perDay, perMonth } = projectPnl(assumptions);
    return Promise.resolve({ perDay: perDay.toString(), perMonth: Object.fromEntries(Object.entries(perMonth).map(([days, amount]) => [days, amount.toString()])) });
  }

  /** Writes summary.json, trades.csv, slices.csv, the slippage records (R49, R50) and report.md of everything folded so far; answers with paths and summary. */
  @Command('write-report', ScopeQuery)
  async writeReport(query: ScopeQuery): Promise<object> {
    const done = this.pacer.busy('work');
    try {
      const scope = scopeOf(query);
      const trades = this.models.tradesIn(scope);
      const orders = this.models.ordersIn(scope);
      const summary = this.summaryOf(scope);
      const files = await writeReportFiles(this.settings.reportDir, {
        'summary.json': `${JSON.stringify(summary, undefined, 2)}\n`,
        'trades.csv': csvOf(TRADE_COLUMNS, tradeRows(trades)),
        'slices.csv': csvOf(SLICE_COLUMNS, sliceRows(orders, trades)),
        ...slippageFiles(trades, orders),
        'report.md': reportText(summary),
      });
      return { files, summary };
    } finally {
      done();
    }
  }

  private summaryOf(scope: Scope): Summary {
    return summarise(this.models, scope, this.settings.provenance, this.clock.now());
  }
}

function page(state: CanonicalState, part: keyof CanonicalState, after: string): object {
  const keys = Object.keys(state[part]).filter((key) => key > after).sort();
  const shown = keys.slice(0, PAGE);
  return { part, values: Object.fromEntries(shown.map((key) => [key, state[part][key]])), next: keys.length > PAGE ? shown.at(-1) : null };
}
