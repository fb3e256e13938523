import { Equals, Matches } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** A new UTC day has begun for this portfolio; daily counters start at zero. Written by: risk. */
@EventContract({ writer: 'risk', kind: 'exposure' })
export class DayRolled {
  @Equals('DayRolled') readonly type = 'DayRolled';
  @Matches(ID) readonly portfolioId!: Id;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly day!: string;
}
