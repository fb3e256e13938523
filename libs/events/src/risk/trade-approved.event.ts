import { Equals, IsIn, IsInt, Matches, Min } from 'class-validator';
import { type Bps, bps, type Id, ID, type Ms, type Notional, notional, type Ratio, ratio, SIZING_OUTCOMES, type SizingOutcome } from '@ballast/domain';
import { DecimalField, Nested } from '../contract.js';
import { EventContract } from '../registry.js';
import { PlannedLeg } from '../plan-shapes.js';
import { RuleEvaluation } from '../risk-shapes.js';

/** Risk allows exactly these legs and quantities, and any reduce-only order up to what they fill. Written by: risk. */
@EventContract({ writer: 'risk', kind: 'exposure' })
export class TradeApproved {
  @Equals('TradeApproved') readonly type = 'TradeApproved';
  @Matches(ID) readonly planId!: Id;
  @Matches(ID) readonly signalId!: Id;
  @Matches(ID) readonly tradeId!: Id;
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly planHash!: string;
  @Nested(() => PlannedLeg, { array: true }) readonly legs!: readonly PlannedLeg[];
  @IsIn(SIZING_OUTCOMES) readonly outcome!: SizingOutcome;
  @DecimalField(ratio) readonly imbalanceRatio!: Ratio;
  @DecimalField(bps) readonly slippageBpsMax!: Bps;
  @Nested(() => RuleEvaluation, { array: true }) readonly rules!: readonly RuleEvaluation[];
  /** The rule nearest to its limit. */
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly bindingRule!: string;
  @DecimalField(notional) readonly grossBefore!: Notional;
  @DecimalField(notional) readonly grossAfter!: Notional;
  /** The larger leg (W-1). */
  @DecimalField(notional) readonly planVolume!: Notional;
  @IsInt() @Min(0) readonly validUntil!: Ms;
}
