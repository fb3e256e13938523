import { contentId, type Ms } from '@ballast/domain';
import { encodeEnvelope, openingId, RESTORER, type StreamArchive } from '@ballast/bus';
import { type BallastEvent, contractVersionOf } from '@ballast/events';
import { CliFailure } from '../io.js';
import type { SealedBooks } from './sealed-books.js';

/** The server takes messages of 1 MiB, with their subject and headers. */
const OPENING_BYTES_MAX = 1_000_000;

/** The decision that opens a partition behind all that is archived of it. @throws CliFailure where no message can hold it */
export function openingBytes(books: Pick<SealedBooks, 'partition' | 'opening' | 'newestAt' | 'carried'>, { last: sealedUpTo, digest, lastHash }: Pick<StreamArchive, 'last' | 'digest' | 'lastHash'>, { wholeFrom, build, bytesMax = OPENING_BYTES_MAX }: { readonly wholeFrom: Ms; readonly build: string; readonly bytesMax?: number }): Uint8Array {
  const { partition, opening, newestAt } = books;
  const lane = `partition-${partition}`;
  const event = { type: 'PartitionOpened', partition, sealedUpTo, digest, lastHash, wholeFrom, ...books.carried() } satisfies BallastEvent;
  const bytes = encodeEnvelope({
    format: 1, decisionId: contentId('opening', partition, sealedUpTo, digest), stream: `${RESTORER}.opening.${openingId(partition)}`, version: (opening?.version ?? 0) + 1, occurredAt: newestAt, writer: RESTORER, build,
    correlationId: lane, causationId: contentId('roll', partition, sealedUpTo), lane, contract: contractVersionOf([event]), previousHash: opening?.hash ?? '', events: [event],
  });
  if (bytes.length <= bytesMax) return bytes;
  throw new CliFailure(
    `partition ${partition} is not rolled over: its opening would have ${bytes.length} bytes, allowed are ${bytesMax}; it carries ${event.positions.length} open positions and ${event.balances.length} accounts`,
    'roll it over while fewer positions are open, or move portfolios to other partitions',
  );
}
