import { Equals, IsInt, Matches, Max, Min } from 'class-validator';
import { type Ms, type Partition, PARTITIONS } from '@ballast/domain';
import { Nested } from '../contract.js';
import { BalanceCarried, PositionCarried } from '../opening-shapes.js';
import { EventContract } from '../registry.js';

const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Everything before this message is sealed: it is in the archive that is named by its digest, and may be gone from the log. The
 * books are those of all that is sealed, and were verified. Written by: the restorer, in the command that rolls a partition over.
 */
@EventContract({ writer: 'restorer', kind: 'opening', contract: 3 })
export class PartitionOpened {
  @Equals('PartitionOpened') readonly type = 'PartitionOpened';
  @IsInt() @Min(0) @Max(PARTITIONS - 1) readonly partition!: Partition;
  /** Last sequence that is sealed: the one before this message's own. */
  @IsInt() @Min(1) readonly sealedUpTo!: number;
  /** The archive's chained digest over every sealed record. */
  @Matches(SHA256) readonly digest!: string;
  /** SHA-256 over the exact bytes of the last sealed message. */
  @Matches(SHA256) readonly lastHash!: string;
  /** Market time: streams of trades, plans and requests whose last word is of then or later stay whole in the log. */
  @IsInt() @Min(0) readonly wholeFrom!: Ms;
  /** SHA-256 over the books of the partition: bots, positions, orders and balances. */
  @Matches(SHA256) readonly booksHash!: string;
  /** Every position that is open, by account and instrument. */
  @Nested(() => PositionCarried, { array: true }) readonly positions!: readonly PositionCarried[];
  /** Every account whose figures are not all zero, by its id. */
  @Nested(() => BalanceCarried, { array: true }) readonly balances!: readonly BalanceCarried[];
}
