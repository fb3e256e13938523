import type { EventStreams, Market } from '@ballast/bus';
import { type Clock, contentId, type Id, InvariantError, maxOf, minOf, type Money, type Ms, partitionOf, ZERO_MONEY } from '@ballast/domain';
import { type Check, type Flat, type Protection, protectionDecider, refreshIntervalOf, widestTriggerOf } from '@ballast/protection';
import { type AccountState, perSecondOf, type VenueAccount, type VenueAdapter, venueAt } from '@ballast/venues';
import { AccountWatch, type Nearest } from './account-watch.js';
import { FreeFunds } from './free-funds.js';
import type { Paced } from './paced.js';
import type { ProtectedBot } from './transfer-lane.js';
import { modelOf, transferTermsOf } from './venue-rules.js';

export interface GuardParts {
  readonly venue: VenueAdapter;
  readonly accountOf: (accountId: Id) => VenueAccount;
  readonly walletOf: (portfolioId: Id) => VenueAccount | undefined;
  readonly streams: EventStreams;
  readonly market: Market;
  readonly clock: Clock;
  readonly paced: Paced;
  readonly onFault: (bot: ProtectedBot, call: string, error: Error) => void;
  /** Hears every judgement: where the position stands now. */
  readonly onJudged: (bot: ProtectedBot, nearest: Nearest | undefined) => void;
}

/** An account or a wallet that did not answer is asked again after this. */
const RETRY_MS: Ms = 2_000;
/** In danger, the wallet's balance is no older than this. */
const WALLET_AGE_MS: Ms = 10_000;
const DANGER_REFRESH_MS: Ms = 10_000;
/** Danger-zone checks are as urgent as deposits (C-64). */
const DANGER_PRIORITY = 2;

/**
 * Judges protected positions: at every price that concerns one (C-61), at every reading of its account (W-22), and each second while it is in
 * danger. Whoever is nearest to liquidation is judged first, and one after the other, so that the wallet's last dollar is lent once.
 */
export class ProtectionGuard {
  readonly watch: AccountWatch;
  readonly funds = new FreeFunds();
  /** Calls to the venue, and judgements, since the start. */
  readonly counted = { calls: 0, judged: 0 };
  private readonly bots = new Map<Id, ProtectedBot>();
  private readonly asking = new Set<Id>();
  private readonly notBefore = new Map<Id, Ms>();
  private readonly endangered = new Set<Id>();
  /** Bots that wait for a wallet's answer. */
  private readonly waiting = new Set<Id>();
  private queued = new Set<Id>();
  private running: Promise<void> | undefined;

  constructor(private readonly parts: GuardParts) {
    this.watch = new AccountWatch(parts.market, parts.clock);
    parts.market.on('price', (message) => {
      for (const botId of this.watch.concernedBy(message)) this.attend(botId);
    });
  }

  /** Its account is read from now on, at once where `soon`. */
  follow(bot: ProtectedBot, soon: boolean): void {
    this.bots.set(bot.botId, bot);
    this.watch.follow(bot.botId, soon);
    if (soon) this.notBefore.delete(bot.botId);
  }

  forget(botId: Id): void {
    this.bots.delete(botId);
    this.endangered.delete(botId);
    this.watch.forget(botId);
  }

  /** Settings, or what is deposited, have changed. */
  changed(botId: Id): void {
    const state = this.stateOf(botId);
    if (state) this.watch.watch(botId, state);
  }

  /** Once a second: reads the accounts whose time has come, those in danger first and all of them, the others a few at a time (R83), and judges who is in danger. */
  tick(): void {
    const now = this.parts.clock.now();
    let calm = perSecondOf(this.watch.size);
    for (const botId of this.watch.dueAt(now)) {
      if (this.asking.has(botId) || (this.notBefore.get(botId) ?? 0) > now) continue;
      const urgent = this.endangered.has(botId) || (this.watch.seenOf(botId)?.refreshMs ?? 0) <= DANGER_REFRESH_MS;
      if (!urgent) calm -= 1;
      if (urgent || calm >= 0) this.readAccount(botId);
    }
    for (const botId of this.endangered) this.attend(botId);
  }

  /** Judges the bot now; first reads its account where that is older than the distance allows. */
  attend(botId: Id): void {
    const [state, seen, now] = [this.stateOf(botId), this.watch.seenOf(botId), this.parts.clock.now()];
    if (!state?.configured || this.asking.has(botId)) return;
    if (state.transfer) return this.judgeSoon(botId);
    const isOld = !seen || seen.state.time <= state.settledAt || now - seen.state.time > refreshIntervalOf(this.watch.nearestOf(botId)?.distance);
    if (isOld && (this.notBefore.get(botId) ?? 0) <= now) this.readAccount(botId);
    else this.judgeSoon(botId);
  }

  private judgeSoon(botId: Id): void {
    void this.parts.paced.work(() => this.inTurn(botId));
  }

  private readAccount(botId: Id): void {
    const bot = this.bots.get(botId);
    if (!bot) return;
    const distance = this.watch.nearestOf(botId)?.distance;
    const venue = refreshIntervalOf(distance) <= DANGER_REFRESH_MS || this.endangered.has(botId) ? venueAt(this.parts.venue, DANGER_PRIORITY) : this.parts.venue;
    this.asking.add(botId);
    this.counted.calls += 1;
    void this.parts.paced.turn(() => venue.accountState(this.parts.accountOf(bot.accountId)), (answer) => {
      this.asking.delete(botId);
      this.answered(bot, answer);
      return this.inTurn(botId);
    });
  }

  private answered(bot: ProtectedBot, answer: AccountState | Error): void {
    const retryAt = this.parts.clock.now() + RETRY_MS;
    const state = this.stateOf(bot.botId);
    if (!this.bots.has(bot.botId)) return;
    if (answer instanceof Error) {
      this.notBefore.set(bot.botId, retryAt);
      this.watch.missed(bot.botId, retryAt);
      this.parts.onFault(bot, 'accountState', answer);
    } else if (state) {
      this.notBefore.delete(bot.botId);
      this.watch.read(bot.botId, answer, state);
    }
  }

  /** One judgement after the other, the nearest to liquidation first. */
  private inTurn(botId: Id): Promise<void> {
    this.queued.add(botId);
    this.running ??= this.judgeAll().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async judgeAll(): Promise<void> {
    while (this.queued.size > 0) {
      const batch = [...this.queued].map((botId) => ({ botId, distance: this.watch.nearestOf(botId)?.distance }));
      this.queued = new Set();
      for (const { botId } of batch.sort((a, b) => (a.distance && b.distance ? a.distance.comparedTo(b.distance) : a.distance ? -1 : 1))) await this.judge(botId);
    }
  }

  private async judge(botId: Id): Promise<void> {
    const [bot, state, seen] = [this.bots.get(botId), this.stateOf(botId), this.watch.seenOf(botId)];
    if (!bot || !state?.configured || !seen) return;
    const nearest = this.watch.nearestOf(botId);
    const inDanger = nearest?.distance?.lt(widestTriggerOf(state.configured.settings)) ?? false;
    if (inDanger) this.endangered.add(botId);
    else this.endangered.delete(botId);
    this.parts.onJudged(bot, nearest);
    if (this.watch.positionsOf(botId).length === 0) return state.held || state.stale ? this.decide(bot, this.flat(seen.state)) : undefined;
    if (!nearest || (inDanger && !state.transfer && this.asksWallet(bot))) return undefined;
    const check = this.check(bot, nearest);
    return check && this.decide(bot, check);
  }

  private flat({ time, collateral, initialMarginHealth }: AccountState): Flat | undefined {
    const terms = this.parts.venue.collateral?.terms;
    return terms && { type: 'Flat', state: { time, withdrawable: maxOf(minOf(collateral, initialMarginHealth), ZERO_MONEY) }, venue: { ...transferTermsOf(terms), open: true } };
  }

  private check({ botId, portfolioId }: ProtectedBot, { position, price, priceTime }: Nearest): Check | undefined {
    const [seen, terms, rules, funds] = [this.watch.seenOf(botId), this.parts.venue.collateral?.terms, this.parts.market.latest('instrument', position.instrument), this.funds.available(portfolioId)];
    if (!seen || !terms || !rules) return undefined;
    const volatility = this.watch.volatilityOf(position.instrument);
    return {
      type: 'Check', price, priceTime, state: { time: seen.state.time, refreshMs: seen.refreshMs, position }, model: modelOf(rules), lotSize: rules.lotSize, freeFunds: funds ?? ZERO_MONEY,
      venue: { ...transferTermsOf(terms), open: true }, ...(volatility ? { volatility } : {}),
    };
  }

  private async decide(bot: ProtectedBot, command: Check | Flat | undefined): Promise<void> {
    if (!command) return;
    const { botId, accountId, portfolioId } = bot;
    const cause = { causationId: contentId('protection', botId, command.type, command.state.time, command.type === 'Check' ? command.priceTime : 0), correlationId: botId, lane: accountId };
    this.counted.judged += 1;
    try {
      await this.parts.streams.execute(protectionDecider, { partition: partitionOf(portfolioId), id: botId }, command, cause);
    } catch (error) {
      if (error instanceof InvariantError || !(error instanceof Error)) throw error;
      this.parts.onFault(bot, 'decide', error);
    }
  }

  /** True where the wallet is being asked first: the bot is judged when it has answered. One that does not answer is judged by its last balance. */
  private asksWallet({ botId, portfolioId }: ProtectedBot): boolean {
    const key = `wallet ${portfolioId}`;
    const [wallet, port, now] = [this.parts.walletOf(portfolioId), venueAt(this.parts.venue, DANGER_PRIORITY).collateral, this.parts.clock.now()];
    if (!wallet || !port) return false;
    if ((this.notBefore.get(key) ?? 0) > now) return this.funds.available(portfolioId) === undefined;
    if (this.asking.has(key)) {
      this.waiting.add(botId);
      return true;
    }
    this.asking.add(key);
    this.waiting.add(botId);
    this.counted.calls += 1;
    const turn = this.funds.begin();
    void this.parts.paced.turn(() => port.freeFunds(wallet), (answer) => this.walletAnswered(portfolioId, answer, turn));
    return true;
  }

  private async walletAnswered(portfolioId: Id, answer: Money | Error, turn: number): Promise<void> {
    const key = `wallet ${portfolioId}`;
    this.asking.delete(key);
    this.notBefore.set(key, this.parts.clock.now() + (answer instanceof Error ? RETRY_MS : WALLET_AGE_MS));
    if (!(answer instanceof Error)) this.funds.read(portfolioId, answer, turn);
    const waiting = [...this.waiting].flatMap((botId) => this.bots.get(botId) ?? []).filter((bot) => bot.portfolioId === portfolioId);
    for (const bot of waiting) {
      this.waiting.delete(bot.botId);
      if (answer instanceof Error) this.parts.onFault(bot, 'freeFunds', answer);
      this.queued.add(bot.botId);
    }
    const [first] = waiting;
    if (first) await this.inTurn(first.botId);
  }

  private stateOf(botId: Id): Protection | undefined {
    const bot = this.bots.get(botId);
    return bot && this.parts.streams.held(protectionDecider, { partition: partitionOf(bot.portfolioId), id: botId })?.state;
  }
}
