import type { EventStreams, Market } from '@ballast/bus';
import { type Clock, contentId, type Id, InvariantError, maxOf, minOf, type Money, type Ms, partitionOf, ZERO_MONEY } from '@ballast/domain';
import { type Check, type Flat, keptDistanceOf, type PendingTransfer, type Protection, protectionDecider, stalenessOf, type Unseen, widestTriggerOf } from '@ballast/protection';
import { type AccountState, perSecondOf, type VenueAccount, type VenueAdapter, venueAt } from '@ballast/venues';
import { AccountWatch, type Nearest } from './account-watch.js';
import type { FreeFunds } from './free-funds.js';
import type { Paced } from './paced.js';
import type { ProtectedBot } from './protected-bot.js';
import { modelOf, transferTermsOf } from './venue-rules.js';
import { WalletWatch } from './wallet-watch.js';

export interface GuardParts {
  readonly venue: VenueAdapter;
  readonly accountOf: (accountId: Id) => VenueAccount;
  readonly walletOf: (portfolioId: Id) => VenueAccount | undefined;
  /** Has the bot a position by the log, and when did that last change? */
  readonly inLog: (botId: Id) => { readonly open: boolean; readonly movedAt: Ms };
  readonly streams: EventStreams;
  readonly market: Market;
  readonly clock: Clock;
  readonly paced: Paced;
  readonly onFault: (bot: ProtectedBot, call: string, error: Error) => void;
  /** This call works again. */
  readonly onHealed: (bot: ProtectedBot, call: string) => void;
  /** Hears every judgement: where the position stands now. */
  readonly onJudged: (bot: ProtectedBot, nearest: Nearest | undefined) => void;
}

/** An account that did not answer is asked again after this. */
const RETRY_MS: Ms = 2_000;
/** A position whose account is silent for so long is judged by what it last said: the rules of age are the decider's (C-70). */
const PATIENCE_MS: Ms = 5_000;
const DANGER_REFRESH_MS: Ms = 10_000;
/** A position that nobody has seen for so long is told (C-70). */
const UNSEEN_MS: Ms = 2 * DANGER_REFRESH_MS;
/** Danger-zone checks are as urgent as deposits (C-64). */
const DANGER_PRIORITY = 2;

/** An account that was asked and has not answered. */
interface Asked {
  readonly since: Ms;
  readonly urgent: boolean;
}

/**
 * Judges protected positions: at every price that concerns one (C-61), at every reading of its account (W-22), and each second while it is in
 * danger. Whoever is nearest to liquidation is judged first, and one after the other, so that the wallet's last dollar is lent once.
 */
export class ProtectionGuard {
  readonly watch: AccountWatch;
  private readonly wallets: WalletWatch;
  private readonly counted = { calls: 0, judged: 0 };
  private readonly bots = new Map<Id, ProtectedBot>();
  private readonly followedSince = new Map<Id, Ms>();
  private readonly asking = new Map<Id, Asked>();
  private readonly notBefore = new Map<Id, Ms>();
  private readonly endangered = new Set<Id>();
  private queued = new Set<Id>();
  private running: Promise<void> | undefined;

  constructor(private readonly parts: GuardParts) {
    this.watch = new AccountWatch(parts.market, parts.clock);
    this.wallets = new WalletWatch({ ...parts, onAnswer: (bots, answer) => this.walletAnswered(bots, answer) });
    parts.market.on('price', (message) => {
      for (const botId of this.watch.concernedBy(message)) this.attend(botId);
    });
  }

  get funds(): FreeFunds {
    return this.wallets.funds;
  }

  /** Calls to the venue, and judgements, since the start. */
  counts(): { readonly calls: number; readonly judged: number } {
    return { calls: this.counted.calls + this.wallets.calls, judged: this.counted.judged };
  }

  /** Its account is read from now on, at once where `soon`. */
  follow(bot: ProtectedBot, soon: boolean): void {
    this.bots.set(bot.botId, bot);
    if (!this.followedSince.has(bot.botId)) this.followedSince.set(bot.botId, this.parts.clock.now());
    this.watch.follow(bot.botId, soon);
    if (soon) this.notBefore.delete(bot.botId);
  }

  forget(botId: Id): void {
    this.bots.delete(botId);
    this.followedSince.delete(botId);
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
      const urgent = this.isUrgent(botId);
      if (!this.mayAsk(botId, urgent) || (this.notBefore.get(botId) ?? 0) > now) continue;
      const isNext = urgent || !this.watch.seenOf(botId);
      if (!isNext) calm -= 1;
      if (isNext || calm >= 0) this.readAccount(botId);
    }
    for (const botId of this.watch.nearestFirst(this.endangered)) this.attend(botId);
    for (const botId of this.bots.keys()) if (this.unseenOf(botId)) this.judgeSoon(botId);
  }

  /** Why a transfer of which nothing has left would not be decided now; undefined where it still may leave. A deposit: that what it was for is gone. */
  faultOf(bot: ProtectedBot, { direction, reason }: PendingTransfer): string | undefined {
    if (direction === 'DEPOSIT') return this.isClosedSince(bot.botId) ? 'its position has been closed' : undefined;
    if (reason === 'FLAT') return this.parts.inLog(bot.botId).open ? 'a position has been opened' : undefined;
    const [settings, nearest] = [this.stateOf(bot.botId)?.configured?.settings, this.watch.nearestOf(bot.botId)];
    const check = nearest && this.check(bot, nearest, false);
    if (!settings || !check || stalenessOf(check, nearest.distance, settings, this.parts.clock.now())) return 'where its position stands is not known, or too old';
    return nearest.distance?.lt(keptDistanceOf(settings)) ? 'its position is not safe any more' : undefined;
  }

  /** By the log, since the bot acted last. */
  private isClosedSince(botId: Id): boolean {
    const { open, movedAt } = this.parts.inLog(botId);
    return !open && movedAt > (this.stateOf(botId)?.actedAt ?? Infinity);
  }

  /** Judges the bot now; first reads its account where that is older than the distance allows. */
  attend(botId: Id): void {
    const [state, seen, now] = [this.stateOf(botId), this.watch.seenOf(botId), this.parts.clock.now()];
    if (!state?.configured) return;
    const isOld = !seen || seen.state.time <= state.settledAt || now - seen.state.time > this.watch.intervalOf(botId);
    if (!isOld || state.transfer || (this.notBefore.get(botId) ?? 0) > now) return this.judgeSoon(botId);
    if (this.mayAsk(botId, this.isUrgent(botId))) this.readAccount(botId);
    if (now - (this.asking.get(botId)?.since ?? now) >= PATIENCE_MS) this.judgeSoon(botId);
  }

  /** In danger at its prices now; where its account was never read, it is whoever was in danger by the log. */
  private isUrgent(botId: Id): boolean {
    const [seen, state] = [this.watch.seenOf(botId), this.stateOf(botId)];
    if (!seen) return state?.held === true || state?.exhausted !== undefined;
    return this.endangered.has(botId) || Math.min(seen.refreshMs, this.watch.intervalOf(botId)) <= DANGER_REFRESH_MS;
  }

  /** Once, and once more where it has become urgent since. */
  private mayAsk(botId: Id, urgent: boolean): boolean {
    const asked = this.asking.get(botId);
    return !asked || (urgent && !asked.urgent);
  }

  private judgeSoon(botId: Id): void {
    void this.parts.paced.work(() => this.inTurn(botId));
  }

  private readAccount(botId: Id): void {
    const bot = this.bots.get(botId);
    if (!bot) return;
    const urgent = this.isUrgent(botId);
    const venue = urgent ? venueAt(this.parts.venue, DANGER_PRIORITY) : this.parts.venue;
    const asked: Asked = { since: this.asking.get(botId)?.since ?? this.parts.clock.now(), urgent };
    this.asking.set(botId, asked);
    this.counted.calls += 1;
    void this.parts.paced.turn(() => venue.accountState(this.parts.accountOf(bot.accountId)), (answer) => {
      if (this.asking.get(botId) === asked) this.asking.delete(botId);
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
      this.parts.onHealed(bot, 'accountState');
      this.watch.read(bot.botId, answer, state);
    }
  }

  /** One judgement after the other, the nearest to liquidation first. */
  private inTurn(botId: Id): Promise<void> {
    this.queued.add(botId);
    this.running ??= this.judgeAll();
    return this.running;
  }

  /** Ends in the very step in which nobody is queued: whoever comes next begins anew. */
  private async judgeAll(): Promise<void> {
    try {
      while (this.queued.size > 0) {
        const batch = this.watch.nearestFirst(this.queued);
        this.queued = new Set();
        for (const botId of batch) await this.judge(botId);
      }
    } finally {
      this.running = undefined;
    }
  }

  private async judge(botId: Id): Promise<void> {
    const [bot, state, seen] = [this.bots.get(botId), this.stateOf(botId), this.watch.seenOf(botId)];
    if (!bot || !state?.configured) return;
    const unseen = this.unseenOf(botId);
    if (unseen) return this.decide(bot, unseen);
    if (!seen) return;
    const nearest = this.watch.nearestOf(botId);
    const inDanger = nearest?.distance?.lt(widestTriggerOf(state.configured.settings)) ?? false;
    if (inDanger) this.endangered.add(botId);
    else this.endangered.delete(botId);
    this.parts.onJudged(bot, nearest);
    if (this.watch.positionsOf(botId).length === 0) return (state.held || state.stale) && this.isFlatInLog(botId, seen.state.time) ? this.decide(bot, this.flat(seen.state)) : undefined;
    if (!nearest || (inDanger && !state.transfer && this.wallets.holdsUp(bot))) return undefined;
    const check = this.check(bot, nearest, inDanger);
    return check && this.decide(bot, check);
  }

  /** Where the log has a position, or had one since the account was read, nothing of what protects it goes back. */
  private isFlatInLog(botId: Id, time: Ms): boolean {
    const { open, movedAt } = this.parts.inLog(botId);
    return !open && time >= movedAt;
  }

  /** Where nothing has told for two refreshes how a position of the log stands, and nobody has said so. */
  private unseenOf(botId: Id): Unseen | undefined {
    const [state, seen, { open, movedAt }, now] = [this.stateOf(botId), this.watch.seenOf(botId), this.parts.inLog(botId), this.parts.clock.now()];
    const since = Math.max(this.followedSince.get(botId) ?? now, movedAt);
    if (!open || now < since + UNSEEN_MS || !state?.configured?.settings.enabled || state.stale) return undefined;
    const hasPosition = seen !== undefined && this.watch.positionsOf(botId).length > 0;
    const what = hasPosition ? (this.watch.nearestOf(botId) ? undefined : 'PRICE') : !seen || seen.state.time < movedAt ? 'STATE' : undefined;
    return what && { type: 'Unseen', what, since, stateTime: seen?.state.time ?? 0, priceTime: 0 };
  }

  private flat({ time, collateral, initialMarginHealth }: AccountState): Flat | undefined {
    const terms = this.parts.venue.collateral?.terms;
    return terms && { type: 'Flat', state: { time, withdrawable: maxOf(minOf(collateral, initialMarginHealth), ZERO_MONEY) }, venue: { ...transferTermsOf(terms), open: true } };
  }

  private check({ botId, portfolioId }: ProtectedBot, { position, price, priceTime }: Nearest, inDanger: boolean): Check | undefined {
    const doubts = this.stateOf(botId)?.doubtful?.map(({ transferId }) => transferId) ?? [];
    const [seen, terms, rules, funds] = [this.watch.seenOf(botId), this.parts.venue.collateral?.terms, this.parts.market.latest('instrument', position.instrument), inDanger ? this.wallets.free(portfolioId, doubts) : this.funds.available(portfolioId)];
    if (!seen || !terms || !rules) return undefined;
    const volatility = this.watch.volatilityOf(position.instrument);
    return {
      type: 'Check', price, priceTime, state: { time: seen.state.time, refreshMs: seen.refreshMs, position }, model: modelOf(rules), lotSize: rules.lotSize, freeFunds: funds ?? ZERO_MONEY,
      others: this.watch.othersOf(botId, position), venue: { ...transferTermsOf(terms), open: true }, ...(volatility ? { volatility } : {}),
    };
  }

  private async decide(bot: ProtectedBot, command: Check | Flat | Unseen | undefined): Promise<void> {
    if (!command) return;
    const { botId, accountId, portfolioId } = bot;
    const cause = { causationId: command.type === 'Unseen' ? contentId('protection', botId, command.type, command.since, command.stateTime) : contentId('protection', botId, command.type, command.state.time, command.type === 'Check' ? command.priceTime : 0), correlationId: botId, lane: accountId };
    this.counted.judged += 1;
    try {
      await this.parts.streams.execute(protectionDecider, { partition: partitionOf(portfolioId), id: botId }, command, cause);
      this.parts.onHealed(bot, 'decide');
    } catch (error) {
      if (error instanceof InvariantError || !(error instanceof Error)) throw error;
      this.parts.onFault(bot, 'decide', error);
    }
  }

  /** They waited for their wallet. */
  private async walletAnswered(bots: readonly ProtectedBot[], answer: Money | Error): Promise<void> {
    for (const bot of bots) {
      if (answer instanceof Error) this.parts.onFault(bot, 'freeFunds', answer);
      else this.parts.onHealed(bot, 'freeFunds');
      this.queued.add(bot.botId);
    }
    const [first] = bots;
    if (first) await this.inTurn(first.botId);
  }

  private stateOf(botId: Id): Protection | undefined {
    const bot = this.bots.get(botId);
    return bot && this.parts.streams.held(protectionDecider, { partition: partitionOf(bot.portfolioId), id: botId })?.state;
  }
}
