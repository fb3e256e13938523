import { Equals, IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID, type Money, money, type Notional, notional } from '@ballast/domain';
import { DecimalField, Nested } from '../contract.js';
import { EventContract } from '../registry.js';
import { LegResult } from '../trade-shapes.js';

/** The trade is over and holds nothing but its residual. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'trade' })
export class TradeClosed {
  @Equals('TradeClosed') readonly type = 'TradeClosed';
  @Matches(ID) readonly tradeId!: Id;
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  @Matches(ID) readonly planId!: Id;
  @Matches(ID) readonly signalId!: Id;
  @IsIn(['COMPLETED', 'UNWOUND', 'UNFILLED']) readonly outcome!: 'COMPLETED' | 'UNWOUND' | 'UNFILLED';
  @Nested(() => LegResult, { array: true }) readonly legs!: readonly LegResult[];
  @DecimalField(notional) readonly planVolume!: Notional;
  @DecimalField(notional) readonly turnover!: Notional;
  /** Before fees and funding. */
  @DecimalField(money) readonly realisedPnl!: Money;
  @DecimalField(money) readonly fees!: Money;
  @DecimalField(notional) readonly nakedNotionalSeconds!: Notional;
  @IsString() @MaxLength(2000) readonly reason!: string;
}
