import { Equals, IsInt, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Id, ID, type Ms } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** A venue will be away: no entries into it from the lead of the bound profile on, until it ends. Written by: risk. */
@EventContract({ writer: 'risk', kind: 'maintenance' })
export class MaintenanceAnnounced {
  @Equals('MaintenanceAnnounced') readonly type = 'MaintenanceAnnounced';
  @Matches(ID) readonly portfolioId!: Id;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly venue!: string;
  @IsInt() @Min(0) readonly startsAt!: Ms;
  @IsInt() @Min(0) readonly endsAt!: Ms;
  @IsString() @MaxLength(2000) readonly reason!: string;
  /** The credential that announced it. */
  @IsString() @MaxLength(2000) readonly by!: string;
}
