import { IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';

export class ProtectionPauseBody {
  @IsString() @MinLength(1) @MaxLength(500) readonly reason!: string;
}

/** A page of what was done, newest first. */
export class ProtectionHistoryPage {
  /** Rows of a page, 1 to 200. Default 50. */
  @IsOptional() @Matches(/^(?:[1-9]\d?|1\d\d|200)$/) readonly limit?: string;
  /** Rows before this one: what `Link: rel="next"` names. */
  @IsOptional() @Matches(/^\d{1,16}\.\d{1,4}$/) readonly before?: string;
}
