import type { Ms } from '@ballast/domain';
import type { PendingTransfer } from '@ballast/protection';
import type { VenueError } from '@ballast/venues';
import type { ProtectedBot } from './protected-bot.js';

/** A transfer is sent no later than this after it was decided: what it was decided on is old by then. */
export const WAITS_MAX_MS: Readonly<Record<PendingTransfer['reason'], Ms>> = { DANGER: 60_000, RECOVERED: 10_000, FLAT: 120_000 };
const RETRY_FIRST_MS: Ms = 500;
const RETRY_MAX_MS: Ms = 1_000;
/** Whoever has waited so often holds up nobody any more. */
const WAITS_PATIENT = 3;

/** What one process knows of a transfer beside the log. */
export interface Attempt {
  /** Something may be on its way to the venue. */
  mayHaveLeft: boolean;
  /** The venue has said that it has moved the money. */
  accepted: boolean;
  /** How the venue refused it when it was sent again. */
  refusal?: VenueError;
  /** When the venue was asked last, where it said that the nonce was unused then: nothing had moved. */
  unusedAt?: Ms | undefined;
  waits: number;
  /** Nothing is tried before this, ms of market time. */
  notBefore: Ms;
}

/** A transfer without an outcome; `isDoubt`: it was given up, and is only looked for. */
export interface Open {
  readonly bot: ProtectedBot;
  readonly transfer: PendingTransfer;
  readonly isDoubt: boolean;
  readonly attempt: Attempt;
}

/** Tries again later: 0.5 s, then 1 s, and no earlier than `least`. */
export function putOff(attempt: Attempt, now: Ms, least: Ms): void {
  attempt.waits += 1;
  attempt.notBefore = now + Math.max(least, Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(attempt.waits - 1, WAITS_PATIENT)));
}

/** What may have left and has not waited long is waited for; then whoever's time has come, then whoever's time comes first. */
function rankOf({ isDoubt, transfer, attempt: { waits, notBefore } }: Open, now: Ms): number {
  if (!isDoubt && transfer.payload && waits < WAITS_PATIENT) return 0;
  if (notBefore > now) return 4;
  if (isDoubt) return 3;
  return transfer.direction === 'DEPOSIT' ? 1 : 2;
}

function byDanger({ transfer: a }: Open, { transfer: b }: Open): number {
  const [near, far] = [a.saw?.distance, b.saw?.distance];
  return near && far ? near.comparedTo(far) : near ? -1 : far ? 1 : 0;
}

/** Who is next: deposits before withdrawals, the nearest to liquidation before the others; one that is early is to be waited for. */
export function firstOf(open: readonly Open[], now: Ms): Open | undefined {
  const ranked = open.map((each) => ({ each, rank: rankOf(each, now) }));
  const [first] = ranked.sort((a, b) => a.rank - b.rank || (a.rank === 4 ? a.each.attempt.notBefore - b.each.attempt.notBefore : byDanger(a.each, b.each)));
  return first?.each;
}
