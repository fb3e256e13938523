import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';
import { ID, type Id, type Money, money, type Ms, type Ratio, ratio } from '@ballast/domain';
import { DecimalField, EXHAUSTED_POLICIES, type ExhaustedPolicy, Nested, PROTECTION_MODES, type ProtectionMode, UrgentSettings } from '@ballast/events';

/** Settings to change; what is not named stays as it is (R62), or as R63 has it where nothing was set yet. */
export class ConfigureProtection {
  @Matches(ID) readonly botId!: Id;
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

/** No deposits from now on. What is deposited comes back when the position is safe or flat, and not before (C-65). */
export class PauseProtection {
  @Matches(ID) readonly botId!: Id;
  @IsString() @MinLength(1) @MaxLength(500) readonly reason!: string;
}

export class OfProtection {
  @Matches(ID) readonly botId!: Id;
}

export class ProtectionHistoryQuery {
  @Matches(ID) readonly botId!: Id;
  /** Rows, newest first; default 50. */
  @IsOptional() @IsInt() @Min(1) @Max(200) readonly limit?: number;
  /** Only rows before this one: the `id` of the last row of the page before. */
  @IsOptional() @Matches(/^[0-9]{1,16}\.[0-9]{1,4}$/) readonly before?: string;
}
