import { Equals, IsInt, IsOptional, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Id, ID, type Ms, type Quantity, quantity } from '@ballast/domain';
import { DecimalField } from '../contract.js';
import { EventContract } from '../registry.js';

/** So much of a held leg is taken back by reduce-only orders: its collateral can't be kept up (R91). Written by: execution. */
@EventContract({ writer: 'execution', kind: 'trade' })
export class ReductionStarted {
  @Equals('ReductionStarted') readonly type = 'ReductionStarted';
  @Matches(ID) readonly tradeId!: Id;
  /** Of the request: each is answered once. */
  @Matches(ID) readonly reductionId!: Id;
  @IsInt() @Min(0) readonly leg!: number;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  /** Base units, less than the leg holds. */
  @DecimalField(quantity) readonly quantity!: Quantity;
  @IsString() @MaxLength(2000) readonly reason!: string;
  /** From then on what is left of it is not taken back any more: it was asked for in another market; market time, ms. */
  @IsOptional() @IsInt() @Min(0) readonly endsAt?: Ms;
}
