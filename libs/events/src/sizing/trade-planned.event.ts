import { Equals, IsIn, IsInt, Matches, Min } from 'class-validator';
import { type Bps, bps, type Id, ID, type Money, money, type Ms, type Notional, notional, type Ratio, ratio, SIZING_OUTCOMES, type SizingOutcome } from '@ballast/domain';
import { DecimalField, Nested } from '../contract.js';
import { EventContract } from '../registry.js';
import { Cap, PlannedLeg } from '../plan-shapes.js';

/** Quantities, decided once, jointly over both lot grids (R32, R36). Written by: sizing. */
@EventContract({ writer: 'sizing', kind: 'plan' })
export class TradePlanned {
  @Equals('TradePlanned') readonly type = 'TradePlanned';
  @Matches(ID) readonly planId!: Id;
  @Matches(ID) readonly signalId!: Id;
  @Matches(ID) readonly tradeId!: Id;
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  @IsIn(SIZING_OUTCOMES) readonly outcome!: SizingOutcome;
  @DecimalField(notional) readonly targetNotional!: Notional;
  @Nested(() => PlannedLeg, { array: true }) readonly legs!: readonly PlannedLeg[];
  /** Difference of the leg notionals over the smaller one, at reference prices (C-33). */
  @DecimalField(ratio) readonly imbalanceRatio!: Ratio;
  /** The ceiling that decided the size, or `target`. */
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly bindingCap!: string;
  @Nested(() => Cap, { array: true }) readonly caps!: readonly Cap[];
  @DecimalField(money) readonly eligibleCollateral!: Money;
  /** Fees and slippage of the whole round, of one leg's notional. */
  @DecimalField(bps) readonly expectedCostBps!: Bps;
  @DecimalField(bps, { optional: true }) readonly expectedEdgeBps?: Bps;
  @DecimalField(bps, { optional: true }) readonly costBudgetBps?: Bps;
  @DecimalField(bps) readonly slippageBpsMax!: Bps;
  @IsInt() @Min(0) readonly validUntil!: Ms;
}
