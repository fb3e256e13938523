import type { Cause, EventStreams, Execution, Runtime } from '@ballast/bus';
import { addMoney, contentId, type Disarm, type Id, InvariantError, type Money, type Ms, partitionOf } from '@ballast/domain';
import { ContractError } from '@ballast/events';
import { PROFILES } from '@ballast/policy';
import { GIVEN_UP, type Protection, protectionDecider, type ProtectionEvent, settingsFaults } from '@ballast/protection';
import { reachableRefreshMs } from '@ballast/venues';
import type { ObserverPorts } from '../account/observer.js';
import type { CollateralOptions } from '../collateral.options.js';
import { zonesOf } from './account-watch.js';
import { BotsFold, type BotView } from './bots.projection.js';
import { depositedAt } from './deposited-at.js';
import { type Fit, fitOf, instrumentsOf, limitsOf, nearestDistances, settingsAsked } from './enabling.js';
import { CallFaults, TRANSFER_CALLS } from './call-faults.js';
import { ProtectionGuard } from './guard.js';
import { ProtectionHistory } from './history.projection.js';
import { Paced } from './paced.js';
import type { ConfigureProtection } from './protection.requests.js';
import { ProtectionShow } from './show.js';
import type { ProtectedBot } from './protected-bot.js';
import { TransferLane } from './transfer-lane.js';
import { transferTermsOf } from './venue-rules.js';

export interface ProtectionPorts extends ObserverPorts {
  readonly streams: EventStreams;
  readonly runtime: Runtime;
}

/** What a person asked for is not possible, with the reason. */
export class ProtectionRefusal extends Error {
  override readonly name = 'ProtectionRefusal';
}

const TICK_MS: Ms = 1_000;
const STATS_MS: Ms = 60_000;
const REFRESH_TOLD_MS: Ms = 10_000;

/** Elastic collateral of every bot (R61): follows what happens to them, has their positions judged and their transfers carried out. */
export class Protections {
  readonly bots = new BotsFold();
  readonly history = new ProtectionHistory();
  readonly guard: ProtectionGuard;
  private readonly lane: TransferLane | undefined;
  private readonly show: ProtectionShow;
  private readonly paced: Paced;
  private readonly faults = new CallFaults();
  private readonly done = { deposits: 0, withdrawals: 0 };
  /** Bots with a transfer without an outcome. */
  private readonly pending = new Map<Id, ProtectedBot>();
  private onMoved: (accountId: Id) => void = () => undefined;
  private ticking: Disarm | undefined;
  private statsAt = 0;
  private refreshToldAt = 0;
  private stopped = false;

  constructor(private readonly options: CollateralOptions, private readonly ports: ProtectionPorts) {
    const { streams, market, clock, pacer, runtime } = ports;
    const { venue, accountOf, metrics, say } = options;
    const paced = new Paced({ clock, pacer });
    this.paced = paced;
    const onFault = (bot: ProtectedBot, call: string, error: Error): void => this.fail(bot, call, error);
    this.show = new ProtectionShow({ metrics, say });
    this.guard = new ProtectionGuard({ venue, accountOf, walletOf: (portfolioId) => this.walletOf(portfolioId), inLog: (botId) => this.inLog(botId), streams, market, clock, paced, onFault, onHealed: ({ botId }, call) => this.faults.healed(botId, [call]), onJudged: (bot, nearest) => this.show.judged(bot.botId, nearest, this.stateOf(bot)) });
    this.lane = venue.collateral && new TransferLane({ port: venue.collateral, streams, clock, paced, endsOf: (bot, wallet) => this.endsOf(bot, wallet), faultOf: (bot, transfer) => this.guard.faultOf(bot, transfer), onFault });
    streams.own(protectionDecider, { onDecided: (_, execution) => this.decided(execution) });
    runtime.project(this.bots);
    runtime.project(this.history);
    runtime.onRecovered(() => this.start());
    runtime.onStop(() => this.stop());
  }

  /** Hears of every account that a transfer has reached or left. */
  whenMoved(listen: (accountId: Id) => void): void {
    this.onMoved = listen;
  }

  /** What of the account's money was protection at this time, for its equity. */
  depositedAt(accountId: Id, venueTime: Ms): Money | 'UNSETTLED' | undefined {
    const bot = this.bots.ofAccount(accountId);
    const state = bot && this.heldOf(bot);
    return state && depositedAt(state, venueTime, (doubt, time) => this.lane?.hadNotMoved(doubt, time) ?? false);
  }

  /** @throws ContractError naming every setting at fault, what was found and what is allowed; ProtectionRefusal where none could help */
  async configure(asked: ConfigureProtection, by: string, key: Id): Promise<Protection> {
    const bot = this.botOf(asked.botId);
    if (bot.deleted) throw new ProtectionRefusal(`bot ${bot.botId}: found that it is deleted, allowed is a bot that there still is`);
    const { collateral } = this.options.venue;
    const wallet = this.walletOf(bot.portfolioId);
    if (!collateral || !wallet) throw new ProtectionRefusal(`portfolio ${bot.portfolioId}: found no wallet, allowed is one that its bots' venue moves collateral from (COLLATERAL_WALLETS)`);
    if (this.bots.ofAccount(wallet.accountId)) throw new ProtectionRefusal(`portfolio ${bot.portfolioId}: found the wallet ${wallet.accountId}, which is a bot's account, allowed is one of its own (COLLATERAL_WALLETS)`);
    const limits = limitsOf(bot, this.options.profiles ?? PROFILES);
    const instruments = instrumentsOf(bot, this.ports.market);
    if (!limits || instruments.length === 0) throw new ProtectionRefusal(`bot ${bot.botId}: found ${limits ? 'no instrument in its settings whose terms are known' : 'a profile that this service does not know, or not with the rung of its portfolio'}: its distance to liquidation can't be told`);
    const settings = settingsAsked(asked, this.heldOf(bot)?.configured?.settings, limits.positionMax);
    const facts = { initialDistances: nearestDistances(instruments, limits.leverage), terms: transferTermsOf(collateral.terms) };
    const faults = settingsFaults(settings, facts);
    if (faults.length > 0) throw new ContractError('liquidation protection', Object.fromEntries(faults.map(({ field, text }) => [field, text])));
    const { botId, accountId, portfolioId } = bot;
    const { state } = await this.ports.streams.execute(protectionDecider, placeOf(bot), { type: 'Configure', botId, accountId, portfolioId, settings, by, ...facts }, commandOf(bot, key));
    return state;
  }

  /** No deposits from now on (C-65): asks for nothing but what the log has, so that it works with the market and the profiles away. */
  async pause(botId: Id, by: string, key: Id): Promise<Protection> {
    const { configured } = this.stateOf(this.botOf(botId));
    if (!configured) throw new ProtectionRefusal(`bot ${botId}: found no protection, allowed is to pause one that was set`);
    const { collateral } = this.options.venue;
    if (!configured.settings.enabled || !collateral) return this.stateOf(configured);
    const { settings, revision: _revision, initialDistances = {}, ...bot } = configured;
    const command = { type: 'Configure', ...bot, settings: { ...settings, enabled: false }, by, initialDistances, terms: transferTermsOf(collateral.terms) } as const;
    return (await this.ports.streams.execute(protectionDecider, placeOf(bot), command, commandOf(bot, key))).state;
  }

  /** @throws ProtectionRefusal */
  botOf(botId: Id): BotView {
    const bot = this.bots.state.bots.get(botId);
    if (!bot) throw new ProtectionRefusal(`bot ${botId}: found no bot of this name`);
    return bot;
  }

  stateOf(bot: ProtectedBot): Protection {
    return this.heldOf(bot) ?? protectionDecider.initial;
  }

  /** Whether its settings fit what the bot trades now. */
  fitOf(bot: BotView): Fit | undefined {
    const { venue: { collateral }, profiles = PROFILES } = this.options;
    return collateral && fitOf(bot, this.stateOf(bot), { market: this.ports.market, profiles, terms: transferTermsOf(collateral.terms) });
  }

  /** Why the bot's account or its transfer is behind; '' where nothing is. */
  faultOf(botId: Id): string {
    return this.faults.of(botId);
  }

  private heldOf(bot: ProtectedBot): Protection | undefined {
    return this.ports.streams.held(protectionDecider, placeOf(bot))?.state;
  }

  private walletOf(portfolioId: Id): ReturnType<NonNullable<CollateralOptions['walletOf']>> {
    return this.options.walletOf?.(portfolioId);
  }

  private inLog(botId: Id): { readonly open: boolean; readonly movedAt: Ms } {
    const { open, movedAt = 0 } = this.bots.state.bots.get(botId) ?? {};
    return { open: (open?.size ?? 0) > 0, movedAt };
  }

  private endsOf({ portfolioId, accountId }: ProtectedBot, walletId?: Id): ReturnType<ConstructorParameters<typeof TransferLane>[0]['endsOf']> {
    const wallet = walletId === undefined ? this.walletOf(portfolioId) : this.options.accountOf(walletId);
    return wallet && { wallet, account: this.options.accountOf(accountId) };
  }

  /** An intent without an outcome is unknown: it is looked up first. */
  private start(): Promise<void> {
    for (const { state } of this.ports.streams.owned(protectionDecider).values()) {
      if (!state.configured) continue;
      const { configured, transfer, doubtful = [] } = state;
      this.keepPending(configured, state);
      for (const open of transfer ? [transfer, ...doubtful] : doubtful) if (open.direction === 'DEPOSIT') this.guard.funds.claim(configured.portfolioId, open.transferId, addMoney(open.amount, open.fee));
      this.arm();
      this.follow(configured.botId, true);
    }
    return Promise.resolve();
  }

  private stop(): Promise<void> {
    this.stopped = true;
    this.ticking?.();
    this.lane?.stop();
    return Promise.resolve();
  }

  private arm(): void {
    if (this.ticking || this.stopped) return;
    const now = this.ports.clock.now();
    this.ticking = this.ports.clock.at((Math.floor(now / TICK_MS) + 1) * TICK_MS, () => {
      this.ticking = undefined;
      if (this.stopped) return;
      this.arm();
      this.tick();
    });
  }

  private tick(): void {
    for (const botId of this.bots.takeTouched()) this.follow(botId, true);
    for (const bot of this.pending.values()) this.lane?.add(bot);
    this.guard.tick();
    const now = this.ports.clock.now();
    if (now >= this.refreshToldAt + REFRESH_TOLD_MS) this.tellRefresh(now);
    if (now < this.statsAt + STATS_MS) return;
    this.statsAt = now;
    this.show.stats({ checked: this.guard.counts().judged, deposits: this.done.deposits, withdrawals: this.done.withdrawals, calls: this.guard.counts().calls });
  }

  /** How often the budget lets the accounts of each zone be read (C-61). */
  private tellRefresh(now: Ms): void {
    this.refreshToldAt = now;
    const { budget } = this.options;
    budget?.watch.refresh(reachableRefreshMs(zonesOf(this.guard.watch.counts()), budget.refresh));
  }

  /** Reads the bot's account as long as there is something to protect or to bring back (R85), and tells its protection whether it runs. */
  private follow(botId: Id, soon: boolean): void {
    const bot = this.bots.state.bots.get(botId);
    const state = bot && this.heldOf(bot);
    if (!bot || !state?.configured) return bot?.deleted ? this.forget(botId) : undefined;
    const { held, stale, configured: { settings }, paused } = state;
    const isWatched = held || stale || state.transfer !== undefined || state.doubtful !== undefined || (settings.enabled && bot.open.size > 0);
    if (isWatched) this.guard.follow(state.configured, soon);
    else this.guard.forget(botId);
    this.show.state(botId, state, isWatched);
    this.guard.changed(botId);
    if (bot.deleted || bot.paused !== paused) void this.tellWhetherItRuns(bot);
  }

  private forget(botId: Id): void {
    this.guard.forget(botId);
    this.show.gone(botId);
  }

  /** Of a deleted bot the release waits until all of it is back: what ends its last transfer asks again. */
  private tellWhetherItRuns(bot: BotView): Promise<unknown> {
    const { paused, by, open, botId, deleted } = bot;
    const command = deleted ? { type: 'Delete' as const, positionOpen: open.size > 0 } : paused ? { type: 'Pause' as const, by, reason: 'the bot pauses', positionOpen: open.size > 0 } : { type: 'Unpause' as const, by, reason: 'the bot goes on' };
    return this.paced.work(async () => {
      try {
        await this.ports.streams.execute(protectionDecider, placeOf(bot), command, causeOf(bot, command.type, `${this.stateOf(bot).configured?.revision ?? 0}`));
      } catch (error) {
        if (error instanceof InvariantError || !(error instanceof Error)) throw error;
        this.fail({ botId, accountId: bot.accountId, portfolioId: bot.portfolioId }, 'decide', error);
        this.bots.touch(botId);
      }
    });
  }

  private decided({ events, state }: Execution<Protection, ProtectionEvent>): void {
    const { configured } = state;
    if (!configured) return;
    this.keepPending(configured, state);
    for (const event of events) {
      this.show.event(event);
      this.follow(configured.botId, this.happened(configured, event));
    }
    this.arm();
  }

  /** A transfer without an outcome, and one in doubt, are the lane's until they have one. */
  private keepPending(bot: ProtectedBot, { transfer, doubtful }: Protection): void {
    if (transfer ?? doubtful) this.pending.set(bot.botId, bot);
    else this.pending.delete(bot.botId);
  }

  /** Returns true where the account is to be read at once. */
  private happened(bot: ProtectedBot, event: ProtectionEvent): boolean {
    const { funds } = this.guard;
    switch (event.type) {
      case 'ProtectionTransferIntended':
        if (event.direction === 'DEPOSIT') funds.claim(bot.portfolioId, event.transferId, addMoney(event.amount, event.fee));
        this.lane?.add(bot);
        return false;
      case 'ProtectionDeposited':
      case 'ProtectionWithdrawn':
        funds.spend(bot.portfolioId, event.transferId);
        this.faults.healed(bot.botId, TRANSFER_CALLS);
        this.done[event.type === 'ProtectionDeposited' ? 'deposits' : 'withdrawals'] += 1;
        this.onMoved(bot.accountId);
        return true;
      case 'ProtectionTransferRefused':
        if (event.kind !== GIVEN_UP) funds.release(bot.portfolioId, event.transferId);
        this.faults.healed(bot.botId, TRANSFER_CALLS);
        return false;
      case 'ProtectionConfigured': return true;
      case 'ProtectionTransferPrepared':
      case 'ProtectionPaused':
      case 'ProtectionUnpaused':
      case 'ProtectionExhausted':
      case 'ProtectionStale':
      case 'ProtectionFresh':
      case 'ProtectionReductionRequested':
      case 'ProtectionReleased': return false;
    }
  }

  private fail({ botId }: ProtectedBot, call: string, error: Error): void {
    this.faults.failed(botId, call, error.message);
  }
}

const placeOf = ({ portfolioId, botId }: ProtectedBot): { readonly partition: number; readonly id: Id } => ({ partition: partitionOf(portfolioId), id: botId });
const causeOf = ({ botId, accountId }: ProtectedBot, what: string, key: string): Cause => ({ causationId: contentId(what, key), correlationId: botId, lane: accountId });
/** Decided once for a key, also where a copy of the command comes late. */
const commandOf = (bot: ProtectedBot, key: string): Cause => ({ ...causeOf(bot, 'command', key), once: true });
