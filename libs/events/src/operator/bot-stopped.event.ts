import { Equals, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** It is at rest: no entries, and its strategy has ended (iterations done, or a person stopped it). Written by: operator. */
@EventContract({ writer: 'operator', kind: 'bot' })
export class BotStopped {
  @Equals('BotStopped') readonly type = 'BotStopped';
  @Matches(ID) readonly botId!: Id;
  @IsString() @MaxLength(2000) readonly reason!: string;
  @IsString() @MaxLength(2000) readonly by!: string;
}
