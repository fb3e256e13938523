import type { EventStreams, Market, Pacer, Requests, Runtime } from '@ballast/bus';
import { type Book, type Clock, contentId, type Decider, type Disarm, type Id, InvariantError, type Ms, partitionOf } from '@ballast/domain';
import { Backfill } from './backfill.js';
import { BotFold, type BotView } from './bot-fold.js';
import { MarketMemory } from './market-memory.js';
import { settingsOrUndefined } from './settings.js';
import { signalDecider, type SignalCommand, type SignalEvent, type SignalState } from './signal.decider.js';
import type { Strategy } from './strategy.js';
import { decideTick, type Intent, type MarketSight } from './tick.js';

/** The ports of the bus that a strategy's service stands on. */
export interface StrategyPorts {
  readonly streams: EventStreams;
  readonly market: Market;
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly requests: Requests;
  readonly runtime: Runtime;
}

export interface BotReport {
  readonly botId: Id;
  readonly status: string;
  readonly signals: number;
  readonly openTrades: number;
  /** Why its last decision was not carried out, or its settings not accepted; empty where all is well. */
  readonly fault: string;
}

/** A finish that the operator did not take is asked for again this much later, ms. */
const FINISH_RETRY_MS = 10_000;

/** Ticks every bot of one strategy on market data and carries out what it wants. */
export class StrategyRunner<Settings extends object, State> {
  readonly fold: BotFold<Settings, State>;
  private readonly memory = new MarketMemory();
  private readonly backfill: Backfill;
  private readonly decider: Decider<SignalState, SignalCommand, SignalEvent>;
  private readonly sight: MarketSight;
  private readonly settingsOf = new WeakMap<object, { readonly settings: Settings | undefined }>();
  private readonly slots = new Map<Id, number>();
  /** Signals a bot has in its stream as far as this process knows: the fold may be a moment behind. */
  private readonly raised = new Map<Id, number>();
  private readonly inHand = new Set<Id>();
  private readonly finishAskedAt = new Map<Id, Ms>();
  private readonly wakes = new Map<Id, { readonly at: Ms; readonly disarm: Disarm }>();
  private readonly faults = new Map<Id, string>();
  private live = false;

  constructor(
    private readonly strategy: Strategy<Settings, State>,
    private readonly ports: StrategyPorts,
  ) {
    this.fold = new BotFold(strategy);
    this.decider = signalDecider(strategy.name);
    this.backfill = new Backfill(ports, this.memory, strategy.historyIntervalMs);
    this.sight = this.sightOf(ports.market);
    ports.streams.own(this.decider);
    ports.runtime.project(this.fold);
    ports.market.on('book', (book) => this.onBook(book));
    ports.market.on('candle', (candle) => this.memory.addCandle(candle));
    ports.runtime.onRecovered(() => {
      this.live = true;
      return Promise.resolve();
    });
    ports.runtime.onStop(() => {
      this.live = false;
      for (const { disarm } of this.wakes.values()) disarm();
      return Promise.resolve();
    });
  }

  /** Every bot of this strategy as this process sees it. */
  reports(): readonly BotReport[] {
    return [...this.fold.state.bots.values()].map((bot) => ({
      botId: bot.botId,
      status: bot.status,
      signals: bot.signals,
      openTrades: bot.trades.size,
      fault: this.faults.get(bot.botId) ?? (this.settings(bot) ? '' : 'settings do not hold; configure the bot again'),
    }));
  }

  private onBook(book: Book): void {
    this.memory.addBook(book);
    if (!this.live) return;
    const slot = Math.floor(this.ports.clock.now() / this.strategy.decisionIntervalMs);
    for (const bot of this.fold.state.bots.values()) {
      if (this.slots.get(bot.botId) === slot || !this.trades(bot, book.instrument)) continue;
      this.slots.set(bot.botId, slot);
      this.tick(bot);
    }
  }

  private trades(bot: BotView<State>, instrument: string): boolean {
    const settings = this.isAtRest(bot) ? undefined : this.settings(bot);
    return settings !== undefined && this.strategy.instruments(settings).includes(instrument);
  }

  private isAtRest(bot: BotView<State>): boolean {
    return (bot.status === 'STOPPED' || bot.status === 'CREATED') && bot.trades.size === 0;
  }

  private tick(bot: BotView<State>): void {
    const settings = this.settings(bot);
    if (!settings || this.inHand.has(bot.botId) || bot.signals < (this.raised.get(bot.botId) ?? 0)) return;
    const now = this.ports.clock.now();
    this.backfill.ask(partitionOf(bot.portfolioId), this.strategy.instruments(settings), now - this.strategy.historyMs(settings));
    const intents = decideTick(this.strategy, bot, settings, this.sight, now);
    for (const intent of intents) if (intent.kind === 'wake') this.wakeAt(bot.botId, intent.at);
    const wanted = intents.filter((intent) => intent.kind !== 'wake');
    if (wanted.length > 0) void this.carryOut(bot, wanted);
  }

  private settings(bot: BotView<State>): Settings | undefined {
    const known = this.settingsOf.get(bot.settings) ?? { settings: settingsOrUndefined(this.strategy, bot.settings) };
    this.settingsOf.set(bot.settings, known);
    return known.settings;
  }

  /** A fault that may pass is kept for the report; the next tick decides again from the log. */
  private async carryOut(bot: BotView<State>, intents: readonly Exclude<Intent, { kind: 'wake' }>[]): Promise<void> {
    const done = this.ports.pacer.busy('work');
    this.inHand.add(bot.botId);
    try {
      for (const intent of intents) await this.carryOutOne(bot, intent);
      this.faults.delete(bot.botId);
    } catch (error) {
      if (error instanceof InvariantError) throw error;
      this.faults.set(bot.botId, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    } finally {
      this.inHand.delete(bot.botId);
      done();
    }
  }

  private async carryOutOne(bot: BotView<State>, intent: Exclude<Intent, { kind: 'wake' }>): Promise<void> {
    switch (intent.kind) {
      case 'signal': {
        const { command, causationId, correlationId } = intent;
        const { state } = await this.ports.streams.execute(this.decider, { partition: partitionOf(bot.portfolioId), id: bot.botId }, command, { causationId, correlationId, lane: bot.accountId });
        this.raised.set(bot.botId, state.raised);
        return;
      }
      case 'finish':
        await this.askToFinish(bot, intent.reason);
    }
  }

  private async askToFinish(bot: BotView<State>, reason: string): Promise<void> {
    const now = this.ports.clock.now();
    if (now < (this.finishAskedAt.get(bot.botId) ?? -Infinity) + FINISH_RETRY_MS) return;
    this.finishAskedAt.set(bot.botId, now);
    const reply = await this.ports.requests.command('operator', partitionOf(bot.portfolioId), 'bot-finished', { botId: bot.botId, reason }, contentId('bot-finished', bot.botId, bot.signals, bot.statusAt));
    if (!reply.ok) throw new Error(`operator refuses bot-finished of ${bot.botId}: ${reply.error}`);
  }

  private wakeAt(botId: Id, at: Ms): void {
    const armed = this.wakes.get(botId);
    if (armed?.at === at) return;
    armed?.disarm();
    const disarm = this.ports.clock.at(at, () => {
      this.wakes.delete(botId);
      const bot = this.fold.bot(botId);
      if (this.live && bot && !this.isAtRest(bot)) this.tick(bot);
    });
    this.wakes.set(botId, { at, disarm });
  }

  private sightOf(market: Market): MarketSight {
    return {
      book: (instrument) => market.latest('book', instrument),
      price: (instrument) => market.latest('price', instrument),
      funding: (instrument) => market.latest('funding', instrument),
      feed: (instrument) => market.latest('feed', instrument),
      terms: (instrument) => market.latest('instrument', instrument),
      candles: (instrument, intervalMs) => this.memory.candles(instrument, intervalMs),
      mids: (instrument, from) => this.memory.mids(instrument, from),
      position: (accountId, instrument) => this.fold.state.positions.get(`${accountId} ${instrument}`),
    };
  }
}
