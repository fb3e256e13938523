import { Equals, IsBoolean, IsInt, IsOptional, Matches, Min } from 'class-validator';
import { type Id, ID, type Notional, notional, type SignedQuantity, signedQuantity } from '@ballast/domain';
import { DecimalField } from '../contract.js';
import { EventContract } from '../registry.js';

/** An imbalance below the venue's minimum order, that cannot be traded away: counted in exposure, absorbed later. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'trade' })
export class PairResidual {
  @Equals('PairResidual') readonly type = 'PairResidual';
  @Matches(ID) readonly tradeId!: Id;
  @Matches(ID) readonly accountId!: Id;
  @IsInt() @Min(0) readonly leg!: number;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  @DecimalField(signedQuantity) readonly quantity!: SignedQuantity;
  @DecimalField(notional) readonly notional!: Notional;
  /** The trade held it and the venue has no such position any more: nothing is left to be reduced, and the account's books differ by it. */
  @IsOptional() @IsBoolean() readonly missing?: boolean;
}
