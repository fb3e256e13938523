import 'reflect-metadata';
import { bps, type Id, type Money, type Ms, partitionOf } from '@ballast/domain';
import type { DynamicModule } from '@nestjs/common';
import { MemorySystem, type Observed } from '@ballast/bus';
import { type CollateralOptions, collateralModule } from '@ballast/collateral';
import { executionModule, VirtualRetryTimer } from '@ballast/execution';
import { marketDataModule, pastHours } from '@ballast/market-data';
import { operatorModule } from '@ballast/operator';
import { type RiskOptions, riskModule } from '@ballast/risk';
import { sizingModule } from '@ballast/sizing';
import { type EngineConfig, type MarketSource, nadoEngineConfig, PaperVenueAdapter, type VenueAccount, type VenueAdapter } from '@ballast/venues';

export interface DeskBot {
  readonly botId: Id;
  readonly portfolioId: Id;
  readonly accountId: Id;
  readonly strategy: string;
  readonly profiles: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  /** Collateral that its account starts with, quote currency. */
  readonly deposit: Money;
}

/** A portfolio's free collateral: an account of no bot. */
export interface DeskWallet {
  readonly portfolioId: Id;
  readonly accountId: Id;
  readonly deposit: Money;
}

export interface DeskOptions {
  readonly source: MarketSource;
  readonly instruments: readonly string[];
  readonly bots: readonly DeskBot[];
  /** Wallets that protection is paid from; none where not said. */
  readonly wallets?: readonly DeskWallet[];
  /** Strategy services by name. */
  readonly strategies: Readonly<Record<string, () => DynamicModule>>;
  readonly seed?: number;
  readonly engine?: Partial<EngineConfig>;
  /** Puts something between execution and the venue: faults, for tests. */
  readonly executionVenue?: (venue: PaperVenueAdapter, system: MemorySystem) => VenueAdapter;
  /** The same for collateral. */
  readonly collateralVenue?: (venue: PaperVenueAdapter, system: MemorySystem) => VenueAdapter;
  /** How collateral runs where not as usual: profiles that bind a treasury, another day boundary, rarer observations. */
  readonly collateral?: Pick<CollateralOptions, 'profiles' | 'dayBoundaryMs' | 'intervalMs'>;
  /** Prices whose hours before the start market-data knows. */
  readonly past?: Parameters<typeof pastHours>[0];
  /** How risk runs where not as usual: profiles with another ladder. */
  readonly risk?: Pick<RiskOptions, 'profiles'>;
  /** Further services: reporting. */
  readonly more?: Readonly<Record<string, () => DynamicModule>>;
  /** What looks on: traces, or an observer of every service. */
  readonly observed?: Observed;
}

/** Time limits of a trade where nobody says otherwise (issue's defaults: maker 20 s, naked 15 s; an order outlives its maker time). */
export const EXECUTION_LIMITS = { makerTimeoutMs: 20_000, nakedTimeoutMs: 15_000, orderTimeToLiveMs: 120_000, slippageBpsMax: bps('10') } as const;
/** Before the data ends: without a fresh book nothing is priced, so whatever is open must be left while there is one. */
const WIND_DOWN_MS: Ms = 60_000;
const accountOf = (accountId: Id): VenueAccount => ({ accountId, subaccount: accountId });

/** The whole desk in one process: every service on the in-memory bus, in virtual time, against the simulated exchange. */
export class MemoryDesk {
  readonly system: MemorySystem;
  readonly venue: PaperVenueAdapter;

  private constructor(private readonly options: DeskOptions) {
    this.system = new MemorySystem(options.source.startTime, undefined, options.observed);
    const deposits = [...options.bots, ...(options.wallets ?? [])].map(({ accountId, deposit }) => ({ subaccount: accountId, amount: deposit }));
    this.venue = new PaperVenueAdapter({ clock: this.system.clock, source: options.source, engine: nadoEngineConfig(options.seed ?? 1, options.engine), deposits });
  }

  /** Starts every service, creates and starts the bots. */
  static async start(options: DeskOptions): Promise<MemoryDesk> {
    const desk = new MemoryDesk(options);
    await desk.startServices();
    for (const bot of options.bots) await desk.startBot(bot);
    return desk;
  }

  /** Runs to `until` (default: the end of the data); a minute before it every bot is stopped and every position left. */
  async run(until: Ms = this.options.source.endTime): Promise<void> {
    await this.system.run(Math.max(this.system.clock.now(), until - WIND_DOWN_MS));
    for (const { botId, portfolioId } of this.options.bots) {
      const partition = partitionOf(portfolioId);
      await this.system.command({ user: 'cli', service: 'operator', partition }, 'stop-bot', { botId, reason: 'end of the data' }, `${botId}-end`);
      await this.system.command({ user: 'cli', service: 'operator', partition }, 'close-all', { botId, reason: 'end of the data' }, `${botId}-close`);
    }
    await this.system.run(until);
  }

  async stop(): Promise<void> {
    await this.system.stop();
    await this.venue.close();
  }

  /** Starts collateral; once more where a test lets another process take over from one that hangs. */
  async startCollateral(): Promise<void> {
    const venue = this.options.collateralVenue?.(this.venue, this.system) ?? this.venue;
    await this.system.add('collateral', () => collateralModule({ venue, accountOf, walletOf: (portfolioId) => this.walletOf(portfolioId), ...this.options.collateral }));
  }

  private async startServices(): Promise<void> {
    const { system, venue, options } = this;
    const executionVenue = options.executionVenue?.(venue, system) ?? venue;
    await venue.connect();
    await system.add('market-data', () => marketDataModule({ venue, instruments: options.instruments, ...(options.past ? { past: pastHours(options.past) } : {}) }));
    await system.add('operator', () => operatorModule());
    await system.add('sizing', () => sizingModule());
    await system.add('risk', () => riskModule(options.risk));
    await system.add('execution', () => executionModule({ venue: executionVenue, limits: EXECUTION_LIMITS, retryTimer: new VirtualRetryTimer(system.clock), accountOf }));
    await this.startCollateral();
    for (const [name, module] of Object.entries(options.strategies)) await system.add(`strategy-${name}`, module);
    for (const [name, module] of Object.entries(options.more ?? {})) await system.add(name, module);
  }

  private walletOf(portfolioId: Id): VenueAccount | undefined {
    const wallet = this.options.wallets?.find((known) => known.portfolioId === portfolioId);
    return wallet && accountOf(wallet.accountId);
  }

  private async startBot({ botId, portfolioId, accountId, strategy, profiles, settings }: DeskBot): Promise<void> {
    const partition = partitionOf(portfolioId);
    await this.system.command({ user: 'cli', service: 'operator', partition }, 'create-bot', { botId, portfolioId, accountId, strategy, profiles, settings }, `${botId}-create`);
    await this.system.command({ user: 'cli', service: 'operator', partition }, 'start-bot', { botId }, `${botId}-start`);
  }
}

