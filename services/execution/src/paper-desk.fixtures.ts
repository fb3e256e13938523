import { type Concern, MemorySystem, type Platform } from '@ballast/bus';
import { contentId, type Decider, type Id, money, type Ms, partitionOf } from '@ballast/domain';
import type { BallastEvent, ExecutionLimits, TradeApproved } from '@ballast/events';
import type { Metrics } from '@ballast/observability';
import { planHashOf } from '@ballast/policy';
import { type AccountEvent, type EngineConfig, type MarketInput, type MarketSource, nadoEngineConfig, PaperVenueAdapter, type PriceLevel, type Provenance, type Unsubscribe, type VenueAccount, type VenueAdapter, x18 } from '@ballast/venues';
import { executionModule } from './execution.module.js';
import type { Approval } from './trade/trade.commands.js';
import { tradeDecider } from './trade/trade.decider.js';
import { ETH, limits, pair, SOL } from './trade/trade.fixtures.js';
import type { TradeState } from './trade/trade.state.js';
import { VirtualRetryTimer } from './venue/retry-timer.js';

export const PARTITION = partitionOf('portfolio1');
/** A minute before a full hour: funding is at hand. */
export const BEFORE_THE_HOUR: Ms = 1_700_002_740_000;
const STEP_MS = 500;
const PRODUCTS: Readonly<Record<string, number>> = { [ETH]: 4, [SOL]: 8 };

interface Quotes { bids: PriceLevel[]; asks: PriceLevel[] }
export const levels = (...rows: readonly (readonly [string, string])[]): PriceLevel[] => rows.map(([at, size]) => [x18(at), x18(size)]);

/** A market that quotes what the test says, twice a second, and hears of further inputs. */
export class QuotedMarket implements MarketSource {
  readonly productIds = [4, 8];
  readonly startTime = BEFORE_THE_HOUR;
  readonly endTime = BEFORE_THE_HOUR + 86_400_000;
  readonly quotes: Record<string, Quotes> = {
    [ETH]: { bids: levels(['2756.9', '50']), asks: levels(['2757', '50']) },
    [SOL]: { bids: levels(['115.86', '5000']), asks: levels(['115.87', '5000']) },
  };
  private readonly soon: ((time: Ms) => MarketInput)[] = [];

  say(input: (time: Ms) => MarketInput): void { this.soon.push(input); }

  *events(): IterableIterator<MarketInput> {
    for (let time = this.startTime; time <= this.endTime; time += STEP_MS) {
      for (const input of this.soon.splice(0)) yield input(time);
      for (const [instrument, { bids, asks }] of Object.entries(this.quotes)) yield { type: 'snapshot', time, productId: PRODUCTS[instrument] ?? 0, bids, asks };
    }
  }

  provenance(): Provenance { return { kind: 'generated', files: [], statements: [] }; }
}

/** The simulated exchange, with a plug on the account's stream. */
export class PluggedVenue extends PaperVenueAdapter {
  private readonly told: { readonly account: VenueAccount; readonly onEvent: (event: AccountEvent) => void }[] = [];
  private cut = false;

  override subscribeAccount(account: VenueAccount, onEvent: (event: AccountEvent) => void): Promise<Unsubscribe> {
    this.told.push({ account, onEvent });
    return super.subscribeAccount(account, (event) => { if (!this.cut) onEvent(event); });
  }

  pull(): void { this.say('DOWN'); this.cut = true; }
  plugIn(): void { this.cut = false; this.say('UP'); }

  private say(state: 'UP' | 'DOWN'): void {
    for (const { account: { accountId }, onEvent } of this.told) onEvent({ type: 'stream', accountId, state, reason: 'the test' });
  }
}

export interface PaperDeskOptions {
  readonly limits?: Partial<ExecutionLimits>;
  readonly engine?: Partial<EngineConfig>;
  readonly deposit?: string;
  readonly concern?: Concern;
  readonly metrics?: Metrics;
  /** What execution has in front of the exchange. */
  readonly before?: (venue: VenueAdapter) => VenueAdapter;
}

/** Writes one event as its service would. */
const says = <Event extends BallastEvent>(writer: string, kind: string): Decider<number, Event, Event> => ({ kind, writer, initial: 0, decide: (_state, event) => [event], evolve: (state) => state + 1 });

/** Execution alone, on the in-memory bus, against the simulated exchange. */
export class PaperDesk {
  readonly system = new MemorySystem(BEFORE_THE_HOUR);
  readonly market = new QuotedMarket();
  readonly venue: PluggedVenue;
  readonly account: VenueAccount = { accountId: 'account1', subaccount: 'account1' };
  private platform: Platform | undefined;

  constructor(private readonly options: PaperDeskOptions = {}) {
    const still = { postOnlyMs: 10, otherMs: 40, cancelMs: 10, responseMs: 5, jitterMedianMs: 0, jitterSigma: 0 };
    this.venue = new PluggedVenue({ clock: this.system.clock, source: this.market, engine: nadoEngineConfig(1, { latency: still, ...options.engine }), deposits: [{ subaccount: 'account1', amount: money(options.deposit ?? '10000') }] });
  }

  async start(): Promise<void> {
    await this.open();
    await this.join();
    await this.run(1_000);
  }

  /** A market, and a bot in the log; nobody trades yet. */
  async open(): Promise<void> {
    const { market } = this.system.platform('market-data');
    await this.venue.connect();
    await this.venue.subscribeMarket([ETH, SOL], (event) => { if (event.type === 'book') market.publish('book', event.book.instrument, event.book); });
    await this.write('operator', 'bot', 'bot1', { type: 'BotCreated', botId: 'bot1', portfolioId: 'portfolio1', accountId: 'account1', strategy: 'dn-pair', profiles: ['demo'], settings: {}, by: 'test' });
  }

  /** Execution recovers, and is live. */
  async join(): Promise<void> {
    await this.system.add('execution', (platform) => {
      this.platform = platform;
      return executionModule({ venue: this.options.before?.(this.venue) ?? this.venue, limits: { ...limits, ...this.options.limits }, retryTimer: new VirtualRetryTimer(platform.clock), accountOf: (accountId) => ({ accountId, subaccount: accountId }), ...(this.options.concern ? { concern: this.options.concern } : {}), ...(this.options.metrics ? { metrics: this.options.metrics } : {}) });
    });
  }

  async stop(): Promise<void> {
    await this.system.stop();
  }

  /** @throws what the in-memory bus has put into dead letters. */
  async run(ms: Ms): Promise<void> {
    await this.system.run(this.system.clock.now() + ms);
    const dead = await this.system.deadLetters.open();
    if (dead.length > 0) throw new Error(JSON.stringify(dead));
  }

  async write(writer: string, kind: string, id: Id, event: BallastEvent, lane = 'account1'): Promise<void> {
    await this.system.platform(writer).streams.execute(says(writer, kind), { partition: PARTITION, id }, event, { causationId: contentId(event.type, id), correlationId: id, lane });
  }

  async approve(approval: Approval = pair): Promise<void> {
    const notional = approval.legs[0]?.notional;
    await this.write('risk', 'exposure', 'portfolio1', { type: 'TradeApproved', ...approval, planHash: planHashOf(approval.planId, approval.legs), rules: [], bindingRule: 'none', grossBefore: notional, grossAfter: notional, planVolume: notional, validUntil: this.system.clock.now() + 30_000 } as unknown as TradeApproved);
  }

  async signalExit(tradeId = 'trade1'): Promise<void> {
    await this.write('strategy-dn-pair', 'signal', `exit-${tradeId}`, { type: 'SignalRaised', signalId: `exit-${tradeId}`, tradeId, botId: 'bot1', accountId: 'account1', portfolioId: 'portfolio1', purpose: 'EXIT', legs: [], slippageBpsMax: limits.slippageBpsMax, reason: 'held long enough', seen: [], validUntil: this.system.clock.now() + 1e6 } as BallastEvent);
  }

  async of<Type extends BallastEvent['type']>(type: Type): Promise<readonly Extract<BallastEvent, { readonly type: Type }>[]> {
    const events: BallastEvent[] = [];
    await this.system.store.read(PARTITION, { filters: [] }, (message) => { events.push(...(JSON.parse(new TextDecoder().decode(message.bytes)) as { events: BallastEvent[] }).events); });
    return events.filter((event): event is Extract<BallastEvent, { readonly type: Type }> => event.type === type);
  }

  async trade(id = 'trade1'): Promise<TradeState> {
    if (!this.platform) throw new Error('not started');
    return (await this.platform.streams.load(tradeDecider, { partition: PARTITION, id })).state;
  }

  async positions(): Promise<Readonly<Record<string, string>>> {
    const { positions } = await this.venue.accountState(this.account);
    return Object.fromEntries(positions.filter(({ quantity }) => !quantity.isZero()).map(({ instrument, quantity }) => [instrument, quantity.toString()]));
  }
}
