import { Equals, IsInt, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** One replica of the HTTP edge carries out what a person asked for under an idempotency key: no other one does. Written by: operator. */
@EventContract({ writer: 'operator', kind: 'request' })
export class RequestClaimed {
  @Equals('RequestClaimed') readonly type = 'RequestClaimed';
  /** Of a person and a key. */
  @Matches(ID) readonly requestId!: Id;
  /** Counts from 1: what was refused or not answered may be asked again. */
  @IsInt() @Min(1) readonly attempt!: number;
  /** Name of the token. */
  @IsString() @MaxLength(64) readonly person!: string;
  /** `<service>.<verb>`. */
  @IsString() @MaxLength(200) readonly asked!: string;
  /** SHA-256 of what was asked, in hex. */
  @Matches(/^[0-9a-f]{64}$/) readonly fingerprint!: string;
  /** Which process of the edge it is. */
  @Matches(ID) readonly replica!: Id;
}
