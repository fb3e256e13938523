import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { ID, type Id } from '@ballast/domain';
import { RUNG_NAME } from '@ballast/events';
import { STATED_ITEMS, type StatedItem } from '@ballast/ladder';

/** Asks for the next rung. */
export class RequestPromotion {
  @Matches(ID) readonly portfolioId!: Id;
  /** Points of the list before size grows that only a person can know (R55). */
  @IsArray() @ArrayMaxSize(10) @IsIn(STATED_ITEMS, { each: true }) readonly stated!: readonly StatedItem[];
  @IsString() @MinLength(1) @MaxLength(500) readonly reason!: string;
}

/** Lets a portfolio climb, or turns the request down. */
export class DecidePromotion {
  @Matches(ID) readonly portfolioId!: Id;
  @IsString() @MinLength(1) @MaxLength(500) readonly reason!: string;
}

/** Takes a portfolio down at once. */
export class RollBackRung {
  @Matches(ID) readonly portfolioId!: Id;
  /** A lower rung; default the one below. */
  @IsOptional() @Matches(RUNG_NAME) readonly to?: string;
  @IsString() @MinLength(1) @MaxLength(500) readonly reason!: string;
}
