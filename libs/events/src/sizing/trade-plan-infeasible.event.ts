import { Equals, IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID, type Ratio, ratio } from '@ballast/domain';
import { DecimalField, Nested } from '../contract.js';
import { EventContract } from '../registry.js';
import { Cap, SeenPrice } from '../plan-shapes.js';

/** No quantities meet the rules. Written by: sizing. */
@EventContract({ writer: 'sizing', kind: 'plan' })
export class TradePlanInfeasible {
  @Equals('TradePlanInfeasible') readonly type = 'TradePlanInfeasible';
  @Matches(ID) readonly planId!: Id;
  @Matches(ID) readonly signalId!: Id;
  @Matches(ID) readonly tradeId!: Id;
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  @IsIn(['NO_PAIR', 'BEST_EFFORT_REFUSED', 'DEPTH', 'MINIMUM', 'STALE_DATA', 'NO_ACCOUNT_STATE', 'EXPIRED', 'SLIPPAGE', 'EDGE', 'NO_RECORD', 'KELLY', 'STOP_OR_TARGET']) readonly reason!: 'NO_PAIR' | 'BEST_EFFORT_REFUSED' | 'DEPTH' | 'MINIMUM' | 'STALE_DATA' | 'NO_ACCOUNT_STATE' | 'EXPIRED' | 'SLIPPAGE' | 'EDGE' | 'NO_RECORD' | 'KELLY' | 'STOP_OR_TARGET';
  @IsString() @MaxLength(2000) readonly detail!: string;
  @Nested(() => Cap, { array: true }) readonly caps!: readonly Cap[];
  @Nested(() => SeenPrice, { array: true }) readonly seen!: readonly SeenPrice[];
  @DecimalField(ratio, { optional: true }) readonly bestImbalanceRatio?: Ratio;
}
