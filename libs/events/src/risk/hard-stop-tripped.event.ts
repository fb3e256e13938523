import { Equals, IsIn, IsInt, IsOptional, Matches, Min } from 'class-validator';
import { type Id, ID, type Money, money, type Ms, TRADING_STATES, type TradingState } from '@ballast/domain';
import { DecimalField, Nested } from '../contract.js';
import { MarkSeen } from '../equity-shapes.js';
import { EventContract } from '../registry.js';
import { HARD_STOPS, type HardStop, STOP_SCOPES, type StopScope } from '../stop-shapes.js';

/** A limit of losses is reached: no new risk in this scope until it is resumed by an approver (R111, R54, C-2, C-3). Written by: risk. */
@EventContract({ writer: 'risk', kind: 'stops' })
export class HardStopTripped {
  @Equals('HardStopTripped') readonly type = 'HardStopTripped';
  @Matches(ID) readonly portfolioId!: Id;
  @IsIn(STOP_SCOPES) readonly scope!: StopScope;
  @Matches(ID) readonly scopeId!: Id;
  @IsIn(HARD_STOPS) readonly stop!: HardStop;
  /** Profile that the limit comes from, with its version and rung. */
  @Matches(/^[A-Za-z0-9._@/-]{1,160}$/) readonly profile!: string;
  @IsIn(['RATIO', 'USD', 'COUNT']) readonly unit!: 'RATIO' | 'USD' | 'COUNT';
  /** What was measured: a loss is positive. */
  @Matches(/^-?\d+(\.\d+)?$/) readonly value!: string;
  @Matches(/^\d+(\.\d+)?$/) readonly limit!: string;
  /** Capital at work when the day or week began, at the peak, or now where trades are counted. */
  @DecimalField(money) readonly baseline!: Money;
  /** Capital at work now, every open position at its newest mark. */
  @DecimalField(money) readonly equity!: Money;
  /** What follows from it. */
  @IsIn(TRADING_STATES) readonly state!: TradingState;
  /** No resume before it, ms of market time; absent: whenever an approver says so. */
  @IsOptional() @IsInt() @Min(0) readonly heldUntil?: Ms;
  /** Prices that are newer than those of the log, with which the equity was valued. */
  @Nested(() => MarkSeen, { array: true }) readonly marks!: readonly MarkSeen[];
}
