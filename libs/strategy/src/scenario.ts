import type { DecisionRecord, MarketMessages } from '@ballast/bus';
import { type Book, contentId, type Id, money, type Money, type Ms, notional, partitionOf, price, quantity, ratio, type Side } from '@ballast/domain';
import type { BallastEvent, SignalRaised } from '@ballast/events';
import { BotFold, type BotView } from './bot-fold.js';
import { MarketMemory } from './market-memory.js';
import { readSettings } from './settings.js';
import { signalDecider, type SignalEvent } from './signal.decider.js';
import type { Candle, Strategy } from './strategy.js';
import { decideTick, type MarketSight } from './tick.js';

const BOT = { botId: 'bot-1', accountId: 'account-1', portfolioId: 'portfolio-1' } as const;

export interface ScenarioOptions {
  readonly settings: Readonly<Record<string, unknown>>;
  /** Market time of the first moment, ms. Default 2026-01-05T00:00Z. */
  readonly startAt?: Ms;
}

/** What an end of a trade cost or brought, decimal strings of quote currency. */
export interface ClosedAs {
  readonly outcome?: 'COMPLETED' | 'UNWOUND' | 'UNFILLED';
  readonly realisedPnl?: string;
  readonly fees?: string;
}

/** Drives one bot of a strategy through books and outcomes, without a bus; the rules are those of the service. */
export class StrategyScenario<Settings extends object, State> {
  readonly signals: SignalEvent[] = [];
  /** Reason of the first `finish`. */
  finished: string | undefined;
  now: Ms;
  private fold: BotFold<Settings, State>;
  private memory = new MarketMemory();
  private readonly log: BallastEvent[] = [];
  private readonly times: Ms[] = [];
  private readonly values = new Map<string, unknown>();
  private readonly sequences = new Map<string, number>();
  private readonly wakes: Ms[] = [];

  constructor(
    private readonly strategy: Strategy<Settings, State>,
    options: ScenarioOptions,
  ) {
    readSettings(strategy, options.settings);
    this.now = options.startAt ?? Date.UTC(2026, 0, 5);
    this.fold = new BotFold(strategy);
    this.record({ type: 'BotCreated', ...BOT, strategy: strategy.name, profiles: ['demo'], settings: options.settings, by: 'author' });
    this.record({ type: 'BotStarted', botId: BOT.botId, by: 'author' });
  }

  get bot(): BotView<State> {
    const bot = this.fold.bot(BOT.botId);
    if (!bot) throw new Error('scenario: the bot is not in its own fold');
    return bot;
  }

  /** The latest signal. @throws Error where there is none. */
  get lastSignal(): SignalRaised {
    const raised = this.signals.filter((event): event is SignalRaised => event.type === 'SignalRaised').at(-1);
    if (!raised) throw new Error('scenario: no signal was raised yet');
    return raised;
  }

  /** Takes time on without any market data, and wakes the bot where it asked for it. */
  after(ms: Ms): this {
    const until = this.now + ms;
    for (const at of this.wakes.splice(0).sort((a, b) => a - b)) {
      if (at > until) {
        this.wakes.push(at);
        continue;
      }
      this.now = Math.max(this.now, at);
      this.tick();
    }
    this.now = until;
    return this;
  }

  /** Publishes books around these mids and lets the bot decide. `mids` are decimal strings by instrument. */
  books(mids: Readonly<Record<string, string>>): this {
    for (const [instrument, mid] of Object.entries(mids)) this.publishBook(instrument, mid);
    this.tick();
    return this;
  }

  candle(instrument: string, openTime: Ms, close: string): this {
    const at = price(close);
    this.memory.addCandle({ instrument, intervalMs: 60_000, openTime, open: at, high: at, low: at, close: at, volume: quantity('1') } satisfies Candle);
    return this;
  }

  /** Complete candles of any length, as market-data publishes them. */
  candles(candles: readonly Candle[]): this {
    for (const candle of candles) this.memory.addCandle(candle);
    return this;
  }

  feed(instrument: string, state: MarketMessages['feed']['state']): this {
    this.values.set(`feed ${instrument}`, { instrument, state, reason: 'scenario', time: this.now });
    return this;
  }

  /** Lets the bot decide once. */
  tick(): this {
    const settings = readSettings(this.strategy, this.bot.settings);
    for (const intent of decideTick(this.strategy, this.bot, settings, this.sight(), this.now)) {
      if (intent.kind === 'finish') this.finished ??= intent.reason;
      else if (intent.kind === 'wake') this.wakes.push(intent.at);
      else this.decide(intent.command);
    }
    return this;
  }

  pause(): this {
    return this.record({ type: 'BotPaused', botId: BOT.botId, by: 'author' });
  }

  start(): this {
    return this.record({ type: 'BotStarted', botId: BOT.botId, by: 'author' });
  }

  stop(): this {
    return this.record({ type: 'BotStopped', botId: BOT.botId, reason: 'author', by: 'author' });
  }

  /** A person changes its settings. @throws ContractError for settings that do not hold. */
  configure(settings: Readonly<Record<string, unknown>>): this {
    readSettings(this.strategy, settings);
    return this.record({ type: 'BotConfigured', botId: BOT.botId, settings, by: 'author' });
  }

  /** Sizing found no quantities for the latest signal. */
  infeasible(): this {
    return this.record({ type: 'TradePlanInfeasible', planId: 'plan', ...this.ids(), reason: 'NO_PAIR', detail: 'scenario', caps: [], seen: [] });
  }

  /** Risk denied the latest signal's plan. */
  denied(): this {
    return this.record({ type: 'TradeDenied', planId: 'plan', ...this.ids(), planHash: 'hash', rules: [], bindingRule: 'scenario', reason: 'scenario', grossBefore: notional('0') });
  }

  opened(): this {
    return this.record({
      type: 'TradeOpened', planId: 'plan', ...this.ids(), legs: [], outcome: 'BALANCED', imbalanceRatio: ratio('0'), slippageBpsMax: this.lastSignal.slippageBpsMax,
      limits: { makerTimeoutMs: 20_000, nakedTimeoutMs: 15_000, orderTimeToLiveMs: 20_000, slippageBpsMax: this.lastSignal.slippageBpsMax },
    });
  }

  balanced(): this {
    const { signalId: _, ...ids } = this.ids();
    return this.record({ type: 'TradeBalanced', planId: 'plan', ...ids, legs: [], imbalancePlanned: ratio('0'), imbalanceAtReference: ratio('0'), imbalanceAtFill: ratio('0'), nakedNotionalSeconds: notional('0') });
  }

  exiting(): this {
    return this.record({ type: 'ExitStarted', tradeId: this.lastSignal.tradeId, signalId: this.lastSignal.signalId, reason: 'scenario' });
  }

  closed(as: ClosedAs = {}): this {
    const amounts = { planVolume: notional('0'), turnover: notional('0'), realisedPnl: amount(as.realisedPnl), fees: amount(as.fees), nakedNotionalSeconds: notional('0') };
    return this.record({ type: 'TradeClosed', planId: 'plan', ...this.ids(), outcome: as.outcome ?? 'COMPLETED', legs: [], ...amounts, reason: 'scenario' });
  }

  /** The service starts anew: everything it knows is the log; the market's past is gone unless candles are given again. */
  restart(): this {
    this.fold = new BotFold(this.strategy);
    this.memory = new MarketMemory();
    this.wakes.splice(0);
    this.log.forEach((event, index) => this.apply(event, this.times[index] ?? this.now));
    return this;
  }

  private ids(): { readonly signalId: Id; readonly tradeId: Id; readonly botId: Id; readonly accountId: Id; readonly portfolioId: Id } {
    const { signalId, tradeId } = this.lastSignal;
    return { signalId, tradeId, ...BOT };
  }

  private decide(command: Parameters<ReturnType<typeof signalDecider>['decide']>[1]): void {
    const decider = signalDecider(this.strategy.name);
    const state = this.signals.reduce((folded, event) => decider.evolve(folded, event), decider.initial);
    for (const event of decider.decide(state, command, { decisionId: contentId('scenario', this.log.length), at: this.now })) {
      this.signals.push(event);
      this.record(event);
    }
  }

  private record(event: BallastEvent): this {
    this.log.push(event);
    this.times.push(this.now);
    this.apply(event, this.now);
    return this;
  }

  private apply(event: BallastEvent, at: Ms): void {
    const decision: DecisionRecord = {
      format: 1, decisionId: 'decision', stream: 'scenario', version: 1, occurredAt: at, writer: 'scenario', build: 'scenario', correlationId: 'scenario', causationId: 'scenario', lane: BOT.accountId,
      contract: 1, previousHash: '', partition: partitionOf(BOT.portfolioId), subject: 'scenario', sequence: this.log.length, hash: '', events: [event],
    };
    this.fold.apply({ event, index: 0, decision });
  }

  private publishBook(instrument: string, mid: string): void {
    const sequence = (this.sequences.get(instrument) ?? 0) + 1;
    const level = (side: Side): Book['bids'] => [{ price: price(price(mid).times(side === 'BUY' ? '0.9999' : '1.0001').toString()), quantity: quantity('1000') }];
    const book: Book = { instrument, bids: level('BUY'), asks: level('SELL'), exchangeTime: this.now, sequence };
    this.sequences.set(instrument, sequence);
    this.values.set(`book ${instrument}`, book);
    this.memory.addBook(book);
  }

  private sight(): MarketSight {
    const last = <Value>(kind: string) => (instrument: string) => this.values.get(`${kind} ${instrument}`) as Value | undefined;
    return {
      book: last('book'),
      price: last('price'),
      funding: last('funding'),
      feed: last('feed'),
      terms: last('instrument'),
      candles: (instrument, intervalMs) => this.memory.candles(instrument, intervalMs),
      mids: (instrument, from) => this.memory.mids(instrument, from),
      position: () => undefined,
    };
  }
}

const amount = (text: string | undefined): Money => money(text ?? '0');

/** A bot of `strategy`, created and started, for an author's tests. @throws ContractError for settings that do not hold. */
export const strategyScenario = <Settings extends object, State>(strategy: Strategy<Settings, State>, options: ScenarioOptions): StrategyScenario<Settings, State> => new StrategyScenario(strategy, options);
