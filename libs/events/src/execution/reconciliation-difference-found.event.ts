import { Equals, IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** The venue and the log disagree; risk decides what follows. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'reconciliation' })
export class ReconciliationDifferenceFound {
  @Equals('ReconciliationDifferenceFound') readonly type = 'ReconciliationDifferenceFound';
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  @IsIn(['POSITION', 'ORDER', 'FILL', 'BALANCE']) readonly what!: 'POSITION' | 'ORDER' | 'FILL' | 'BALANCE';
  /** Instrument or order id. */
  @IsString() @MaxLength(2000) readonly subject!: string;
  @IsString() @MaxLength(2000) readonly expected!: string;
  @IsString() @MaxLength(2000) readonly found!: string;
}
