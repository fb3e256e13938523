import { Matches } from 'class-validator';
import { type Id, ID, type Money, money, type Price, price, type SignedQuantity, signedQuantity } from '@ballast/domain';
import { DecimalField } from './contract.js';

/** What one position came to, by every fill and payment that is sealed. */
export class PositionCarried {
  @Matches(ID) readonly accountId!: Id;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  @DecimalField(signedQuantity) readonly quantity!: SignedQuantity;
  /** Average of what is open; absent when flat. */
  @DecimalField(price, { optional: true }) readonly entryPrice?: Price;
  @DecimalField(money) readonly realisedPnl!: Money;
  @DecimalField(money) readonly fees!: Money;
  @DecimalField(money) readonly funding!: Money;
}

/** What the money of one account came to: cash = transfers + realised - fees + funding. */
export class BalanceCarried {
  @Matches(ID) readonly accountId!: Id;
  @DecimalField(money) readonly transfers!: Money;
  @DecimalField(money) readonly realised!: Money;
  @DecimalField(money) readonly fees!: Money;
  @DecimalField(money) readonly funding!: Money;
  @DecimalField(money) readonly cash!: Money;
}
