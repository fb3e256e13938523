import { contentId, partitionOf } from '@ballast/domain';
import { type DecisionRecord, encodeEnvelope, hashOf } from '@ballast/bus';
import { pairRound, type WrittenDecision } from './pair-round.builders.js';

/** Decisions as a store would give them back: numbered and chained. */
export function recordsOf(decisions: readonly WrittenDecision[] = pairRound()): readonly DecisionRecord[] {
  const heads = new Map<string, { readonly version: number; readonly hash: string }>();
  return decisions.map(({ writer, kind, id, at, correlationId, events }, index) => {
    const stream = `${writer}.${kind}.${id}`;
    const { version, hash } = heads.get(stream) ?? { version: 0, hash: '' };
    const envelope = { format: 1, decisionId: contentId('decision', index), stream, version: version + 1, occurredAt: at, writer, build: 'test', correlationId, causationId: contentId('cause', index), lane: 'acct1', contract: 1, previousHash: hash, events } as const;
    const own = hashOf(encodeEnvelope(envelope));
    heads.set(stream, { version: version + 1, hash: own });
    return { ...envelope, partition: partitionOf('main'), subject: `evt.${partitionOf('main')}.${stream}`, sequence: index + 1, hash: own };
  });
}
