import { Equals, IsIn, IsInt, Matches, Min } from 'class-validator';
import { type Id, ID, type Money, money, type Ms, type Notional, notional, type Ratio, ratio } from '@ballast/domain';
import { DecimalField, Nested } from '../contract.js';
import { EventContract } from '../registry.js';
import { MarkSeen, PositionSeen } from '../equity-shapes.js';

/** What the account is worth, with the marks used: the only way marks reach a fold. Written by: collateral. */
@EventContract({ writer: 'collateral', kind: 'equity' })
export class EquityObserved {
  @Equals('EquityObserved') readonly type = 'EquityObserved';
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  @Matches(ID) readonly botId!: Id;
  @IsIn(['START', 'INTERVAL', 'DAY', 'TRIP']) readonly trigger!: 'START' | 'INTERVAL' | 'DAY' | 'TRIP';
  /** Balance without unrealised results. */
  @DecimalField(money) readonly collateral!: Money;
  /** Without protection deposits (C-10) and what the treasury has set aside (W-8). */
  @DecimalField(money) readonly eligibleCollateral!: Money;
  /** Booked to the war chest, operating and withdrawal: no trading equity. Its change is a shift of the baseline, like a transfer (W-8). Absent where no treasury is bound. */
  @DecimalField(money, { optional: true }) readonly setAside?: Money;
  /** Deposited to keep its positions from liquidation: no trading equity either (C-10, C-11). Absent where nothing is. */
  @DecimalField(money, { optional: true }) readonly protection?: Money;
  @DecimalField(money) readonly equity!: Money;
  @DecimalField(money) readonly initialMarginHealth!: Money;
  @DecimalField(money) readonly maintenanceMarginHealth!: Money;
  @DecimalField(notional) readonly grossNotional!: Notional;
  /** Gross notional over eligible collateral. */
  @DecimalField(ratio) readonly accountLeverage!: Ratio;
  @Nested(() => MarkSeen, { array: true }) readonly marks!: readonly MarkSeen[];
  @Nested(() => PositionSeen, { array: true }) readonly positions!: readonly PositionSeen[];
  @IsInt() @Min(0) readonly venueTime!: Ms;
}
