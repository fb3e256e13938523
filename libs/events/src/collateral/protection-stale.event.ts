import { Equals, IsIn, IsInt, Matches, Min } from 'class-validator';
import { type Id, ID, type Ms, type Ratio, ratio } from '@ballast/domain';
import { DecimalField } from '../contract.js';
import { EventContract } from '../registry.js';

/** The position was in danger when last seen, or was never seen, and what is known of it is too old to act on (C-70). Written by: collateral. */
@EventContract({ writer: 'collateral', kind: 'protection' })
export class ProtectionStale {
  @Equals('ProtectionStale') readonly type = 'ProtectionStale';
  @Matches(ID) readonly botId!: Id;
  /** What is too old: the account's state, or the price. */
  @IsIn(['STATE', 'PRICE']) readonly what!: 'STATE' | 'PRICE';
  /** Refreshes that did not come, 2 or more. */
  @IsInt() @Min(2) readonly missedIntervals!: number;
  /** 0: never. */
  @IsInt() @Min(0) readonly lastStateTime!: Ms;
  @IsInt() @Min(0) readonly lastPriceTime!: Ms;
  /** Of what was seen last. Absent where the position was never seen: whether it is in danger is not known. */
  @DecimalField(ratio, { optional: true }) readonly distance?: Ratio;
  @IsInt() @Min(0) readonly at!: Ms;
}
