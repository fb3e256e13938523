import { Equals, IsIn, IsInt, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Bps, bps, type Id, ID, type Ms, type Notional, notional, type Ratio, ratio } from '@ballast/domain';
import { DecimalField, Nested } from '../contract.js';
import { EventContract } from '../registry.js';
import { SeenPrice, SignalLeg } from '../plan-shapes.js';

/** A strategy wants a trade entered or left. Judged once, by the event that accepts it. Written by: any strategy. */
@EventContract({ writer: 'strategy-*', kind: 'signal' })
export class SignalRaised {
  @Equals('SignalRaised') readonly type = 'SignalRaised';
  @Matches(ID) readonly signalId!: Id;
  @Matches(ID) readonly tradeId!: Id;
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  @IsIn(['ENTER', 'EXIT']) readonly purpose!: 'ENTER' | 'EXIT';
  /** Empty for EXIT: the open legs are left. */
  @Nested(() => SignalLeg, { array: true }) readonly legs!: readonly SignalLeg[];
  /** Per leg, quote currency; ENTER only. */
  @DecimalField(notional, { optional: true }) readonly targetNotional?: Notional;
  @DecimalField(bps) readonly slippageBpsMax!: Bps;
  /** What a round may cost in place of an expected edge (cycle mode). */
  @DecimalField(bps, { optional: true }) readonly costBudgetBps?: Bps;
  /** Gross edge expected of the round (spread mode). */
  @DecimalField(bps, { optional: true }) readonly expectedEdgeBps?: Bps;
  /** How sure whatever stands behind the signal is, 0 … 1: scales the size within the policy's bounds, where one binds them (C-52). Absent = 1. */
  @DecimalField(ratio, { optional: true }) readonly confidence?: Ratio;
  /** In words, for explain. */
  @IsString() @MaxLength(2000) readonly reason!: string;
  @Nested(() => SeenPrice, { array: true }) readonly seen!: readonly SeenPrice[];
  @IsInt() @Min(0) readonly validUntil!: Ms;
}
