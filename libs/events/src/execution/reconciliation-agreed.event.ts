import { Equals, IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** The venue and the log agree again after a difference. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'reconciliation' })
export class ReconciliationAgreed {
  @Equals('ReconciliationAgreed') readonly type = 'ReconciliationAgreed';
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  @IsIn(['POSITION', 'ORDER', 'FILL', 'BALANCE']) readonly what!: 'POSITION' | 'ORDER' | 'FILL' | 'BALANCE';
  @IsString() @MaxLength(2000) readonly subject!: string;
}
