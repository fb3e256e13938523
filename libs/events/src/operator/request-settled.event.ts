import { Equals, IsIn, IsInt, Matches, Min } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** What became of a request under an idempotency key: DONE for good; REFUSED, and it may be asked again, also for something else; UNANSWERED, and it may be asked again as it was. Written by: operator. */
@EventContract({ writer: 'operator', kind: 'request' })
export class RequestSettled {
  @Equals('RequestSettled') readonly type = 'RequestSettled';
  @Matches(ID) readonly requestId!: Id;
  @IsInt() @Min(1) readonly attempt!: number;
  @IsIn(['DONE', 'REFUSED', 'UNANSWERED']) readonly outcome!: 'DONE' | 'REFUSED' | 'UNANSWERED';
}
