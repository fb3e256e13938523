import { type Book, contentId, type Id, type Instrument, type Ms, type Ratio, type SignedQuantity, signedQuantity } from '@ballast/domain';
import type { MarketMessages } from '@ballast/bus';
import type { SeenPrice } from '@ballast/events';
import type { BotView } from './bot-fold.js';
import { type SignalCommand, signalIdOf, tradeIdOf } from './signal.decider.js';
import type { Candle, EnterSignal, ExitSignal, MidSample, RaiseResult, Refusal, Strategy, StrategyContext, TradeView } from './strategy.js';

/** The market as a tick reads it. */
export interface MarketSight {
  book(instrument: string): Book | undefined;
  price(instrument: string): MarketMessages['price'] | undefined;
  funding(instrument: string): MarketMessages['funding'] | undefined;
  feed(instrument: string): MarketMessages['feed'] | undefined;
  terms(instrument: string): Instrument | undefined;
  candles(instrument: string, intervalMs: Ms): readonly Candle[];
  mids(instrument: string, from: Ms): readonly MidSample[];
  position(accountId: Id, instrument: string): SignedQuantity | undefined;
}

/** What a tick wants done, in order. */
export type Intent =
  | { readonly kind: 'signal'; readonly command: SignalCommand; readonly causationId: Id; readonly correlationId: Id }
  | { readonly kind: 'finish'; readonly reason: string }
  | { readonly kind: 'wake'; readonly at: Ms };

/** After an exit was refused, the next one is asked for this much later, ms. */
export const EXIT_RETRY_MS = 1_000;
/** A signal without any outcome this long after it ended is withdrawn, so that the bot goes on, ms. */
export const LAPSE_MS = 30_000;
const FLAT = signedQuantity('0');

const refused = (refusal: Refusal): RaiseResult => ({ raised: false, refusal });

function exitInFlight(trade: TradeView, now: Ms): boolean {
  if (trade.phase === 'EXITING') return true;
  if (!trade.exit) return false;
  return trade.exit.failedAt === undefined ? now <= trade.exit.validUntil : now < trade.exit.failedAt + EXIT_RETRY_MS;
}

/** One moment of one bot: what the strategy sees of it, and the list of what it asked for. */
export class Tick<Settings extends object, State> implements StrategyContext<Settings, State> {
  readonly intents: Intent[] = [];
  readonly trades: readonly TradeView[];
  private raisedOne = false;

  constructor(
    private readonly strategy: Strategy<Settings, State>,
    private readonly view: BotView<State>,
    readonly settings: Settings,
    private readonly market: MarketSight,
    readonly now: Ms,
  ) {
    this.trades = [...view.trades.values()];
  }

  get bot(): BotView<State> {
    return this.view;
  }

  get status(): BotView<State>['status'] {
    return this.view.status;
  }

  get statusAt(): Ms {
    return this.view.statusAt;
  }

  get state(): State {
    return this.view.state;
  }

  position(instrument: string): SignedQuantity {
    return this.market.position(this.view.accountId, instrument) ?? FLAT;
  }

  book(instrument: string): Book | undefined {
    return this.market.book(instrument);
  }

  bookAgeMs(instrument: string): Ms | undefined {
    const book = this.book(instrument);
    return book && Math.max(0, this.now - book.exchangeTime);
  }

  booksReady(instruments = this.strategy.instruments(this.settings)): boolean {
    return this.ready(instruments);
  }

  price(instrument: string): MarketMessages['price'] | undefined {
    return this.market.price(instrument);
  }

  fundingRateHourly(instrument: string): Ratio | undefined {
    return this.market.funding(instrument)?.rateHourly;
  }

  terms(instrument: string): Instrument | undefined {
    return this.market.terms(instrument);
  }

  candles(instrument: string, intervalMs: Ms): readonly Candle[] {
    return this.market.candles(instrument, intervalMs);
  }

  mids(instrument: string, windowMs: Ms): readonly MidSample[] {
    return this.market.mids(instrument, this.now - windowMs);
  }

  raise(signal: EnterSignal | ExitSignal): RaiseResult {
    if (this.raisedOne) return refused('ONE_PER_TICK');
    return signal.purpose === 'ENTER' ? this.enter(signal) : this.exit(signal);
  }

  withdraw(tradeId: Id, reason: string): void {
    const trade = this.view.trades.get(tradeId);
    if (trade?.phase !== 'SIGNALLED') return;
    this.intents.push({ kind: 'signal', command: { type: 'WithdrawSignal', tradeId, reason }, causationId: contentId('withdraw', this.view.botId, trade.signalId), correlationId: tradeId });
  }

  finish(reason: string): void {
    if (this.view.status !== 'STOPPED') this.intents.push({ kind: 'finish', reason });
  }

  wakeAt(time: Ms): void {
    this.intents.push({ kind: 'wake', at: time });
  }

  private ready(instruments: readonly string[]): boolean {
    return instruments.every((instrument) => {
      const age = this.bookAgeMs(instrument);
      const feed = this.market.feed(instrument)?.state ?? 'UP';
      const book = this.book(instrument);
      return age !== undefined && age <= this.strategy.bookAgeMsMax && (feed === 'UP' || feed === 'RESYNCED') && book?.bids[0] !== undefined && book.asks[0] !== undefined;
    });
  }

  private enter(signal: EnterSignal): RaiseResult {
    if (this.view.status !== 'RUNNING') return refused('NOT_RUNNING');
    if (this.trades.length >= this.strategy.openTradesMax) return refused('TRADE_OPEN');
    const instruments = signal.legs.map(({ instrument }) => instrument);
    if (!this.ready(instruments)) return refused('BOOK_NOT_READY');
    return this.push({ ...signal, legs: signal.legs }, tradeIdOf(this.view.botId, this.view.signals + 1), instruments);
  }

  private exit({ tradeId, ...signal }: ExitSignal): RaiseResult {
    const trade = this.view.trades.get(tradeId);
    if (!trade || trade.phase === 'SIGNALLED') return refused('NO_SUCH_TRADE');
    if (exitInFlight(trade, this.now)) return refused('EXIT_IN_FLIGHT');
    return this.push({ ...signal, legs: [] }, tradeId, trade.legs.map(({ instrument }) => instrument));
  }

  private push(signal: EnterSignal | (Omit<ExitSignal, 'tradeId'> & { readonly legs: [] }), tradeId: Id, instruments: readonly string[]): RaiseResult {
    const { botId, accountId, portfolioId } = this.view;
    const number = this.view.signals + 1;
    const seen = instruments.flatMap((instrument) => this.seen(instrument));
    this.intents.push({
      kind: 'signal',
      command: { type: 'RaiseSignal', number, botId, accountId, portfolioId, ...(signal.purpose === 'EXIT' ? { tradeId } : {}), ...signal, seen, validUntil: this.now + this.strategy.signalTimeToLiveMs },
      causationId: contentId('tick', botId, number, ...seen.map(({ instrument, bookSequence }) => `${instrument}:${bookSequence}`)),
      correlationId: tradeId,
    });
    this.raisedOne = true;
    return { raised: true, tradeId, signalId: signalIdOf(botId, number) };
  }

  private seen(instrument: string): readonly SeenPrice[] {
    const book = this.book(instrument);
    const bestBid = book?.bids[0]?.price;
    const bestAsk = book?.asks[0]?.price;
    if (!book || !bestBid || !bestAsk) return [];
    const mark = this.market.price(instrument)?.markPrice;
    return [{ instrument, bestBid, bestAsk, ...(mark ? { markPrice: mark } : {}), exchangeTime: book.exchangeTime, bookSequence: book.sequence }];
  }
}

/** Lets the strategy decide once for one bot; returns what it wants done. */
export function decideTick<Settings extends object, State>(strategy: Strategy<Settings, State>, view: BotView<State>, settings: Settings, market: MarketSight, now: Ms): readonly Intent[] {
  const tick = new Tick(strategy, view, settings, market, now);
  for (const trade of tick.trades) if (trade.phase === 'SIGNALLED' && now > trade.validUntil + LAPSE_MS) tick.withdraw(trade.tradeId, `no outcome ${LAPSE_MS} ms after it ended`);
  strategy.onTick(tick);
  return tick.intents;
}
