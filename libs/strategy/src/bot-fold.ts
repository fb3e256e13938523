import type { Projection, Recorded } from '@ballast/bus';
import type { Id, Ms, SignedQuantity } from '@ballast/domain';
import { type BallastEvent, type BotDeleted, isPositionChange, POSITION_CHANGES } from '@ballast/events';
import type { BotStatus, Outcome, SignalPurpose, Strategy, TradeView } from './strategy.js';

/** One bot of this strategy as the log has it. */
export interface BotView<State> {
  readonly botId: Id;
  readonly accountId: Id;
  readonly portfolioId: Id;
  readonly profiles: readonly string[];
  /** As they were recorded; read by the strategy's contract before use. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly status: BotStatus;
  readonly statusAt: Ms;
  /** Signals raised so far. */
  readonly signals: number;
  /** Trades that are not over. */
  readonly trades: ReadonlyMap<Id, TradeView>;
  readonly state: State;
}

export interface BotsState<State> {
  readonly bots: Map<Id, BotView<State>>;
  /** Bot by account, and by trade that is not over. */
  readonly botOfAccount: Map<Id, Id>;
  readonly botOfTrade: Map<Id, Id>;
  /** `<accountId> <instrument>`. */
  readonly positions: Map<string, SignedQuantity>;
}

type OutcomeEvent = Outcome['event'];
const OUTCOMES = ['SignalRaised', 'SignalWithdrawn', 'TradePlanInfeasible', 'TradeDenied', 'TradeRefused', 'TradeOpened', 'TradeBalanced', 'ExitStarted', 'UnwindStarted', 'TradeClosed'] as const satisfies readonly OutcomeEvent['type'][];
const STATUSES: Readonly<Record<string, BotStatus>> = { BotStarted: 'RUNNING', BotPaused: 'PAUSED', BotStopped: 'STOPPED', BotCloseAllRequested: 'CLOSING' };
const isOutcome = (event: BallastEvent): event is OutcomeEvent => (OUTCOMES as readonly string[]).includes(event.type);

/** Which of the trade's signals an event answers. */
function purposeOf(event: OutcomeEvent, trade: TradeView | undefined): SignalPurpose {
  if (event.type === 'SignalRaised') return event.purpose;
  if (event.type === 'ExitStarted' || event.type === 'UnwindStarted' || event.type === 'TradeClosed') return 'EXIT';
  if (event.type === 'TradeOpened' || event.type === 'TradeBalanced') return 'ENTER';
  return trade?.exit?.signalId === event.signalId ? 'EXIT' : 'ENTER';
}

const signalled = (event: Extract<OutcomeEvent, { type: 'SignalRaised' | 'TradeOpened' }>, at: Ms): TradeView => ({
  tradeId: event.tradeId,
  signalId: event.signalId,
  legs: event.legs.map(({ instrument, side }) => ({ instrument, side })),
  phase: 'SIGNALLED',
  raisedAt: at,
  validUntil: event.type === 'SignalRaised' ? event.validUntil : at,
});

/** A refused entry is over; a refused exit leaves the trade as it was. */
const afterRefusal = (trade: TradeView | undefined, purpose: SignalPurpose, at: Ms): TradeView | undefined => (purpose === 'EXIT' && trade?.exit ? { ...trade, exit: { ...trade.exit, failedAt: at } } : undefined);

/** The trade after an event; undefined where it is over. */
function tradeAfter(trade: TradeView | undefined, event: OutcomeEvent, purpose: SignalPurpose, at: Ms): TradeView | undefined {
  switch (event.type) {
    case 'SignalRaised':
      return purpose === 'ENTER' ? signalled(event, at) : trade && { ...trade, exit: { signalId: event.signalId, validUntil: event.validUntil } };
    case 'TradePlanInfeasible':
    case 'TradeDenied':
    case 'TradeRefused':
      return afterRefusal(trade, purpose, at);
    case 'SignalWithdrawn':
      return trade?.phase === 'SIGNALLED' ? undefined : trade;
    case 'TradeOpened':
      return { ...(trade ?? signalled(event, at)), phase: 'OPENED', openedAt: at };
    case 'TradeBalanced':
      return trade && { ...trade, phase: 'BALANCED', balancedAt: at };
    case 'ExitStarted':
    case 'UnwindStarted':
      return trade && { ...trade, phase: 'EXITING' };
    case 'TradeClosed':
      return undefined;
  }
}

/** The fold a strategy's service decides on: its bots, their trades and positions, and the strategy's own state. */
export class BotFold<Settings extends object, State> implements Projection<BotsState<State>> {
  readonly name: string;
  readonly reads: readonly string[] = [...OUTCOMES, ...POSITION_CHANGES, ...Object.keys(STATUSES), 'BotCreated', 'BotConfigured', 'BotDeleted'];
  state: BotsState<State> = { bots: new Map(), botOfAccount: new Map(), botOfTrade: new Map(), positions: new Map() };

  constructor(private readonly strategy: Strategy<Settings, State>) {
    this.name = `strategy-${strategy.name}-bots`;
  }

  apply({ event, decision }: Recorded): void {
    if (isOutcome(event)) this.applyOutcome(event, decision.occurredAt);
    else if (isPositionChange(event)) this.applyPosition(event);
    else this.applyBot(event, decision.occurredAt);
  }

  bot(botId: Id): BotView<State> | undefined {
    return this.state.bots.get(botId);
  }

  /** Whether the event is about a bot of this strategy. */
  knows(botId: Id): boolean {
    return this.state.bots.has(botId);
  }

  private applyBot(event: BallastEvent, at: Ms): void {
    if (event.type === 'BotCreated') {
      if (event.strategy !== this.strategy.name || this.state.bots.has(event.botId)) return;
      const { botId, accountId, portfolioId, profiles, settings } = event;
      this.state.bots.set(botId, { botId, accountId, portfolioId, profiles, settings, status: 'CREATED', statusAt: at, signals: 0, trades: new Map(), state: this.strategy.initial });
      this.state.botOfAccount.set(accountId, botId);
      return;
    }
    if (event.type === 'BotDeleted') return this.forget(event);
    if (event.type === 'BotConfigured') this.change(event.botId, (bot) => ({ ...bot, settings: event.settings }));
    const status = STATUSES[event.type];
    if (status && 'botId' in event) this.change(event.botId, (bot) => ({ ...bot, status, statusAt: at }));
  }

  /** What is deleted was flat and without trades: nothing refers to it any more. */
  private forget({ botId, accountId }: BotDeleted): void {
    if (!this.state.bots.delete(botId)) return;
    this.state.botOfAccount.delete(accountId);
    for (const key of [...this.state.positions.keys()]) if (key.startsWith(`${accountId} `)) this.state.positions.delete(key);
  }

  private applyPosition(event: { readonly accountId: Id; readonly instrument: string; readonly position: SignedQuantity }): void {
    if (this.state.botOfAccount.has(event.accountId)) this.state.positions.set(`${event.accountId} ${event.instrument}`, event.position);
  }

  private applyOutcome(event: OutcomeEvent, at: Ms): void {
    const botId = 'botId' in event ? event.botId : this.state.botOfTrade.get(event.tradeId);
    if (botId !== undefined) this.change(botId, (bot) => this.afterOutcome(bot, event, at));
  }

  private afterOutcome(bot: BotView<State>, event: OutcomeEvent, at: Ms): BotView<State> {
    const before = bot.trades.get(event.tradeId);
    const purpose = purposeOf(event, before);
    const after = tradeAfter(before, event, purpose, at);
    const trades = new Map(bot.trades);
    if (after) trades.set(event.tradeId, after);
    else trades.delete(event.tradeId);
    if (after) this.state.botOfTrade.set(event.tradeId, bot.botId);
    else this.state.botOfTrade.delete(event.tradeId);
    return { ...bot, trades, signals: bot.signals + (event.type === 'SignalRaised' ? 1 : 0), state: this.strategy.onOutcome(bot.state, { at, tradeId: event.tradeId, purpose, event }) };
  }

  private change(botId: Id, to: (bot: BotView<State>) => BotView<State>): void {
    const bot = this.state.bots.get(botId);
    if (bot) this.state.bots.set(botId, to(bot));
  }
}
