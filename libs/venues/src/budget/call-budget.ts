import type { Ms } from '@ballast/domain';

/** What a venue counts calls against: the address they come from, and the wallet that signed them. */
export const BUCKETS = ['ip', 'wallet'] as const;
export type BucketName = (typeof BUCKETS)[number];

/** 1 trade, 2 protection deposit and danger-zone checks, 3 reconciliation, 4 protection check, 5 analytics (R82, C-64). */
export const PRIORITIES = [1, 2, 3, 4, 5] as const;
export type Priority = (typeof PRIORITIES)[number];
export const TRADE: Priority = 1;
export const PROTECTION: Priority = 2;
export const RECONCILIATION: Priority = 3;

export interface BudgetRequest {
  readonly venue: string;
  readonly bucket: BucketName;
  /** What the venue charges for the call, in its own weights; > 0. */
  readonly weight: number;
  readonly priority: Priority;
  /** Of priority 2: a danger-zone check, which goes after what moves money. Means nothing at the others. */
  readonly check?: boolean;
}

/** How the bucket stands for calls of the priority that asked. */
export interface BudgetView {
  /** Weight that the share of this priority has now; negative = debt of calls that did not wait. */
  readonly left: number;
  /** 0 = the venue has not limited the rate lately; else 2,000 to 60,000 ms (R81, C-63). */
  readonly backoffMs: Ms;
}

export type Taken = BudgetView & ({ readonly granted: true } | {
  readonly granted: false;
  /** When it is worth asking again, if nobody else takes anything before; > 0. */
  readonly waitMs: Ms;
  /** The rest is saved for trades and protection: a call of priority 3 to 5 is to be skipped (R82). */
  readonly tight: boolean;
});

/** A request that can never be granted: an unknown bucket, or a weight beyond all that its priority may draw on. */
export class BudgetError extends Error {
  override readonly name = 'BudgetError';
}

/**
 * The calls that a venue allows, shared out by priority. No priority can use the share of a more urgent one, and a trade whose share is used up
 * takes those of reconciliation, protection checks and analytics; what is refilled goes to the most urgent share that is not full. So whether
 * a call is granted depends on calls as urgent as itself and more urgent ones only. Within priority 2 a part of the share is kept from
 * danger-zone checks, so that a deposit never waits for a reading (C-64).
 */
export abstract class CallBudget {
  /** Takes the weight, or says when to ask again. @throws BudgetError */
  abstract take(request: BudgetRequest): Promise<Taken>;
  /** Takes it whatever is left, for what must not wait: cancels and the kill switch. Trades pay the debt. @throws BudgetError */
  abstract spend(request: BudgetRequest): Promise<BudgetView>;
  /** The venue has limited the rate of a granted call: calls as urgent and less wait, first 2 s, then twice as long, at most 60 s. */
  abstract limited(request: BudgetRequest): Promise<BudgetView>;
  /** The venue has answered a granted call: the backoff of calls like it halves. Worth telling while `backoffMs` is above 0. */
  abstract succeeded(request: BudgetRequest): Promise<BudgetView>;
  abstract close(): Promise<void>;
}
