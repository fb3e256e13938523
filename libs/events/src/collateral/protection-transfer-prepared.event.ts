import { Equals, Matches } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { Nested } from '../contract.js';
import { TransferPayload } from '../protection-shapes.js';
import { EventContract } from '../registry.js';

/** The intended transfer has its identity at the venue: durable before anything leaves, and only ever sent again unchanged. Written by: collateral. */
@EventContract({ writer: 'collateral', kind: 'protection' })
export class ProtectionTransferPrepared {
  @Equals('ProtectionTransferPrepared') readonly type = 'ProtectionTransferPrepared';
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly transferId!: Id;
  @Nested(() => TransferPayload) readonly payload!: TransferPayload;
}
