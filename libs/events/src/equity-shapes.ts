import { Matches } from 'class-validator';
import { type Price, price, type Ratio, ratio, type SignedQuantity, signedQuantity } from '@ballast/domain';
import { DecimalField } from './contract.js';

/** The prices an equity was computed with. */
export class MarkSeen {
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  @DecimalField(price) readonly markPrice!: Price;
  @DecimalField(price) readonly oraclePrice!: Price;
}

/** One position in an equity observation. */
export class PositionSeen {
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  @DecimalField(signedQuantity) readonly quantity!: SignedQuantity;
  @DecimalField(price, { optional: true }) readonly liquidationPrice?: Price;
  /** Signed (C-59): long (oracle - liq) / liq, short (liq - oracle) / liq; <= 0 is breached. */
  @DecimalField(ratio, { optional: true }) readonly distanceToLiquidation?: Ratio;
}
