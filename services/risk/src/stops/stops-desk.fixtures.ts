import { type Concern, MemorySystem, type Platform } from '@ballast/bus';
import { type Decider, type Id, money, type Ms, notional, partitionOf, price, quantity, ratio, type Side, signedQuantity } from '@ballast/domain';
import type { BallastEvent, TradeClosed } from '@ballast/events';
import { DEMO, type PolicyProfile, PROFILES, type StopLimits } from '@ballast/policy';
import { riskModule } from '../risk.module.js';
import { stopsDecider } from './stops.decider.js';
import { MONDAY } from './stops.fixtures.js';
import type { ResumeStops } from './stops.types.js';

const PARTITION = partitionOf('p1');
const HOUR_MS: Ms = 3_600_000;

/** Every stop of the plans at once (R111, R54, W-5). */
export const ALL_STOPS: StopLimits = { scope: 'PORTFOLIO', dailyLossRatio: ratio('0.15'), dailyLossMax: notional('100000'), weeklyLossRatio: ratio('0.3'), consecutiveLosses: 3, drawdownReduceRatio: ratio('0.1'), drawdownHaltRatio: ratio('0.25') };
export const profileOf = (stops: StopLimits): PolicyProfile => ({ ...DEMO, name: 'stopped', stops });

/** Risk alone on the in-memory bus; whatever else there is is written as its service would. One bot, one account of $2,000. */
export class StopsDesk {
  readonly system = new MemorySystem(MONDAY + HOUR_MS);
  /** What risk says a person should look at. */
  readonly concerns = new Map<string, string>();
  private written = 0;
  private risk: Platform | undefined;

  static async start(stops: StopLimits = ALL_STOPS, dayBoundaryMs: Ms = 0): Promise<StopsDesk> {
    const desk = new StopsDesk();
    await desk.again(stops, dayBoundaryMs);
    await desk.bot('b1', 'a1');
    await desk.funded('2000');
    await desk.worth('2000');
    return desk;
  }

  /** Risk is started (again), and finds what the log has. */
  async again(stops: StopLimits, dayBoundaryMs: Ms = 0): Promise<void> {
    await this.system.stop();
    const concern: Concern = (check, detail) => (detail === undefined ? this.concerns.delete(check) : this.concerns.set(check, detail));
    await this.system.add('risk', (platform) => {
      this.risk = platform;
      return riskModule({ profiles: new Map([...PROFILES, ['stopped', profileOf(stops)]]), dayBoundaryMs, concern });
    });
    await this.run(1);
  }

  /** The store answers risk's next decision with this, as one does that is away. */
  failNext(error: Error): void {
    const streams = this.risk?.streams;
    if (!streams) throw new Error('risk is not there');
    const execute = streams.execute.bind(streams);
    streams.execute = () => {
      streams.execute = execute;
      return Promise.reject(error);
    };
  }

  get now(): Ms {
    return this.system.clock.now();
  }

  async bot(botId: Id, accountId: Id): Promise<void> {
    await this.wrote('operator', 'bot', botId, { type: 'BotCreated', botId, portfolioId: 'p1', accountId, strategy: 'dn-pair', profiles: ['stopped'], settings: {}, by: 'test' });
  }

  /** The venue's own word on an account without positions, or with this mark of the one that there is. */
  async worth(equity: string, { accountId = 'a1', botId = 'b1', mark }: { readonly accountId?: Id; readonly botId?: Id; readonly mark?: string } = {}): Promise<void> {
    const amount = money(equity);
    const marks = mark === undefined ? [] : [{ instrument: 'SOL-PERP', markPrice: price(mark), oraclePrice: price(mark) }];
    await this.wrote('collateral', 'equity', accountId, { type: 'EquityObserved', accountId, portfolioId: 'p1', botId, trigger: 'INTERVAL', collateral: amount, eligibleCollateral: amount, equity: amount, initialMarginHealth: amount, maintenanceMarginHealth: amount, grossNotional: notional('0'), accountLeverage: ratio('0'), marks, positions: [], venueTime: this.now });
  }

  async funded(amount: string, accountId: Id = 'a1'): Promise<void> {
    await this.wrote('collateral', 'ledger', 'p1', { type: 'AccountFunded', accountId, portfolioId: 'p1', transferId: `t${this.written}`, amount: money(amount), balance: money(amount), venueTime: this.now });
  }

  async filled(side: Side, size: string, at: string, { position, realised = '0' }: { readonly position: string; readonly realised?: string }): Promise<void> {
    const held = signedQuantity(position);
    const common = { accountId: 'a1', instrument: 'SOL-PERP', fillId: `f${this.written}`, tradeId: 't1', side, quantity: quantity(size), price: price(at), fee: money('0'), position: held, realisedPnl: money(realised), venueTime: this.now };
    await this.wrote('execution', 'position', 'a1-SOL-PERP', held.isZero() ? { type: 'PositionClosed', ...common } : { type: 'PositionOpened', ...common, entryPrice: price(at) });
  }

  /** A round that brought this much, after fees. */
  async closed(net: string, { outcome = 'COMPLETED', tradeId = `trade${this.written}` }: { readonly outcome?: TradeClosed['outcome']; readonly tradeId?: Id } = {}): Promise<void> {
    await this.wrote('execution', 'trade', tradeId, { type: 'TradeClosed', tradeId, botId: 'b1', accountId: 'a1', portfolioId: 'p1', planId: 'plan', signalId: 'signal', outcome, legs: [], planVolume: notional('100'), turnover: notional('400'), realisedPnl: money(net), fees: money('0'), nakedNotionalSeconds: notional('0'), reason: 'done' });
  }

  /** `markAgeMs`: of the mark by itself, where it has a time of its own. */
  async marked(at: string, ageMs: Ms = 0, markAgeMs?: Ms): Promise<void> {
    this.system.platform('market-data').market.publish('price', 'SOL-PERP', { instrument: 'SOL-PERP', markPrice: price(at), oraclePrice: price(at), time: this.now - ageMs, ...(markAgeMs === undefined ? {} : { markTime: this.now - markAgeMs }) });
    await this.system.work.idle();
  }

  async person(user: string, verb: 'halt' | 'resume', reason?: string): Promise<unknown> {
    this.written += 1;
    return this.system.command({ user, service: 'risk', partition: PARTITION }, verb, { portfolioId: 'p1', scope: 'PORTFOLIO', scopeId: 'p1', ...(reason === undefined ? {} : { reason }) }, `key-${this.written}`);
  }

  /** What a process has appended that died before the trading state followed. */
  async resumedInTheLogAlone(): Promise<void> {
    const command: ResumeStops = { type: 'ResumeStops', portfolioId: 'p1', scope: 'PORTFOLIO', scopeId: 'p1', equity: money('2000'), result: money('0'), reason: 'looked', by: 'approver' };
    const done = this.system.platform('risk').streams.execute(stopsDecider, { partition: PARTITION, id: 'p1' }, command, { causationId: 'died', correlationId: 'p1', lane: 'p1' });
    await this.system.work.idle();
    await done;
    await this.run(1);
  }

  async ask(name: string): Promise<Record<string, unknown>> {
    const reply = this.system.requestsOf('cli').query('risk', PARTITION, name, { portfolioId: 'p1' });
    await this.system.work.idle();
    const answered = await reply;
    if (!answered.ok) throw new Error(answered.error);
    return answered.data as Record<string, unknown>;
  }

  async state(): Promise<unknown> {
    return (await this.ask('trading-state'))['state'];
  }

  async events<Type extends BallastEvent['type']>(type: Type): Promise<readonly Extract<BallastEvent, { readonly type: Type }>[]> {
    const found: BallastEvent[] = [];
    await this.system.store.read(PARTITION, { filters: [] }, ({ bytes }) => found.push(...(JSON.parse(new TextDecoder().decode(bytes)) as { readonly events: BallastEvent[] }).events));
    return found.filter((event): event is Extract<BallastEvent, { readonly type: Type }> => event.type === type);
  }

  /** @throws what the bus has put into dead letters. */
  async run(ms: Ms): Promise<void> {
    await this.system.run(this.now + ms);
    const dead = await this.system.deadLetters.open();
    if (dead.length > 0) throw new Error(JSON.stringify(dead));
  }

  async wrote(writer: string, kind: string, id: Id, event: BallastEvent): Promise<void> {
    this.written += 1;
    const decider: Decider<number, BallastEvent, BallastEvent> = { kind, writer, initial: 0, decide: (_state, command) => [command], evolve: (state) => state + 1 };
    const done = this.system.platform(writer).streams.execute(decider, { partition: PARTITION, id }, event, { causationId: `cause-${this.written}`, correlationId: id, lane: 'a1' });
    await this.system.work.idle();
    await done;
    await this.run(1);
  }
}
