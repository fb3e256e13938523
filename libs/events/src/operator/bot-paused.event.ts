import { Equals, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** No new entries; open trades go on to their end. Written by: operator. */
@EventContract({ writer: 'operator', kind: 'bot' })
export class BotPaused {
  @Equals('BotPaused') readonly type = 'BotPaused';
  @Matches(ID) readonly botId!: Id;
  @IsString() @MaxLength(2000) readonly by!: string;
}
