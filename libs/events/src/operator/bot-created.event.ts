import { Equals, IsArray, IsObject, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** A person has created a bot: one strategy, in one account that no other bot uses, under the named policy profiles. Written by: operator. */
@EventContract({ writer: 'operator', kind: 'bot' })
export class BotCreated {
  @Equals('BotCreated') readonly type = 'BotCreated';
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  @Matches(ID) readonly accountId!: Id;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly strategy!: string;
  /** Bound for good; the tightest limit of all is in force. */
  @IsArray() @Matches(/^[A-Za-z0-9._@-]{1,64}$/, { each: true }) readonly profiles!: readonly string[];
  /** Validated by the strategy; decimals are strings. */
  @IsObject() readonly settings!: Readonly<Record<string, unknown>>;
  /** The credential that asked. */
  @IsString() @MaxLength(2000) readonly by!: string;
}
