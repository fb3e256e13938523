import { type Partition, PARTITIONS } from '@ballast/domain';
import type { Unit } from '../lease/lease-table.js';
import type { ServiceOptions } from './service-life.js';

type Sharing = Pick<ServiceOptions, 'sharing'>;

const ALL: readonly Partition[] = Array.from({ length: PARTITIONS }, (_, partition) => partition);

/** How many units there are to share: the partitions, or the whole where one replica leads. */
export const unitsOf = ({ sharing }: Sharing): number => (sharing === 'leader' ? 1 : PARTITIONS);

/** Which partitions these units are. */
export const partitionsOf = (units: readonly Unit[], { sharing }: Sharing): readonly Partition[] => (sharing === 'leader' ? (units.length === 0 ? [] : ALL) : units);
