import { Equals, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** It may raise signals. Written by: operator. */
@EventContract({ writer: 'operator', kind: 'bot' })
export class BotStarted {
  @Equals('BotStarted') readonly type = 'BotStarted';
  @Matches(ID) readonly botId!: Id;
  @IsString() @MaxLength(2000) readonly by!: string;
}
