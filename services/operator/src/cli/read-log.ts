import { PARTITIONS, type Partition } from '@ballast/domain';
import { type DecisionRecord, type EventStore, NewerContract, readTrusted, type StoredMessage } from '@ballast/bus';
import { ContractError } from '@ballast/events';
import { ChainCheck } from '@ballast/books';
import type { Cut, Until } from './cut.js';
import { CliFailure } from './io.js';

export const ALL_PARTITIONS: readonly Partition[] = Array.from({ length: PARTITIONS }, (_, partition) => partition);

/** How far was read. */
export interface LogEnd {
  readonly cut: Cut;
  /** Decisions. */
  readonly messages: number;
  readonly events: number;
}

/**
 * Reads every partition at once from the first message, by the fast reader, each stream's hash chain proven on the way.
 * @throws CliFailure where a message cannot be read, a chain is broken, or the log is shorter than the cut.
 */
export async function readLog(store: EventStore, until: Until, onDecision: (decision: DecisionRecord) => void): Promise<LogEnd> {
  const chains = new ChainCheck();
  const cut = new Map<Partition, number>();
  const counts = { messages: 0, events: 0 };
  const read = async (partition: Partition): Promise<void> => {
    const to = await endOf(store, partition, until);
    let over = false;
    cut.set(partition, 0);
    if (to === 0) return;
    await store.read(partition, { filters: [], to }, (message) => {
      if (over) return;
      const decision = trusted(message);
      over = until !== undefined && 'time' in until && decision.occurredAt > until.time;
      if (over) return;
      const fault = chains.message(decision);
      if (fault !== undefined) throw broken(message, fault);
      cut.set(partition, message.sequence);
      counts.messages += 1;
      counts.events += decision.events.length;
      onDecision(decision);
    });
  };
  await Promise.all(ALL_PARTITIONS.map(read));
  return { cut, ...counts };
}

async function endOf(store: EventStore, partition: Partition, until: Until): Promise<number> {
  const last = await store.lastSequence(partition);
  if (until === undefined || 'time' in until) return last;
  const asked = until.cut.get(partition) ?? 0;
  if (asked > last) throw new CliFailure(`partition ${partition} of the log ends at ${last}; the cut asks for ${asked}`, 'name a cut that the log has reached: `ballast rebuild` prints the latest');
  return asked;
}

function trusted(message: StoredMessage): DecisionRecord {
  try {
    return readTrusted(message);
  } catch (error) {
    if (error instanceof NewerContract) throw newer(error);
    if (error instanceof ContractError) throw broken(message, error.message);
    throw error;
  }
}

/** The log is whole, and this build too old to read it. */
export const newer = ({ message }: NewerContract): CliFailure => new CliFailure(`the log was written by a newer build: ${message}`, 'run `ballast` of that build, or of a newer one');

const broken = ({ partition, sequence, subject }: StoredMessage, why: string): CliFailure =>
  new CliFailure(`the log is broken at partition ${partition}, sequence ${sequence} (${subject}): ${why}`, 'run `ballast verify` for every breach; restore this partition from its backup');

/** Decisions of some streams only, oldest first in each partition; no chain is proven. */
export async function readFiltered(store: EventStore, filtersOf: (partition: Partition) => readonly string[], onDecision: (decision: DecisionRecord) => void): Promise<void> {
  await Promise.all(ALL_PARTITIONS.map((partition) => store.read(partition, { filters: filtersOf(partition) }, (message) => onDecision(trusted(message)))));
}
