import type { Id, Money, Ms, Price, Quantity, Ratio } from '@ballast/domain';
import type {
  ExhaustedCause, ProtectionConfigured, ProtectionDeposited, ProtectionExhausted, ProtectionFresh, ProtectionPaused, ProtectionReductionRequested, ProtectionReleased, ProtectionSettings, ProtectionStale,
  ProtectionTransferIntended, ProtectionTransferPrepared, ProtectionTransferRefused, ProtectionUnpaused, ProtectionWithdrawn, TransferPayload,
} from '@ballast/events';
import type { PositionSide } from '../liquidation/distance.js';
import type { StandingPosition } from '../liquidation/liquidation.js';
import type { LiquidationModel } from '../liquidation/model.js';
import type { EnablingFacts, TransferTerms } from '../settings/settings-faults.js';

export type ProtectionEvent =
  | ProtectionConfigured | ProtectionPaused | ProtectionUnpaused | ProtectionTransferIntended | ProtectionTransferPrepared | ProtectionDeposited | ProtectionWithdrawn
  | ProtectionTransferRefused | ProtectionExhausted | ProtectionStale | ProtectionFresh | ProtectionReductionRequested | ProtectionReleased;

/** The position that the bot's account has, as its venue told it. */
export interface ProtectedPosition {
  readonly instrument: string;
  readonly side: PositionSide;
  readonly quantity: Quantity;
  /** With all that the account has behind it. Absent where no price liquidates it. */
  readonly liquidationPrice?: Price;
}

/** The account as it was read. */
export interface AccountSeen {
  /** By the venue's own time. */
  readonly time: Ms;
  /** How often it was to be read when it was (`refreshIntervalOf`). Absent: by its distance now. */
  readonly refreshMs?: Ms;
}

/** What the venue asks of transfers, and whether it takes any now. */
export interface VenueTransfers extends TransferTerms {
  readonly open: boolean;
}

export interface Configure extends EnablingFacts {
  readonly type: 'Configure';
  readonly botId: Id;
  readonly accountId: Id;
  readonly portfolioId: Id;
  readonly settings: ProtectionSettings;
  readonly by: string;
}
export interface Pause {
  readonly type: 'Pause';
  readonly by: string;
  readonly reason: string;
  readonly positionOpen: boolean;
}
export interface Unpause {
  readonly type: 'Unpause';
  readonly by: string;
  readonly reason: string;
}

/** Judge the open position at this price. */
export interface Check {
  readonly type: 'Check';
  /** The price that the venue liquidates on (W-7). */
  readonly price: Price;
  readonly priceTime: Ms;
  /** How often prices come; absent: every 5 s. */
  readonly priceRefreshMs?: Ms;
  readonly state: AccountSeen & { readonly position: ProtectedPosition };
  readonly model: LiquidationModel;
  /** The account's other positions, at their prices now; `UNKNOWN` where one has none: then nothing goes back. Absent: it has none. */
  readonly others?: readonly StandingPosition[] | 'UNKNOWN';
  readonly lotSize: Quantity;
  /** Largest amount that may leave the wallet now, its fee paid. */
  readonly freeFunds: Money;
  readonly venue: VenueTransfers;
  /** Realised volatility of the price (`realisedVolatility`). */
  readonly volatility?: Ratio;
}

/** The account has no position: what is deposited goes back. */
export interface Flat {
  readonly type: 'Flat';
  readonly state: AccountSeen & { readonly withdrawable: Money };
  readonly venue: VenueTransfers;
}

/** By the log a position is open, and nothing tells where it stands: its account was not read since, or no price has come. */
export interface Unseen {
  readonly type: 'Unseen';
  readonly what: 'STATE' | 'PRICE';
  /** Since when it could have been seen. */
  readonly since: Ms;
  /** Of what was seen before it, 0 where nothing was. */
  readonly stateTime: Ms;
  readonly priceTime: Ms;
}

/** The intended transfer has its identity at the venue. */
export interface PrepareTransfer {
  readonly type: 'PrepareTransfer';
  readonly transferId: Id;
  readonly payload: TransferPayload;
}

export type TransferOutcome =
  | { readonly state: 'DONE'; readonly amount: Money; readonly fee: Money; readonly venueTransferId?: string; readonly time: Ms }
  /** `frozen`: the venue takes no transfers at all. */
  | { readonly state: 'REFUSED'; readonly kind: string; readonly reason: string; readonly frozen: boolean }
  /** It is not there and can never arrive. */
  | { readonly state: 'FINALLY_NOT'; readonly reason: string }
  /** It is not there, nobody sends it any more, and it could still arrive until its nonce is used. */
  | { readonly state: 'GIVEN_UP'; readonly reason: string; readonly frozen: boolean };
export interface SettleTransfer {
  readonly type: 'SettleTransfer';
  readonly transferId: Id;
  readonly outcome: TransferOutcome;
}
export interface Delete {
  readonly type: 'Delete';
  readonly positionOpen: boolean;
}
export type ProtectionCommand = Configure | Pause | Unpause | Check | Flat | Unseen | PrepareTransfer | SettleTransfer | Delete;

/** A transfer whose outcome is not in the log yet. */
export interface PendingTransfer extends Pick<ProtectionTransferIntended, 'transferId' | 'direction' | 'amount' | 'fee' | 'reason' | 'saw'> {
  /** Absent: nothing has left yet. */
  readonly payload?: TransferPayload;
  /** Another of this bot's has moved money since this was decided: it was decided on what is not so any more. */
  readonly overtaken?: true;
  /** When the bot acted before this one, ms. */
  readonly actedBefore: Ms | undefined;
}

/** One bot's protection. */
export interface Protection {
  readonly configured?: Pick<ProtectionConfigured, 'botId' | 'accountId' | 'portfolioId' | 'settings' | 'revision' | 'initialDistances'>;
  readonly paused: boolean;
  readonly deleted: boolean;
  /** What is deposited now; 0 … cap. */
  readonly deposited: Money;
  /** True from the first deposit until all of it is released. */
  readonly held: boolean;
  readonly transfer?: PendingTransfer;
  /** Given up while in doubt, none where absent: one that arrives all the same is booked, and none can once its nonce is used. */
  readonly doubtful?: readonly PendingTransfer[];
  /** When the last transfer was decided that was not refused, ms. */
  readonly actedAt: Ms | undefined;
  /** When the venue did the last transfer, and its outcome was known, ms: an account state up to then may not hold it. */
  readonly settledAt: Ms;
  /** Refusals in a row of one direction since the last transfer that went through. */
  readonly refusals: number;
  /** What was refused last: a refused withdrawal holds up no deposit. */
  readonly refusedDirection?: PendingTransfer['direction'];
  readonly refusedAt: Ms;
  /** The venue's last word is that it takes no transfers. */
  readonly frozen: boolean;
  readonly exhausted?: { readonly cause: ExhaustedCause; readonly at: Ms };
  readonly stale: boolean;
  readonly reducedAt: Ms | undefined;
}
