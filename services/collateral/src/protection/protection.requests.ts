import { IsArray, IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';
import { ID, type Id } from '@ballast/domain';
import { ProtectionChange, UNSETTABLE, type Unsettable } from '@ballast/events';

/** Settings to change, of this bot. */
export class ConfigureProtection extends ProtectionChange {
  @Matches(ID) readonly botId!: Id;
  /** Settings to take away: the bot goes without them. */
  @IsOptional() @IsArray() @IsIn(UNSETTABLE, { each: true }) readonly unset?: readonly Unsettable[];
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
