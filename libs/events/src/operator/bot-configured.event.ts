import { Equals, IsObject, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** Its settings are replaced; they apply from the next signal on. Written by: operator. */
@EventContract({ writer: 'operator', kind: 'bot' })
export class BotConfigured {
  @Equals('BotConfigured') readonly type = 'BotConfigured';
  @Matches(ID) readonly botId!: Id;
  @IsObject() readonly settings!: Readonly<Record<string, unknown>>;
  @IsString() @MaxLength(2000) readonly by!: string;
}
