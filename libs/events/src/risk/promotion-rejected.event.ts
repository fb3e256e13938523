import { Equals, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { RUNG_NAME } from '../ladder-shapes.js';
import { EventContract } from '../registry.js';

/** A person turns a request down although its criteria are met. Written by: risk. */
@EventContract({ writer: 'risk', kind: 'ladder' })
export class PromotionRejected {
  @Equals('PromotionRejected') readonly type = 'PromotionRejected';
  @Matches(ID) readonly portfolioId!: Id;
  @Matches(ID) readonly requestId!: Id;
  @Matches(RUNG_NAME) readonly from!: string;
  @Matches(RUNG_NAME) readonly to!: string;
  @IsString() @MaxLength(2000) readonly by!: string;
  @IsString() @MaxLength(2000) readonly reason!: string;
}
