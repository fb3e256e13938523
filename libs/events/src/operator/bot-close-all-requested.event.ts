import { Equals, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** Every position of the bot is to be closed, whatever the strategy thinks. Written by: operator. */
@EventContract({ writer: 'operator', kind: 'bot' })
export class BotCloseAllRequested {
  @Equals('BotCloseAllRequested') readonly type = 'BotCloseAllRequested';
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly accountId!: Id;
  @IsString() @MaxLength(2000) readonly reason!: string;
  @IsString() @MaxLength(2000) readonly by!: string;
}
