import { Equals, IsInt, IsOptional, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { Nested } from '../contract.js';
import { EventContract } from '../registry.js';

const PROFILE_REF = /^[A-Za-z0-9._@/-]{1,64}$/;

/** A profile as a bot is bound to it. */
export class BoundProfile {
  @Matches(/^[A-Za-z0-9._-]{1,64}$/) readonly name!: string;
  /** `name@version`, with `/rung` where one is in force; absent where no such profile is known: nothing is approved then. */
  @IsOptional() @Matches(PROFILE_REF) readonly ref?: string;
  /** Of every number of it. */
  @IsOptional() @Matches(ID) readonly hash?: Id;
}

export class BoundBot {
  @Matches(ID) readonly botId!: Id;
  @Nested(() => BoundProfile, { array: true }) readonly profiles!: readonly BoundProfile[];
}

/** A profile with a ladder as it was when it came into force, before any rung: what was decided by it can be judged again once its version is no longer there (R27). */
export class ProfileContent {
  @Matches(/^[A-Za-z0-9._-]{1,64}@[0-9]{1,9}$/) readonly ref!: string;
  /** Of `content`. */
  @Matches(ID) readonly hash!: Id;
  /** Canonical JSON of every field, which the hash is of. */
  @IsString() @MaxLength(65_536) readonly content!: string;
}

/** From here on this is what binds the bots of a portfolio: profiles, versions, hashes, rung. Written by: risk. */
@EventContract({ writer: 'risk', kind: 'policy' })
export class PolicyInForceChanged {
  @Equals('PolicyInForceChanged') readonly type = 'PolicyInForceChanged';
  @Matches(ID) readonly portfolioId!: Id;
  /** 1, 2, 3 … within the portfolio. */
  @IsInt() @Min(1) readonly revision!: number;
  /** By bot id. */
  @Nested(() => BoundBot, { array: true }) readonly bots!: readonly BoundBot[];
  /** The portfolio's rung; absent before one is entered. */
  @IsOptional() @Matches(/^[a-z0-9/-]{1,64}$/) readonly rung?: string;
  /** Profiles with a ladder that are bound here and not recorded in this stream before, each once for each hash. */
  @Nested(() => ProfileContent, { array: true, optional: true }) readonly contents?: readonly ProfileContent[];
  /** What is different from before. */
  @IsString() @MaxLength(2000) readonly reason!: string;
}
