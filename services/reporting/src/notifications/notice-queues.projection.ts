import { contentId, type Id, type Money, type Partition, type Ratio } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import type { Projection, Recorded } from '@ballast/bus';
import { type Message, NOTICE_KINDS, type NoticeFacts, type NoticeKind, type NoticeQueue } from './notice.js';

/** Notices of a kind that are kept one by one for each partition; older ones that nobody has been told of are counted (R89). */
export const KEPT_MAX = 100;

interface NoticesState {
  readonly partitions: Map<Partition, Map<NoticeKind, NoticeQueue>>;
  /** Distances that transfers on their way were decided at, by transfer; undefined where there was no position. */
  readonly decidedAt: Map<Id, Ratio | undefined>;
  /** Bots whose venue took no transfer when last asked. */
  readonly frozen: Set<Id>;
}

const PERCENT = 100;
const percent = (distance: Ratio): string => distance.times(PERCENT).toDecimalPlaces(2).toString();
const dollars = (amount: Money): string => amount.toFixed(2);

/**
 * Queues of what people are told, folded from the log: the log is what waits, so nothing is lost by a crash, and what is in
 * memory is bounded however much happens. Each channel keeps for itself how far it has told them.
 */
export class NoticeQueues implements Projection<NoticesState> {
  readonly name = 'notices';
  readonly reads = [
    'ProtectionTransferIntended', 'ProtectionDeposited', 'ProtectionWithdrawn', 'ProtectionTransferRefused', 'ProtectionExhausted', 'ProtectionStale',
    'HardStopTripped', 'ReconciliationDifferenceFound', 'PromotionRequested', 'PromotionApproved',
  ] as const satisfies readonly BallastEvent['type'][];
  state: NoticesState = { partitions: new Map(), decidedAt: new Map(), frozen: new Set() };
  private readonly heard: (() => void)[] = [];

  apply({ event, index, decision: { decisionId, partition, occurredAt } }: Recorded): void {
    const facts = this.factsOf(event);
    if (!facts) return;
    const queue = this.queueOf(partition, facts.kind);
    queue.total += 1;
    queue.kept.push({ id: `${decisionId}-${index}`, number: queue.total, at: occurredAt, facts });
    if (queue.kept.length > KEPT_MAX) queue.kept.shift();
    for (const hear of this.heard) hear();
  }

  /** Hears that something has been added, from now on. */
  onAdded(hear: () => void): void {
    this.heard.push(hear);
  }

  /** How many there have been. */
  total(partition: Partition, kind: NoticeKind): number {
    return this.state.partitions.get(partition)?.get(kind)?.total ?? 0;
  }

  /** How many there have been, by kind. */
  totals(partition: Partition): Readonly<Record<string, number>> {
    return Object.fromEntries(NOTICE_KINDS.map((kind) => [kind, this.total(partition, kind)]));
  }

  /** The notices with these numbers as one message. */
  message(partition: Partition, kind: NoticeKind, from: number, to: number): Message {
    const notices = (this.state.partitions.get(partition)?.get(kind)?.kept ?? []).filter(({ number }) => number >= from && number <= to);
    const [only] = notices;
    const key = only && from === to ? only.id : contentId('notices', partition, kind, from, to);
    return { key, partition, kind, from, to, notices };
  }

  private queueOf(partition: Partition, kind: NoticeKind): NoticeQueue {
    const kinds = this.state.partitions.get(partition) ?? new Map<NoticeKind, NoticeQueue>();
    this.state.partitions.set(partition, kinds);
    const queue = kinds.get(kind) ?? { total: 0, kept: [] };
    kinds.set(kind, queue);
    return queue;
  }

  private factsOf(event: BallastEvent): NoticeFacts | undefined {
    return this.protection(event) ?? oversight(event);
  }

  private protection(event: BallastEvent): NoticeFacts | undefined {
    switch (event.type) {
      case 'ProtectionTransferIntended':
        this.state.decidedAt.set(event.transferId, event.saw?.distance);
        return undefined;
      case 'ProtectionDeposited':
        return { kind: 'PROTECTION_DEPOSIT', botId: event.botId, amount: dollars(event.amount), distance: this.settled(event.botId, event.transferId) ?? '?' };
      case 'ProtectionWithdrawn': {
        const distance = this.settled(event.botId, event.transferId);
        return { kind: 'PROTECTION_WITHDRAWAL', botId: event.botId, amount: dollars(event.amount), ...(distance === undefined ? {} : { distance }) };
      }
      case 'ProtectionTransferRefused':
        return this.refused(event.botId, event.transferId, event);
      case 'ProtectionExhausted':
        return { kind: 'PROTECTION_EXHAUSTED', botId: event.botId, cause: event.cause, policy: event.policy, distance: percent(event.distance), total: dollars(event.deposited) };
      case 'ProtectionStale':
        return { kind: 'PROTECTION_STALE', botId: event.botId, what: event.what, missedIntervals: event.missedIntervals, ...(event.distance ? { distance: percent(event.distance) } : {}) };
    }
    return undefined;
  }

  /** A venue that is frozen refuses again and again; people hear of it once, until it has taken a transfer. */
  private refused(botId: Id, transferId: Id, { frozen, reason }: { readonly frozen: boolean; readonly reason: string }): NoticeFacts | undefined {
    this.state.decidedAt.delete(transferId);
    if (!frozen || this.state.frozen.has(botId)) return undefined;
    this.state.frozen.add(botId);
    return { kind: 'VENUE_FROZEN', botId, reason };
  }

  private settled(botId: Id, transferId: Id): string | undefined {
    const distance = this.state.decidedAt.get(transferId);
    this.state.decidedAt.delete(transferId);
    this.state.frozen.delete(botId);
    return distance && percent(distance);
  }
}

function oversight(event: BallastEvent): NoticeFacts | undefined {
  switch (event.type) {
    case 'HardStopTripped': {
      const { portfolioId, scope, scopeId, stop, unit, value, limit, state } = event;
      return { kind: 'HARD_STOP', portfolioId, scope, scopeId, stop, unit, value, limit, state };
    }
    case 'ReconciliationDifferenceFound': {
      const { accountId, portfolioId, what, subject, expected, found } = event;
      return { kind: 'RECONCILIATION_DIFFERENCE', accountId, portfolioId, what, subject, expected, found };
    }
    case 'PromotionRequested':
    case 'PromotionApproved': {
      const { portfolioId, from, to, by, reason } = event;
      return { kind: event.type === 'PromotionRequested' ? 'PROMOTION_REQUESTED' : 'PROMOTION_APPROVED', portfolioId, from, to, by, reason };
    }
  }
  return undefined;
}
