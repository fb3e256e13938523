/** Answers of the HTTP API as the console reads them (docs/api.md). Figures are decimal texts. */

export type Role = 'viewer' | 'operator' | 'approver';

export interface Session {
  readonly name: string;
  readonly role: Role;
}

export interface Bot {
  readonly botId: string;
  readonly status: 'CREATED' | 'RUNNING' | 'PAUSED' | 'STOPPED' | 'CLOSING' | 'DELETED';
  readonly portfolioId: string;
  readonly accountId: string;
  readonly strategy: string;
  readonly profiles: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface Position {
  readonly instrument: string;
  /** Signed. */
  readonly quantity: string;
  readonly entryPrice?: string;
  readonly realisedPnl: string;
  readonly fees: string;
  readonly funding: string;
}

export interface Equity {
  readonly accountId: string;
  readonly equity: string;
  readonly collateral: string;
  readonly accountLeverage: string;
  readonly venueTime: number;
  readonly marks: readonly { readonly instrument: string; readonly markPrice: string; readonly oraclePrice: string }[];
  readonly positions: readonly { readonly instrument: string; readonly quantity: string; readonly liquidationPrice?: string; readonly distanceToLiquidation?: string }[];
}

export interface BotDetail extends Bot {
  readonly equity: Equity | null;
  readonly positions: readonly Position[];
}

export interface Balance {
  readonly accountId: string;
  readonly realised: string;
  readonly fees: string;
  readonly funding: string;
}

interface Held {
  readonly state: string;
  readonly reason: string;
  readonly by: string;
}

export interface TradingState {
  readonly portfolioId: string;
  readonly state: string;
  readonly scopes: Readonly<Record<string, Held & { readonly holds?: Readonly<Record<string, Held>> }>>;
  readonly fault?: string;
}

export interface HardStop {
  readonly stop: string;
  readonly scope: string;
  readonly scopeId: string;
  readonly unit: string;
  readonly value?: string;
  readonly limit: string;
  /** Limit less value; negative is beyond it. */
  readonly distance?: string;
  readonly profile: string;
  readonly latched: boolean;
}

export interface Status {
  readonly marketTime: string | null;
  readonly services: readonly { readonly service: string; readonly state: string; readonly parkedLanes: readonly string[]; readonly detail: string }[];
  readonly tradingStates: readonly TradingState[];
  readonly bots: readonly Bot[];
}

export interface Leg {
  readonly side: string;
  readonly instrument: string;
  readonly planned: string;
  readonly filled?: string;
  readonly averagePrice?: string;
  readonly averageExitPrice?: string;
}

export interface Trade {
  readonly tradeId: string;
  readonly botId: string;
  readonly openedAt: number;
  readonly status: string;
  readonly legs: readonly Leg[];
  readonly imbalanceAtReference?: string;
  readonly realisedPnl?: string;
  readonly fees?: string;
  readonly netBeforeFunding?: string;
  readonly reason?: string;
}

export interface Story {
  readonly id: string;
  readonly story: string;
  readonly chapters: readonly { readonly at: number; readonly partition: number; readonly sequence: number; readonly writer: string; readonly event: string; readonly title: string; readonly facts: readonly string[] }[];
}

export interface Criterion {
  readonly criterion: string;
  readonly value?: string;
  readonly must: 'ABOVE' | 'AT_LEAST' | 'BELOW' | 'AT_MOST';
  readonly limit: string;
  readonly unit: string;
  readonly met: boolean;
}

export interface Ladder {
  readonly portfolioId: string;
  readonly standing: { readonly rung: string; readonly at: number; readonly watchUntil?: number } | null;
  readonly profile?: string;
  readonly rungs?: readonly { readonly name: string; readonly capital?: string; readonly leverageMax?: string }[];
  readonly next?: string;
  readonly pending?: { readonly to: string; readonly by: string; readonly requestId: string };
  readonly criteria?: readonly Criterion[];
  readonly checklist?: readonly { readonly item: string; readonly source: string; readonly detail: string; readonly met: boolean }[];
}

export interface LadderDecision {
  readonly outcome?: string;
  readonly rung?: string;
  readonly decided?: unknown;
  readonly event?: string;
  readonly reason?: string;
}

/** How near a plan came to a limit. */
export interface Nearness {
  readonly value: string;
  readonly limit: string;
  /** Limit less value; negative is beyond it. */
  readonly distance: string;
  readonly unit: string;
  /** Distance over limit. */
  readonly ratio: string;
}

export interface Rule {
  readonly rule: string;
  readonly standing: 'RUNS' | 'STALE' | 'NOT_IN_FORCE';
  readonly profiles: readonly string[];
  readonly lastRanAt?: number;
  readonly results?: Readonly<Record<'PASS' | 'WARN' | 'REFUSE' | 'MISSING_INPUT', number>>;
  readonly nearest?: Nearness;
  /** Of the last plan that was measured. */
  readonly latest?: Nearness;
}

export interface Rules {
  readonly portfolioId: string;
  readonly rules: readonly Rule[];
}

export interface Stops {
  readonly portfolioId: string;
  readonly stops: readonly HardStop[];
}

/** One thing that happened to a bot's protection. */
export interface ProtectionRow {
  readonly id: string;
  readonly at: number;
  readonly type: string;
  readonly amount?: string;
  readonly fee?: string;
  readonly deposited?: string;
  readonly distance?: string;
  readonly detail?: string;
}

export interface ProtectionSettings {
  readonly enabled: boolean;
  readonly mode: 'increment' | 'smart';
  readonly triggerDistance: string;
  readonly safeDistance: string;
  readonly hysteresis: string;
  readonly restoreMargin: string;
  readonly maxDeposit: string;
  readonly increment: string;
  readonly cooldownMs: number;
  readonly volatilityWidenMax?: string;
  readonly exhausted: 'hold' | 'reduce';
  readonly poolCap?: string;
  readonly urgent?: { readonly distance: string; readonly cooldownMs: number };
}

/** How a bot is protected now (R74). */
export interface ProtectionStatus {
  readonly botId: string;
  readonly configured: boolean;
  readonly settings?: ProtectionSettings;
  readonly revision?: number;
  /** Of a fresh position, by side. */
  readonly initialDistances?: { readonly long?: string; readonly short?: string };
  /** Settings that do not fit what the bot trades now. */
  readonly settingsFaults?: readonly { readonly field: string; readonly text: string }[];
  readonly protectionDeposited: string;
  readonly isProtecting: boolean;
  readonly paused: boolean;
  readonly venueFrozen: boolean;
  readonly stale: boolean;
  readonly fault?: string | null;
  /** Already a percentage. */
  readonly distancePercent?: string;
  /** The position nearest to its liquidation. */
  readonly position?: { readonly instrument: string; readonly side: string; readonly quantity: string; readonly liquidationPrice?: string; readonly price: string; readonly priceTime: number };
  /** The account as it was read last. */
  readonly stateTime?: number;
  readonly lastAction?: ProtectionRow;
  readonly walletFree?: string;
  readonly transfer?: { readonly direction: string; readonly amount: string };
  /** Given up without an outcome: each may still arrive. */
  readonly inDoubt?: readonly { readonly transferId: string; readonly direction: string; readonly amount: string }[];
  readonly exhausted?: { readonly cause: string; readonly at: number };
}
