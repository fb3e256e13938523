import { Equals, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID, type Notional, notional } from '@ballast/domain';
import { DecimalField, Nested } from '../contract.js';
import { EventContract } from '../registry.js';
import { RuleEvaluation } from '../risk-shapes.js';

/** Risk refuses; every rule says why or why not. Written by: risk. */
@EventContract({ writer: 'risk', kind: 'exposure' })
export class TradeDenied {
  @Equals('TradeDenied') readonly type = 'TradeDenied';
  @Matches(ID) readonly planId!: Id;
  @Matches(ID) readonly signalId!: Id;
  @Matches(ID) readonly tradeId!: Id;
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly planHash!: string;
  @Nested(() => RuleEvaluation, { array: true }) readonly rules!: readonly RuleEvaluation[];
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly bindingRule!: string;
  @IsString() @MaxLength(2000) readonly reason!: string;
  @DecimalField(notional) readonly grossBefore!: Notional;
}
