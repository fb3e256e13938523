import { Equals, IsInt, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Id, ID, type Ms } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** An announced maintenance does not take place: entries go on. Written by: risk. */
@EventContract({ writer: 'risk', kind: 'maintenance' })
export class MaintenanceCalledOff {
  @Equals('MaintenanceCalledOff') readonly type = 'MaintenanceCalledOff';
  @Matches(ID) readonly portfolioId!: Id;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly venue!: string;
  /** Names the one that was announced. */
  @IsInt() @Min(0) readonly startsAt!: Ms;
  @IsString() @MaxLength(2000) readonly by!: string;
}
