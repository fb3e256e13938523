import { IsBoolean, IsIn, IsInt, IsOptional, Matches, Min } from 'class-validator';
import { type Id, ID, type Money, money, type Ms, type Price, price, type Quantity, quantity, type Ratio, ratio } from '@ballast/domain';
import { DecimalField, Nested } from './contract.js';

/** `increment`: fixed steps (R68); `smart`: in closed form, what restores the target distance (C-62). */
export const PROTECTION_MODES = ['increment', 'smart'] as const;
export type ProtectionMode = (typeof PROTECTION_MODES)[number];

/** What follows when no more can be deposited: keep what is there, or ask execution to reduce the position (R91). */
export const EXHAUSTED_POLICIES = ['hold', 'reduce'] as const;
export type ExhaustedPolicy = (typeof EXHAUSTED_POLICIES)[number];

/** Why no more can be deposited: the bot's cap, the wallet, a venue that takes no transfers, or no amount allowed saves the position. */
export const EXHAUSTED_CAUSES = ['CAP', 'FUNDS', 'FROZEN', 'BREACHED'] as const;
export type ExhaustedCause = (typeof EXHAUSTED_CAUSES)[number];

export const TRANSFER_DIRECTIONS = ['DEPOSIT', 'WITHDRAWAL'] as const;
export type TransferDirection = (typeof TRANSFER_DIRECTIONS)[number];
export const TRANSFER_REASONS = ['DANGER', 'RECOVERED', 'FLAT'] as const;
export type TransferReason = (typeof TRANSFER_REASONS)[number];

/** A second, shorter pause between deposits for a position that is very near to its liquidation. */
export class UrgentSettings {
  /** Below this distance it applies; less than the trigger. */
  @DecimalField(ratio) readonly distance!: Ratio;
  @IsInt() @Min(0) readonly cooldownMs!: Ms;
}

/** How one bot's position is protected (R62). Distances are fractions of the liquidation price (C-59, C-69): 0.05 = 5 %. */
export class ProtectionSettings {
  @IsBoolean() readonly enabled!: boolean;
  @IsIn(PROTECTION_MODES) readonly mode!: ProtectionMode;
  /** Deposits begin below it. */
  @DecimalField(ratio) readonly triggerDistance!: Ratio;
  /** Withdrawals begin above it. */
  @DecimalField(ratio) readonly safeDistance!: Ratio;
  /** A withdrawal leaves at least safe + this (C-67). */
  @DecimalField(ratio) readonly hysteresis!: Ratio;
  /** `smart` restores trigger + this (W-13). */
  @DecimalField(ratio) readonly restoreMargin!: Ratio;
  /** Most that is ever deposited at one time, quote currency; > 0 (C-60). */
  @DecimalField(money) readonly maxDeposit!: Money;
  /** Step of `increment`, quote currency. */
  @DecimalField(money) readonly increment!: Money;
  /** Least time from one action to the next. */
  @IsInt() @Min(0) readonly cooldownMs!: Ms;
  /** The trigger widens with realised volatility by at most this (R91). Absent: it does not. */
  @DecimalField(ratio, { optional: true }) readonly volatilityWidenMax?: Ratio;
  @IsIn(EXHAUSTED_POLICIES) readonly exhausted!: ExhaustedPolicy;
  /** Most that this bot may hold of a fund that several bots share. */
  @DecimalField(money, { optional: true }) readonly poolCap?: Money;
  @Nested(() => UrgentSettings, { optional: true }) readonly urgent?: UrgentSettings;
}

/** Settings that a bot may go without: what of them was set can be taken away. */
export const UNSETTABLE = ['volatilityWidenMax', 'poolCap', 'urgent'] as const satisfies readonly (keyof ProtectionSettings)[];
export type Unsettable = (typeof UNSETTABLE)[number];

/** Settings to change; what is not named stays as it is (R62), or as R63 has it where nothing was set yet. */
export class ProtectionChange {
  @IsOptional() @IsBoolean() readonly enabled?: boolean;
  @IsOptional() @IsIn(PROTECTION_MODES) readonly mode?: ProtectionMode;
  @DecimalField(ratio, { optional: true }) readonly triggerDistance?: Ratio;
  @DecimalField(ratio, { optional: true }) readonly safeDistance?: Ratio;
  @DecimalField(ratio, { optional: true }) readonly hysteresis?: Ratio;
  @DecimalField(ratio, { optional: true }) readonly restoreMargin?: Ratio;
  @DecimalField(money, { optional: true }) readonly maxDeposit?: Money;
  @DecimalField(money, { optional: true }) readonly increment?: Money;
  @IsOptional() @IsInt() @Min(0) readonly cooldownMs?: Ms;
  @DecimalField(ratio, { optional: true }) readonly volatilityWidenMax?: Ratio;
  @IsOptional() @IsIn(EXHAUSTED_POLICIES) readonly exhausted?: ExhaustedPolicy;
  @DecimalField(money, { optional: true }) readonly poolCap?: Money;
  @Nested(() => UrgentSettings, { optional: true }) readonly urgent?: UrgentSettings;
}

/** Distance to liquidation of a fresh position at the leverage x safety factor in force (W-13). Absent: never liquidated. */
export class InitialDistances {
  @DecimalField(ratio, { optional: true }) readonly long?: Ratio;
  @DecimalField(ratio, { optional: true }) readonly short?: Ratio;
}

/** The position and the prices that a protection was decided on. */
export class ProtectionSeen {
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  @IsIn(['LONG', 'SHORT']) readonly side!: 'LONG' | 'SHORT';
  @DecimalField(quantity) readonly quantity!: Quantity;
  /** The price that the venue liquidates on (W-7). */
  @DecimalField(price) readonly price!: Price;
  @IsInt() @Min(0) readonly priceTime!: Ms;
  /** Absent where no price liquidates the position. */
  @DecimalField(price, { optional: true }) readonly liquidationPrice?: Price;
  /** The account's state, by the venue's own time. */
  @IsInt() @Min(0) readonly stateTime!: Ms;
  /** Signed by side (C-59); <= 0 is breached. Absent where no price liquidates the position. */
  @DecimalField(ratio, { optional: true }) readonly distance?: Ratio;
  /** At the same price, once it is done. Absent as above. */
  @DecimalField(ratio, { optional: true }) readonly distanceAfter?: Ratio;
  /** The trigger in force, with what volatility added. */
  @DecimalField(ratio) readonly trigger!: Ratio;
  /** Realised volatility it was widened with. */
  @DecimalField(ratio, { optional: true }) readonly volatility?: Ratio;
  /** What the wallet could give. */
  @DecimalField(money) readonly freeFunds!: Money;
}

/** The account without a position, as the venue told it. */
export class FlatSeen {
  @IsInt() @Min(0) readonly stateTime!: Ms;
  /** What can be taken out of the account. */
  @DecimalField(money) readonly withdrawable!: Money;
}

/** What the venue knows the transfer by: with the intent's fields it makes the same signed bytes again. */
export class TransferPayload {
  /** The owner's nonce at the venue. */
  @IsInt() @Min(0) readonly nonce!: number;
  /** The venue's name of the signed bytes. */
  @Matches(/^[\w:-]{1,128}$/) readonly digest!: string;
  /** Nothing of it is older in the venue's records, ms of market time. */
  @IsInt() @Min(0) readonly preparedAt!: Ms;
  /** The account that it leaves or reaches beside the bot's: a portfolio may have another wallet later. */
  @IsOptional() @Matches(ID) readonly wallet?: Id;
}
