import { Equals, IsBoolean, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID, type Money, money } from '@ballast/domain';
import { DecimalField } from '../contract.js';
import { EventContract } from '../registry.js';

/** The bot pauses: its protection goes back once its position is flat, and not before (C-65). Written by: collateral. */
@EventContract({ writer: 'collateral', kind: 'protection' })
export class ProtectionPaused {
  @Equals('ProtectionPaused') readonly type = 'ProtectionPaused';
  @Matches(ID) readonly botId!: Id;
  @IsString() @MaxLength(2000) readonly by!: string;
  @IsString() @MaxLength(2000) readonly reason!: string;
  /** True where a position is open: it stays protected, and what is deposited stays. */
  @IsBoolean() readonly protectionKept!: boolean;
  /** What is deposited now. */
  @DecimalField(money) readonly deposited!: Money;
}
