import type { HardStopTripped, PromotionApproved, ProtectionExhausted, ProtectionStale, ReconciliationDifferenceFound } from '@ballast/events';
import type { Ms, Partition } from '@ballast/domain';

/** What people are told, the most urgent first: in this order it goes out where several wait. */
export const NOTICE_KINDS = [
  'PROTECTION_EXHAUSTED',
  'HARD_STOP',
  'VENUE_FROZEN',
  'PROTECTION_STALE',
  'RECONCILIATION_DIFFERENCE',
  'PROTECTION_DEPOSIT',
  'PROTECTION_WITHDRAWAL',
  'PROMOTION_REQUESTED',
  'PROMOTION_APPROVED',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

type Promotion = Pick<PromotionApproved, 'portfolioId' | 'from' | 'to' | 'by' | 'reason'>;

/** What a notice says. Amounts are quote currency, distances percent of the liquidation price (C-59, C-69), both as they are shown. */
export type NoticeFacts =
  | (Pick<ProtectionExhausted, 'botId' | 'cause' | 'policy'> & { readonly kind: 'PROTECTION_EXHAUSTED'; readonly distance: string; readonly total: string })
  | (Pick<HardStopTripped, 'portfolioId' | 'scope' | 'scopeId' | 'stop' | 'unit' | 'value' | 'limit' | 'state'> & { readonly kind: 'HARD_STOP' })
  | { readonly kind: 'VENUE_FROZEN'; readonly botId: string; readonly reason: string }
  /** Without a distance: the position was never seen. */
  | (Pick<ProtectionStale, 'botId' | 'what' | 'missedIntervals'> & { readonly kind: 'PROTECTION_STALE'; readonly distance?: string })
  | (Pick<ReconciliationDifferenceFound, 'accountId' | 'portfolioId' | 'what' | 'subject' | 'expected' | 'found'> & { readonly kind: 'RECONCILIATION_DIFFERENCE' })
  | { readonly kind: 'PROTECTION_DEPOSIT'; readonly botId: string; readonly amount: string; readonly distance: string }
  /** Without a distance: the position is closed. */
  | { readonly kind: 'PROTECTION_WITHDRAWAL'; readonly botId: string; readonly amount: string; readonly distance?: string }
  | (Promotion & { readonly kind: 'PROMOTION_REQUESTED' })
  | (Promotion & { readonly kind: 'PROMOTION_APPROVED' });

/** One event of the log that people are told of. */
export interface Notice {
  /** The event's own: its decision and its place in it. */
  readonly id: string;
  /** 1, 2, 3 … of its kind in its partition. */
  readonly number: number;
  /** When it happened, market time. */
  readonly at: Ms;
  readonly facts: NoticeFacts;
}

/** Every notice of one kind in one partition, counted; only the newest are kept as such. */
export interface NoticeQueue {
  total: number;
  /** Oldest first, without a gap, the newest of all at the end. */
  readonly kept: Notice[];
}

/** Notices of one kind that are told as one: their numbers are `from` to `to`. */
export interface Message {
  /** The notice's id where it is one, else of the content: the same whenever the same is told again. */
  readonly key: string;
  readonly partition: Partition;
  readonly kind: NoticeKind;
  readonly from: number;
  readonly to: number;
  /** Those of them that are still known one by one, oldest first. */
  readonly notices: readonly Notice[];
}

export const countOf = ({ from, to }: Pick<Message, 'from' | 'to'>): number => to - from + 1;
