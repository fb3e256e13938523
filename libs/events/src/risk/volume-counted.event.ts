import { Equals, Matches } from 'class-validator';
import { type Id, ID, type Notional, notional } from '@ballast/domain';
import { DecimalField } from '../contract.js';
import { EventContract } from '../registry.js';

/** A round counts toward its day (R23, C-25). Written by: risk. */
@EventContract({ writer: 'risk', kind: 'exposure' })
export class VolumeCounted {
  @Equals('VolumeCounted') readonly type = 'VolumeCounted';
  @Matches(ID) readonly tradeId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  /** UTC day, 2025-09-04. */
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly day!: string;
  @DecimalField(notional) readonly planVolume!: Notional;
  @DecimalField(notional) readonly turnover!: Notional;
}
