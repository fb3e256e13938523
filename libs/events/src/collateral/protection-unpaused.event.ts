import { Equals, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** The bot goes on. Written by: collateral. */
@EventContract({ writer: 'collateral', kind: 'protection' })
export class ProtectionUnpaused {
  @Equals('ProtectionUnpaused') readonly type = 'ProtectionUnpaused';
  @Matches(ID) readonly botId!: Id;
  @IsString() @MaxLength(2000) readonly by!: string;
  @IsString() @MaxLength(2000) readonly reason!: string;
}
