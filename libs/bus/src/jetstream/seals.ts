import { setTimeout as delay } from 'node:timers/promises';
import { InvariantError, type Partition } from '@ballast/domain';
import type { PartitionOpened } from '@ballast/events';
import { readTrusted } from '../core/envelope-codec.js';
import { openingSubject, type Seal } from '../core/sealed.js';
import { getDirect, streamInfo } from './direct.js';
import type { Link } from './link.js';
import { eventsStream } from './names.js';
import type { ReadMessage } from './reader.js';

/** What an opening seals. @throws InvariantError where the message is none */
export function sealIn(partition: Partition, message: ReadMessage): Seal {
  const opening = readTrusted({ partition, ...message }).events.find((event): event is PartitionOpened => event.type === 'PartitionOpened');
  if (!opening) throw new InvariantError(`${message.subject} at sequence ${message.sequence}: found no opening of partition ${partition}`);
  const { sealedUpTo: upTo, digest, wholeFrom } = opening;
  return { upTo, digest, wholeFrom };
}

/** Where a partition's stream ends, and what of it is sealed and gone; undefined where it is whole. */
export interface Look {
  readonly lastSequence: number;
  readonly seal: Seal | undefined;
}

const TRIES = 20;
const RETRY_MS = 50;

/** What is sealed of the partitions, by one request a look: an opening is asked for only where more is gone than before. */
export class Seals {
  private readonly known = new Map<Partition, { readonly gone: number; readonly seal: Seal }>();

  constructor(
    private readonly link: Link,
    private readonly retryMs = RETRY_MS,
  ) {}

  /** @throws InvariantError where the stream has a hole and no opening says why */
  async look(partition: Partition): Promise<Look> {
    const { messages, last_seq: lastSequence } = await streamInfo(this.link, eventsStream(partition), {});
    const gone = lastSequence - messages;
    if (gone === 0) return { lastSequence, seal: undefined };
    const known = this.known.get(partition);
    if (known?.gone === gone) return { lastSequence, seal: known.seal };
    const seal = await this.opening(partition, `ends at ${lastSequence} and holds ${messages} messages`);
    this.known.set(partition, { gone, seal });
    return { lastSequence, seal };
  }

  private async opening(partition: Partition, found: string): Promise<Seal> {
    const stream = eventsStream(partition);
    for (let tried = 1; ; tried += 1) {
      const opening = await getDirect(this.link, stream, { last_by_subj: openingSubject(partition) });
      if (opening) return sealIn(partition, opening);
      if (tried === TRIES) throw new InvariantError(`${stream}: ${found}; the log has a hole, and no opening of the partition says why`);
      // A replica that is behind the leader has not got it yet.
      await delay(this.retryMs);
    }
  }
}
