import { Equals, IsIn, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { type Id, ID, type Money, money } from '@ballast/domain';
import { DecimalField } from '../contract.js';
import { EventContract } from '../registry.js';
import { HARD_STOPS, type HardStop, STOP_SCOPES, type StopScope } from '../stop-shapes.js';

/** An approver lets this scope trade again after a hard stop; after a drawdown its equity is the new peak (W-9). Written by: risk. */
@EventContract({ writer: 'risk', kind: 'stops' })
export class HardStopResumed {
  @Equals('HardStopResumed') readonly type = 'HardStopResumed';
  @Matches(ID) readonly portfolioId!: Id;
  @IsIn(STOP_SCOPES) readonly scope!: StopScope;
  @Matches(ID) readonly scopeId!: Id;
  @IsIn(HARD_STOPS) readonly stop!: HardStop;
  @DecimalField(money) readonly equity!: Money;
  /** Every result since the first trade, realised and not, after fees and funding. */
  @DecimalField(money) readonly result!: Money;
  @IsString() @MinLength(1) @MaxLength(500) readonly reason!: string;
  @IsString() @MaxLength(200) readonly by!: string;
}
