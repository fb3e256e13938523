import type { Book, Bps, Id, Instrument, Ms, Notional, Price, Ratio, Side, SignedQuantity } from '@ballast/domain';
import type { MarketMessages } from '@ballast/bus';
import type { ExitStarted, SignalRaised, SignalWithdrawn, TradeBalanced, TradeClosed, TradeDenied, TradeOpened, TradePlanInfeasible, TradeRefused, UnwindStarted } from '@ballast/events';

export type Candle = MarketMessages['candle'];
export type SignalPurpose = 'ENTER' | 'EXIT';

/** CREATED: never started; CLOSING: a person wants every position closed. Only RUNNING may enter; exits go on in all of them. */
export type BotStatus = 'CREATED' | 'RUNNING' | 'PAUSED' | 'STOPPED' | 'CLOSING';

/** What the log says became of a signal; `event` holds the facts. */
export interface Outcome {
  /** Market time of the event, ms. */
  readonly at: Ms;
  readonly tradeId: Id;
  /** Which of the trade's signals it answers. */
  readonly purpose: SignalPurpose;
  readonly event: SignalRaised | SignalWithdrawn | TradePlanInfeasible | TradeDenied | TradeRefused | TradeOpened | TradeBalanced | ExitStarted | UnwindStarted | TradeClosed;
}

export interface WantedLeg {
  readonly instrument: string;
  readonly side: Side;
  /** Where execution leaves the trade at a loss, once it is open. */
  readonly stopPrice?: Price;
  /** Where execution leaves the trade at a gain, once it is open. */
  readonly targetPrice?: Price;
}

/** One trade of the bot that is not over, as the log has it. */
export interface TradeView {
  readonly tradeId: Id;
  /** The signal that asked for the entry. */
  readonly signalId: Id;
  readonly legs: readonly WantedLeg[];
  readonly phase: 'SIGNALLED' | 'OPENED' | 'BALANCED' | 'EXITING';
  readonly raisedAt: Ms;
  readonly validUntil: Ms;
  readonly openedAt?: Ms;
  /** When both legs were filled. */
  readonly balancedAt?: Ms;
  /** The latest signal that asked for the exit; `failedAt` where it was answered by a refusal. */
  readonly exit?: { readonly signalId: Id; readonly validUntil: Ms; readonly failedAt?: Ms };
}

export interface MidSample {
  readonly time: Ms;
  readonly mid: Price;
  /** Market time that the sample stands for, ms: its weight in a mean. */
  readonly spanMs: Ms;
}

export interface EnterSignal {
  readonly purpose: 'ENTER';
  readonly legs: readonly WantedLeg[];
  /** Per leg, quote currency. */
  readonly targetNotional: Notional;
  readonly slippageBpsMax: Bps;
  /** What the round may cost, where there is no expected edge. */
  readonly costBudgetBps?: Bps;
  /** Gross edge expected of the round. */
  readonly expectedEdgeBps?: Bps;
  /** How sure it is, 0 … 1: the bound policy may size less for less of it, never more (C-52). Absent = 1. */
  readonly confidence?: Ratio;
  readonly reason: string;
}

/** Leaves a whole trade: the quantities are what it holds. */
export interface ExitSignal {
  readonly purpose: 'EXIT';
  readonly tradeId: Id;
  readonly slippageBpsMax: Bps;
  readonly reason: string;
}

export const REFUSALS = ['NOT_RUNNING', 'BOOK_NOT_READY', 'TRADE_OPEN', 'EXIT_IN_FLIGHT', 'NO_SUCH_TRADE', 'ONE_PER_TICK'] as const;
export type Refusal = (typeof REFUSALS)[number];
export type RaiseResult = { readonly raised: true; readonly tradeId: Id; readonly signalId: Id } | { readonly raised: false; readonly refusal: Refusal };

/** All that a strategy may know and do at one moment of market time. */
export interface StrategyContext<Settings, State> {
  /** Market time, ms. */
  readonly now: Ms;
  readonly bot: { readonly botId: Id; readonly accountId: Id; readonly portfolioId: Id; readonly profiles: readonly string[] };
  readonly status: BotStatus;
  /** Since when it has that status. */
  readonly statusAt: Ms;
  readonly settings: Settings;
  /** The strategy's own fold of its outcomes. */
  readonly state: State;
  readonly trades: readonly TradeView[];
  /** Base units held in the bot's account; 0 where nothing is. */
  position(instrument: string): SignedQuantity;
  book(instrument: string): Book | undefined;
  /** Market time since the venue's time of the last book, ms; undefined without one. */
  bookAgeMs(instrument: string): Ms | undefined;
  /** Every one of these instruments, else of the bot's, has a book that is young enough and a feed that is whole (R39). */
  booksReady(instruments?: readonly string[]): boolean;
  price(instrument: string): { readonly markPrice: Price; readonly oraclePrice: Price; readonly time: Ms } | undefined;
  fundingRateHourly(instrument: string): Ratio | undefined;
  terms(instrument: string): Instrument | undefined;
  /** Complete candles, oldest first, back-filled where market-data has them. */
  candles(instrument: string, intervalMs: Ms): readonly Candle[];
  /** Mid samples of the last `windowMs`, oldest first; before the process began, candle closes stand in. */
  mids(instrument: string, windowMs: Ms): readonly MidSample[];
  /** Asks for an entry or an exit; at most one per tick. What came of it is an `Outcome`. */
  raise(signal: EnterSignal | ExitSignal): RaiseResult;
  /** Takes back an entry that is not open yet. */
  withdraw(tradeId: Id, reason: string): void;
  /** The strategy has nothing left to do: the operator stops the bot. Harmless when repeated. */
  finish(reason: string): void;
  /** Calls `onTick` at this market time even if no book comes. */
  wakeAt(time: Ms): void;
}

/**
 * A trading strategy. It keeps no memory of its own: whatever it decides on is the market, the bot's settings and
 * `state`, the fold of its outcomes, so that after a restart the same tick decides the same.
 */
export abstract class Strategy<Settings extends object, State = undefined> {
  /** `[a-z0-9-]+`; the service is `strategy-<name>`. */
  abstract readonly name: string;
  /** Contract of the settings: class-validator decorators and `DecimalField`. Defaults are initial values. */
  abstract readonly settings: new () => Settings;
  /** Plain data (objects, arrays, Map, Set, value types). */
  abstract readonly initial: State;
  /** Shortest market time between two ticks of one bot, ms. */
  readonly decisionIntervalMs: Ms = 250;
  /** How long a signal may be accepted after it was raised, ms. */
  readonly signalTimeToLiveMs: Ms = 5_000;
  /** An older book is no ground for an entry, ms. */
  readonly bookAgeMsMax: Ms = 5_000;
  /** Trades of one bot that may be signalled or open at once. */
  readonly openTradesMax: number = 1;
  /** How much of the market's past it needs, ms: so much is asked of market-data at a start. */
  historyMs(_settings: Settings): Ms {
    return 0;
  }

  /** Length of the candles that are asked for, ms: one that market-data keeps. Candles of 1 min also stand in for mids. */
  readonly historyIntervalMs: Ms = 60_000;

  abstract instruments(settings: Settings): readonly string[];

  /** Faults between fields, by field: what was found and what is allowed. */
  faults(_settings: Settings): Readonly<Record<string, string>> {
    return {};
  }

  /** Decides. Synchronous, and free of anything outside `context`. */
  abstract onTick(context: StrategyContext<Settings, State>): void;

  /** Folds what became of a signal. Pure: never throws, never judges. */
  onOutcome(state: State, _outcome: Outcome): State {
    return state;
  }
}

/** A strategy whose settings and state do not matter to the caller. */
export type AnyStrategy = Strategy<object, unknown>;
