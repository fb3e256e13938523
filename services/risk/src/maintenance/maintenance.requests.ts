import { IsInt, IsString, Matches, MaxLength, Min } from 'class-validator';
import { ID, type Id, type Ms } from '@ballast/domain';

/** Says when a venue will be away. */
export class AnnounceMaintenance {
  @Matches(ID) readonly portfolioId!: Id;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly venue!: string;
  @IsInt() @Min(0) readonly startsAt!: Ms;
  @IsInt() @Min(0) readonly endsAt!: Ms;
  @IsString() @MaxLength(500) readonly reason!: string;
}

/** Takes an announcement back. */
export class CallOffMaintenance {
  @Matches(ID) readonly portfolioId!: Id;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly venue!: string;
  @IsInt() @Min(0) readonly startsAt!: Ms;
}
