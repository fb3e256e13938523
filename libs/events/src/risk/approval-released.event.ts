import { Equals, IsIn, Matches } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** The approval no longer counts as exposure of its own: its fills do, or nothing came of it. Written by: risk. */
@EventContract({ writer: 'risk', kind: 'exposure' })
export class ApprovalReleased {
  @Equals('ApprovalReleased') readonly type = 'ApprovalReleased';
  @Matches(ID) readonly planId!: Id;
  @Matches(ID) readonly tradeId!: Id;
  @IsIn(['OPENED', 'CLOSED', 'EXPIRED', 'REFUSED']) readonly reason!: 'OPENED' | 'CLOSED' | 'EXPIRED' | 'REFUSED';
}
