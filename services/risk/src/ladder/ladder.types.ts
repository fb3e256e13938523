import type { Id, Ms } from '@ballast/domain';
import type { BoundProfile, LadderEvidence, PromotionApproved, PromotionDenied, PromotionRejected, PromotionRequested, RungEntered, RungWatchPassed } from '@ballast/events';
import type { StatedItem } from '@ballast/ladder';
import type { BoundLadder } from '@ballast/policy';

export type LadderEvent = RungEntered | RungWatchPassed | PromotionRequested | PromotionDenied | PromotionApproved | PromotionRejected;

/** Where a portfolio stands. */
export interface Standing {
  readonly portfolioId: Id;
  readonly rung: string;
  readonly profile: string;
  /** Market time at which it was entered, ms. */
  readonly at: Ms;
  /** Until then the new size is watched; absent where no watch is on. */
  readonly watchUntil?: Ms;
  readonly executionMsBefore?: Ms;
  /** What it was entered for, where somebody asked. */
  readonly requestId?: Id;
}

/** A request that waits for an approver. */
export interface Pending {
  readonly requestId: Id;
  readonly from: string;
  readonly to: string;
  readonly by: string;
  readonly stated: readonly StatedItem[];
}

/** What became of the last request. */
export interface Decided {
  readonly requestId: Id;
  readonly outcome: 'DENIED' | 'APPROVED' | 'REJECTED';
  readonly by: string;
}

/** One portfolio's ladder; without a standing it has none. */
export interface Ladder {
  readonly standing?: Standing;
  readonly pending?: Pending;
  readonly decided?: Decided;
}

/** What a way up needs beside its evidence. */
interface Climb {
  /** Hard stops of the portfolio and its bots that are latched, in words: nothing climbs under one. */
  readonly latched: readonly string[];
  /** What the log says binds the portfolio's bots. */
  readonly recorded: readonly BoundProfile[];
}

/** What every step needs: the ladder as it is in the policy now, and how days are counted. */
interface Step {
  readonly bound: BoundLadder;
  readonly dayBoundaryMs: Ms;
}

export type LadderCommand =
  | (Step & { readonly type: 'Bind'; readonly portfolioId: Id; readonly botId: Id; readonly by: string })
  | (Step & Climb & { readonly type: 'Request'; readonly requestId: Id; readonly evidence: LadderEvidence | undefined; readonly stated: readonly StatedItem[]; readonly by: string; readonly reason: string })
  | (Step & Climb & { readonly type: 'Approve'; readonly evidence: LadderEvidence | undefined; readonly by: string; readonly reason: string })
  | { readonly type: 'Reject'; readonly by: string; readonly reason: string }
  | (Step & { readonly type: 'RollBack'; readonly requestId: Id; readonly evidence: LadderEvidence | undefined; readonly to: string | undefined; readonly by: string; readonly reason: string })
  | (Step & { readonly type: 'Judge'; readonly evidence: LadderEvidence });
