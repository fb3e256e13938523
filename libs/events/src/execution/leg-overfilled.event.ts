import { Equals, IsInt, Matches, Min } from 'class-validator';
import { type Id, ID, type Quantity, quantity } from '@ballast/domain';
import { DecimalField } from '../contract.js';
import { EventContract } from '../registry.js';

/** More was filled than was ordered or planned: the surplus is trimmed reduce-only. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'trade' })
export class LegOverfilled {
  @Equals('LegOverfilled') readonly type = 'LegOverfilled';
  @Matches(ID) readonly tradeId!: Id;
  @IsInt() @Min(0) readonly leg!: number;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  @DecimalField(quantity) readonly surplus!: Quantity;
}
