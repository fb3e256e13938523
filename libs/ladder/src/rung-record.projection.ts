import type { DecisionRecord, Projection, Recorded } from '@ballast/bus';
import type { Id } from '@ballast/domain';
import type { BallastEvent, OrderFilled, OrderRejected, OrderSubmitted, RungEntered, TradeBalanced, TradeClosed, TradeOpened } from '@ballast/events';
import { ACCOUNT_EVENTS, EquityCurveFold, isAccountEvent, TradeRecordFold } from '@ballast/performance';
import { beginRecord, lastOf, type RungRecord, takeIn } from './record.js';
import { addRounds, closeRound, openRound } from './round.js';

export interface RungRecords {
  /** Portfolio of each account and bot. */
  readonly accounts: Map<Id, Id>;
  readonly bots: Map<Id, Id>;
  /** Names of the profiles that each bot, and the bot of each account, binds. */
  readonly bindings: { readonly bots: Map<Id, readonly string[]>; readonly accounts: Map<Id, readonly string[]> };
  /** By portfolio: only portfolios that are on a ladder have one. */
  readonly records: Map<Id, RungRecord>;
}

/** A venue that refuses for these reasons keeps to its rules, and what is withheld never came to it; anything else is a failure of execution (C-14). */
const BY_RULE: readonly string[] = ['rate', 'maintenance', 'tick', 'lot', 'minimum', 'margin', 'band', 'postOnly', 'noCross', 'late', 'reduceOnly', 'closed', 'withheld', 'selfMatch'];
const isPerson = (by: string): boolean => !by.startsWith('policy:') && !by.startsWith('strategy-');

/**
 * What each portfolio's rung has seen since it was entered: the figures that its gate is judged by. Folded from the log alone, so
 * that anyone can do it again. Rounds, orders and equity count where the bot binds the profile that the rung is of: a rung does not
 * judge what it does not limit. Hard stops, liquidations and interventions count whichever bot of the portfolio they are of.
 */
export class RungRecordFold implements Projection<RungRecords> {
  readonly name = 'ladder-records';
  readonly reads = [
    'RungEntered', 'BotCreated', 'BotConfigured', 'BotPaused', 'BotStopped', 'BotCloseAllRequested', 'TradingStateChanged', 'HardStopTripped', 'LegOverfilled',
    'TradeOpened', 'TradeBalanced', 'TradeClosed', 'OrderSubmitted', 'OrderFilled', 'OrderCancelled', 'OrderRejected', 'OrderOutcomeUnknown', ...ACCOUNT_EVENTS,
  ];
  state: RungRecords = { accounts: new Map(), bots: new Map(), bindings: { bots: new Map(), accounts: new Map() }, records: new Map() };

  of(portfolioId: Id): RungRecord | undefined {
    return this.state.records.get(portfolioId);
  }

  apply({ event, decision }: Recorded): void {
    if (event.type === 'BotCreated') this.created(event);
    if (event.type === 'RungEntered') this.entered(event, decision);
    else if (this.state.records.size > 0) this.record(event, decision);
  }

  private created({ botId, accountId, portfolioId, profiles }: Extract<BallastEvent, { type: 'BotCreated' }>): void {
    this.state.accounts.set(accountId, portfolioId);
    this.state.bots.set(botId, portfolioId);
    this.state.bindings.bots.set(botId, profiles);
    this.state.bindings.accounts.set(accountId, profiles);
  }

  private entered(event: RungEntered, decision: DecisionRecord): void {
    this.state.records.set(event.portfolioId, beginRecord(event, decision, this.of(event.portfolioId)));
  }

  private record(event: BallastEvent, decision: DecisionRecord): void {
    const record = this.recordOf(event);
    if (!record) return;
    const figures = this.isBound(record, event) ? [trade(record, event, decision), order(record, event), account(record, event, decision)] : [];
    const counts = [person(record, event), ...figures];
    if (counts.includes(true)) takeIn(record, decision);
  }

  /** Of a bot, or in the account of one, that binds the profile of the rung; a record of no profile takes in every bot. */
  private isBound({ profile }: RungRecord, event: BallastEvent): boolean {
    const { bots, accounts } = this.state.bindings;
    const binds = 'botId' in event ? bots.get(event.botId) : 'accountId' in event ? accounts.get(event.accountId) : undefined;
    return profile === undefined || binds === undefined || binds.includes(profile);
  }

  private recordOf(event: BallastEvent): RungRecord | undefined {
    const { records, accounts, bots } = this.state;
    if ('portfolioId' in event) return records.get(event.portfolioId);
    if ('clientOrderId' in event) return [...records.values()].find(({ live }) => live.has(event.clientOrderId));
    if ('accountId' in event) return records.get(accounts.get(event.accountId) ?? '');
    if ('botId' in event) return records.get(bots.get(event.botId) ?? '');
    return 'tradeId' in event ? [...records.values()].find(({ open }) => open.has(event.tradeId)) : undefined;
  }
}

/** Unplanned commands of persons apart from approvals (C-12), and limits that were passed. */
function person(record: RungRecord, event: BallastEvent): boolean {
  switch (event.type) {
    case 'BotConfigured':
    case 'BotPaused':
    case 'BotStopped':
    case 'BotCloseAllRequested':
      if (isPerson(event.by)) record.interventions += 1;
      return true;
    case 'TradingStateChanged':
      if (isPerson(event.by)) record[(event.hold ?? event).state === 'ACTIVE' ? 'approvals' : 'interventions'] += 1;
      return true;
    case 'HardStopTripped':
    case 'PositionLiquidated':
    case 'LegOverfilled':
      record.violations += 1;
      return true;
  }
  return false;
}

function trade(record: RungRecord, event: BallastEvent, decision: DecisionRecord): boolean {
  switch (event.type) {
    case 'TradeOpened':
      return opened(record, event, decision);
    case 'TradeBalanced':
      return balanced(record, event, decision);
    case 'TradeClosed':
      return closed(record, event, decision);
    case 'OrderFilled':
      if (!isOurs(record, event.tradeId)) return false;
      results(record, event, decision);
      return true;
    case 'FundingSettled':
      results(record, event, decision);
      return true;
  }
  return false;
}

const isOurs = ({ open, over }: RungRecord, tradeId: Id): boolean => open.has(tradeId) || over.includes(tradeId);

function results(record: RungRecord, event: BallastEvent, decision: DecisionRecord): void {
  const fold = new TradeRecordFold(record.dayBoundaryMs);
  fold.state = record.results;
  fold.apply({ event, decision });
  record.results = fold.state;
}

function opened(record: RungRecord, event: TradeOpened, { occurredAt }: DecisionRecord): boolean {
  record.open.set(event.tradeId, openRound(event, occurredAt));
  return true;
}

function balanced(record: RungRecord, { tradeId }: TradeBalanced, { occurredAt }: DecisionRecord): boolean {
  const round = record.open.get(tradeId);
  if (!round) return false;
  if (!round.balanced) record.balanced = { ms: record.balanced.ms + occurredAt - round.openedAt, rounds: record.balanced.rounds + 1 };
  record.open.set(tradeId, { ...round, balanced: true });
  return true;
}

function closed(record: RungRecord, event: TradeClosed, decision: DecisionRecord): boolean {
  if (!isOurs(record, event.tradeId)) return false;
  const round = record.open.get(event.tradeId);
  if (round) {
    const done = closeRound(round, event);
    record.rounds = addRounds(record.rounds, done);
    record.roundsOver += 1;
    record.recent = lastOf(record.recent, done);
    record.open.delete(event.tradeId);
    record.over = lastOf(record.over, event.tradeId);
  }
  results(record, event, decision);
  return true;
}

function order(record: RungRecord, event: BallastEvent): boolean {
  switch (event.type) {
    case 'OrderSubmitted':
      return submitted(record, event);
    case 'OrderFilled':
      return filled(record, event);
    case 'OrderCancelled':
      return ended(record, event.clientOrderId, false);
    case 'OrderRejected':
      return ended(record, event.clientOrderId, isFailure(event));
    case 'OrderOutcomeUnknown': {
      const live = record.live.get(event.clientOrderId);
      if (live) record.live.set(event.clientOrderId, { ...live, unknown: true });
      return live !== undefined;
    }
  }
  return false;
}

/** Who refused it: a venue that takes an order for late says so by a code; one that was too late to leave has none. */
export const refuserOf = ({ kind, venueCode }: Pick<OrderRejected, 'kind' | 'venueCode'>): 'execution' | 'venue' => (kind === 'withheld' || (kind === 'late' && venueCode === undefined) ? 'execution' : 'venue');

/** Rejected by no rule of the venue: an execution failure (C-14). */
export const isFailure = ({ kind }: Pick<OrderRejected, 'kind'>): boolean => !BY_RULE.includes(kind);

function submitted(record: RungRecord, { clientOrderId, quantity }: OrderSubmitted): boolean {
  record.live.set(clientOrderId, { remaining: quantity, unknown: false });
  return true;
}

function filled(record: RungRecord, { clientOrderId, quantity }: OrderFilled): boolean {
  const live = record.live.get(clientOrderId);
  if (!live) return false;
  const remaining = live.remaining.minus(quantity);
  if (remaining.gt(0)) record.live.set(clientOrderId, { remaining, unknown: false });
  else ended(record, clientOrderId, false);
  return true;
}

function ended(record: RungRecord, clientOrderId: Id, failed: boolean): boolean {
  if (!record.live.delete(clientOrderId)) return false;
  const { orders } = record;
  record.orders = { ended: orders.ended + 1, failed: orders.failed + (failed ? 1 : 0), recent: lastOf(orders.recent, failed) };
  return true;
}

function account(record: RungRecord, event: BallastEvent, decision: DecisionRecord): boolean {
  if (!isAccountEvent(event)) return false;
  const fold = new EquityCurveFold(record.dayBoundaryMs);
  fold.state = record.curves;
  fold.apply({ event, decision });
  record.curves = fold.state;
  if (event.type === 'EquityObserved') leverage(record, event.accountId, event.accountLeverage.gt(record.leverageMax));
  return true;
}

/** An account above the rung's leverage is one violation, however long it lasts. */
function leverage(record: RungRecord, accountId: Id, beyond: boolean): void {
  if (beyond && !record.beyond.has(accountId)) record.violations += 1;
  if (beyond) record.beyond.add(accountId);
  else record.beyond.delete(accountId);
}
