import { type JetStreamManager, NatsError } from 'nats';
import { openingSubject } from '../core/sealed.js';
import type { ThinRequest } from '../archive/service-places.js';
import { EVENT_STREAMS } from './names.js';
import { Refused } from './refused.js';
import { sealIn } from './seals.js';

const NO_MESSAGE_FOUND = 10037;

/** Partition streams of which a part is sealed, as their administrator sees them. */
export class SealedStreams {
  constructor(private readonly manager: JetStreamManager) {}

  /** Last sequence that is sealed and partly gone; undefined where the stream is whole. */
  async upTo(stream: string): Promise<number | undefined> {
    const { state } = await this.manager.streams.info(stream);
    return state.messages === state.last_seq ? undefined : this.sealedUpTo(stream);
  }

  /**
   * Removes from each subject what is before the message that stays. Nothing goes that the partition's opening does not seal, and
   * no subject goes as a whole: its version and its hash chain go on. @returns how many messages went
   */
  async thin({ stream, upTo, subjects }: ThinRequest): Promise<number> {
    const { config } = await this.manager.streams.info(stream);
    if (config.deny_purge) throw new Refused(`${stream}: was made by an earlier build and lets nobody remove anything; archive the log, restore it into a new server, and roll over there`);
    if (subjects.length === 0) return 0;
    const sealed = (await this.sealedUpTo(stream)) ?? 0;
    if (upTo > sealed) throw new Refused(`${stream}: asked to thin up to ${upTo}, sealed is what is up to ${sealed}`);
    let gone = 0;
    for (const [subject, below] of subjects) {
      const stays = await this.manager.streams.getMessage(stream, { seq: below });
      if (stays.subject !== subject) throw new Refused(`${stream}: message ${below} is of ${stays.subject}, asked is that it stays of ${subject}`);
      gone += (await this.manager.streams.purge(stream, { filter: subject, seq: below })).purged;
    }
    return gone;
  }

  private async sealedUpTo(stream: string): Promise<number | undefined> {
    const partition = EVENT_STREAMS.indexOf(stream);
    try {
      const { seq: sequence, subject, data: bytes } = await this.manager.streams.getMessage(stream, { last_by_subj: openingSubject(partition) });
      return sealIn(partition, { sequence, subject, bytes }).upTo;
    } catch (error) {
      if (error instanceof NatsError && error.jsError()?.err_code === NO_MESSAGE_FOUND) return undefined;
      throw error;
    }
  }
}
