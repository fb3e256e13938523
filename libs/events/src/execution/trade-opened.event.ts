import { Equals, IsIn, IsInt, IsOptional, Matches, Min } from 'class-validator';
import { type Bps, bps, type Id, ID, type Ms, type Ratio, ratio, SIZING_OUTCOMES, type SizingOutcome } from '@ballast/domain';
import { DecimalField, Nested } from '../contract.js';
import { EventContract } from '../registry.js';
import { PlannedLeg } from '../plan-shapes.js';
import { ExecutionLimits } from '../trade-shapes.js';

/** Execution has accepted an approval; nothing is sent yet. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'trade' })
export class TradeOpened {
  @Equals('TradeOpened') readonly type = 'TradeOpened';
  @Matches(ID) readonly planId!: Id;
  @Matches(ID) readonly signalId!: Id;
  @Matches(ID) readonly tradeId!: Id;
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  @Nested(() => PlannedLeg, { array: true }) readonly legs!: readonly PlannedLeg[];
  @IsIn(SIZING_OUTCOMES) readonly outcome!: SizingOutcome;
  @DecimalField(ratio) readonly imbalanceRatio!: Ratio;
  @DecimalField(bps) readonly slippageBpsMax!: Bps;
  @Nested(() => ExecutionLimits) readonly limits!: ExecutionLimits;
  /** Market time until which the first orders may be sent (the approval's validUntil), ms. */
  @IsOptional() @IsInt() @Min(0) readonly enterBy?: Ms;
}
