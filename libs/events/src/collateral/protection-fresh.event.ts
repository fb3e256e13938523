import { Equals, IsInt, Matches, Min } from 'class-validator';
import { type Id, ID, type Ms, type Ratio, ratio } from '@ballast/domain';
import { DecimalField } from '../contract.js';
import { EventContract } from '../registry.js';

/** Price and account state are young enough again. Written by: collateral. */
@EventContract({ writer: 'collateral', kind: 'protection' })
export class ProtectionFresh {
  @Equals('ProtectionFresh') readonly type = 'ProtectionFresh';
  @Matches(ID) readonly botId!: Id;
  @IsInt() @Min(0) readonly stateTime!: Ms;
  /** Absent where there is no position any more. */
  @DecimalField(ratio, { optional: true }) readonly distance?: Ratio;
}
