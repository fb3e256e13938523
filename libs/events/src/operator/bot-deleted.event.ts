import { Equals, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** A person has deleted a bot that was at rest, flat and without protection (W-12). Nothing of it comes after; its id and its account are never another bot's. Written by: operator. */
@EventContract({ writer: 'operator', kind: 'bot' })
export class BotDeleted {
  @Equals('BotDeleted') readonly type = 'BotDeleted';
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  @IsString() @MaxLength(2000) readonly reason!: string;
  @IsString() @MaxLength(2000) readonly by!: string;
}
