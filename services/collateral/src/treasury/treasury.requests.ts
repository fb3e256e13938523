import { IsIn, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { ID, type Id, type Money, money } from '@ballast/domain';
import { DecimalField } from '@ballast/events';

export class OfTreasury {
  @Matches(ID) readonly portfolioId!: Id;
}

/** Says which fund a transfer out was of. */
export class WithdrawFromTreasury {
  @Matches(ID) readonly portfolioId!: Id;
  @IsIn(['WITHDRAWAL', 'OPERATING']) readonly fund!: 'WITHDRAWAL' | 'OPERATING';
  @DecimalField(money) readonly amount!: Money;
  @IsString() @MinLength(1) @MaxLength(500) readonly reason!: string;
}
