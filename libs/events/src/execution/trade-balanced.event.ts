import { Equals, Matches } from 'class-validator';
import { type Id, ID, type Notional, notional, type Ratio, ratio } from '@ballast/domain';
import { DecimalField, Nested } from '../contract.js';
import { EventContract } from '../registry.js';
import { LegResult } from '../trade-shapes.js';

/** Both legs are filled as planned, but for a residual. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'trade' })
export class TradeBalanced {
  @Equals('TradeBalanced') readonly type = 'TradeBalanced';
  @Matches(ID) readonly tradeId!: Id;
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  @Matches(ID) readonly planId!: Id;
  @Nested(() => LegResult, { array: true }) readonly legs!: readonly LegResult[];
  @DecimalField(ratio) readonly imbalancePlanned!: Ratio;
  /** Filled quantities at the plan's reference prices. */
  @DecimalField(ratio) readonly imbalanceAtReference!: Ratio;
  /** At fill prices. */
  @DecimalField(ratio) readonly imbalanceAtFill!: Ratio;
  /** Integral of the unhedged notional over market time, quote currency x s. */
  @DecimalField(notional) readonly nakedNotionalSeconds!: Notional;
}
