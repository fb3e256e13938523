import type { Ms } from '@ballast/domain';
import { type BucketSpec, CHECKS_LEVEL, LEVEL_PRIORITIES, levelOf, MICRO, MOVES_LEVEL } from './bucket-spec.js';
import type { BudgetRequest, BudgetView, Taken } from './call-budget.js';

/** First and longest backoff (R81, C-63). */
export const BACKOFF_MS_FIRST: Ms = 2_000;
export const BACKOFF_MS_MAX: Ms = 60_000;
/** Trades and protection try again soon: a venue that accepts little may accept it from them. */
const URGENT_HOLD_PART = 8;
export const URGENT_HOLD_MS_MAX: Ms = 1_000;
/** A danger-zone check that the venue limited leaves deposits the room that comes next. */
const CHECK_HOLD_PART = 4;
export const CHECK_HOLD_MS_MAX: Ms = 2_000;
/** So long after a limited trade or deposit may ask again the checks do: the room that comes next is its. */
export const LEAD_MS: Ms = 100;
/** But no longer than this after a check was let through: readings in danger go on while trades are limited time and again. */
export const LEAD_MS_MAX: Ms = 4_000;
/** Of what time brings, a quarter goes to protection while its share is not full, whatever trades need: a take-over of many accounts starves no deposit and no price. */
const PROTECTED_PART = 4;
/** So long, the longest window of a venue's limits, after it has limited a trade, protection or a check in danger, nothing less urgent asks it: it starves first. */
export const STARVES_MS: Ms = 60_000;
/** Below a tenth of the budget only trades and protection go on (R82). */
const TIGHT_PART = 10;
/** A server clock that is set back by more than this is believed. */
const CLOCK_BACK_MS_MAX: Ms = 60_000;
const LEVELS = LEVEL_PRIORITIES.length;
/** The first share of whatever is less urgent than protection. */
const LENT_FROM = CHECKS_LEVEL + 1;

type Asked = Pick<BudgetRequest, 'priority' | 'check'>;

/** One bucket now, most urgent level first; `left` in millionths of a weight, and only the first may be below 0. */
export interface Bucket {
  at: Ms;
  readonly left: number[];
  readonly backoffMs: Ms[];
  readonly heldUntil: Ms[];
  /** Nothing of priority 3 to 5 goes before this. */
  starvesUntil: Ms;
  /** When a check was let through last. */
  checkedAt: Ms;
}

const zeros = (): number[] => Array.from({ length: LEVELS }, () => 0);
export const fullBucket = ({ sizes }: BucketSpec, now: Ms): Bucket => ({ at: now, left: [...sizes], backoffMs: zeros(), heldUntil: zeros(), starvesUntil: 0, checkedAt: 0 });
/** For a bucket whose past nobody knows: it may just have been used up. */
export const emptyBucket = (now: Ms): Bucket => ({ at: now, left: zeros(), backoffMs: zeros(), heldUntil: zeros(), starvesUntil: 0, checkedAt: 0 });

const at = (values: readonly number[], index: number): number => values[index] ?? 0;
const totalOf = (values: readonly number[], from: number, to: number): number => {
  let total = 0;
  for (let index = from; index < to; index += 1) total += at(values, index);
  return total;
};

/** What the time since the last call has brought: a quarter for protection, and then the most urgent share that is not full gets it first. */
function refill(spec: BucketSpec, bucket: Bucket, now: Ms): void {
  if (now < bucket.at - CLOCK_BACK_MS_MAX) bucket.at = now;
  const came = Math.max(0, now - bucket.at) * spec.rate;
  bucket.at = Math.max(bucket.at, now);
  const kept = Math.floor(came / PROTECTED_PART);
  const over = pour(spec, bucket, kept, MOVES_LEVEL, LENT_FROM);
  pour(spec, bucket, came - kept + over, 0, LEVELS);
}

/** Fills these shares, the most urgent first. @returns what is over */
function pour({ sizes }: BucketSpec, { left }: Bucket, micro: number, from: number, to: number): number {
  let rest = micro;
  for (let index = from; index < to && rest > 0; index += 1) {
    const part = Math.min(rest, at(sizes, index) - at(left, index));
    left[index] = at(left, index) + part;
    rest -= part;
  }
  return rest;
}

/** `left` is what the share of its priority has left, checks or not. */
const viewOf = (bucket: Bucket, level: number): BudgetView => {
  const of = level === CHECKS_LEVEL ? MOVES_LEVEL : level;
  return { left: totalOf(bucket.left, of, reachOf(of)) / MICRO, backoffMs: at(bucket.backoffMs, level) };
};

/** The first level that a call of this one does not draw on: what moves money draws on the share of checks too, never the other way round. */
const reachOf = (own: number): number => (own === MOVES_LEVEL ? CHECKS_LEVEL : own) + 1;

/** What a trade may draw on beside its share: those of whatever is less urgent than protection, which starve first (R82). */
const lentTo = (own: number, left: readonly number[]): number => (own === 0 ? totalOf(left, LENT_FROM, LEVELS) : 0);

/** Of a call of protection: how much has to come until the quarter that is its has brought what it is short of; others have no such part. */
function protectedBy({ sizes }: BucketSpec, { left }: Bucket, own: number, short: number): number {
  if (own < MOVES_LEVEL || own >= LENT_FROM) return Infinity;
  return PROTECTED_PART * (totalOf(sizes, MOVES_LEVEL, own) - totalOf(left, MOVES_LEVEL, own) + short);
}

/** Tokens that have to come before the call fits; 0 = it fits now. What comes fills the more urgent shares first. */
function missing(spec: BucketSpec, bucket: Bucket, own: number, micro: number): number {
  const before = totalOf(spec.sizes, 0, own) - totalOf(bucket.left, 0, own);
  const heavy = micro > totalOf(spec.sizes, own, reachOf(own));
  const reach = heavy ? LEVELS : reachOf(own);
  const lent = heavy ? 0 : lentTo(own, bucket.left);
  const drawable = totalOf(bucket.left, own, reach) + lent;
  const short = micro - drawable;
  const forShare = short <= 0 ? 0 : Math.min(before + short, protectedBy(spec, bucket, own, short));
  const forDebt = micro - totalOf(bucket.left, 0, reach) - lent;
  const need = Math.max(0, forShare, forDebt);
  // Of what comes for trades a quarter goes to protection, until that is full.
  const lacksProtection = totalOf(spec.sizes, MOVES_LEVEL, LENT_FROM) - totalOf(bucket.left, MOVES_LEVEL, LENT_FROM);
  return own === 0 ? need + Math.min(Math.ceil(need / (PROTECTED_PART - 1)), lacksProtection) : need;
}

function draw(bucket: Bucket, own: number, micro: number): void {
  let rest = micro;
  const first = own === MOVES_LEVEL ? [CHECKS_LEVEL] : [];
  for (const index of [...first, own, ...Array.from({ length: LEVELS - 1 - own }, (_, step) => LEVELS - 1 - step)]) {
    const part = Math.min(rest, Math.max(0, at(bucket.left, index)));
    bucket.left[index] = at(bucket.left, index) - part;
    rest -= part;
  }
}

/** Changes `bucket`; the same reckoning as the script of the Redis adapter, held together by one suite. */
export function takeFrom(spec: BucketSpec, bucket: Bucket, { weight, ...asked }: Asked & { readonly weight: number }, now: Ms): Taken {
  refill(spec, bucket, now);
  const own = levelOf(asked);
  const micro = Math.ceil(weight * MICRO);
  const heldMs = Math.max(at(bucket.heldUntil, own), own > CHECKS_LEVEL ? bucket.starvesUntil : 0) - now;
  const tightBy = own > CHECKS_LEVEL ? Math.ceil(spec.capacity / TIGHT_PART) - totalOf(bucket.left, 0, own + 1) : 0;
  const lacking = Math.max(tightBy, missing(spec, bucket, own, micro));
  if (heldMs <= 0 && lacking <= 0) {
    draw(bucket, own, micro);
    if (own === CHECKS_LEVEL) bucket.checkedAt = now;
    return { granted: true, ...viewOf(bucket, own) };
  }
  const waitMs = Math.max(1, heldMs, Math.ceil(lacking / spec.rate));
  return { granted: false, waitMs, tight: own > CHECKS_LEVEL && (tightBy > 0 || heldMs > 0), ...viewOf(bucket, own) };
}

/** Charges the share of trades, into debt if need be; not deeper than the whole bucket, as the venue forgets too. */
export function spendFrom(spec: BucketSpec, bucket: Bucket, { weight, ...asked }: Asked & { readonly weight: number }, now: Ms): BudgetView {
  refill(spec, bucket, now);
  bucket.left[0] = Math.max(-spec.capacity, at(bucket.left, 0) - Math.ceil(weight * MICRO));
  return viewOf(bucket, levelOf(asked));
}

function holdMs(index: number, backoffMs: Ms): Ms {
  if (index < CHECKS_LEVEL) return Math.min(Math.ceil(backoffMs / URGENT_HOLD_PART), URGENT_HOLD_MS_MAX);
  return index === CHECKS_LEVEL ? Math.min(Math.ceil(backoffMs / CHECK_HOLD_PART), CHECK_HOLD_MS_MAX) : backoffMs;
}

/** What moves money gets back what it was refused for: a share that refusals have used up would hold it longer than the venue does. */
function giveBack({ sizes }: BucketSpec, { left }: Bucket, weight: number): void {
  let rest = Math.ceil(weight * MICRO);
  for (const index of [MOVES_LEVEL, CHECKS_LEVEL]) {
    const part = Math.min(rest, at(sizes, index) - at(left, index));
    left[index] = at(left, index) + part;
    rest -= part;
  }
}

/** Answers to calls that left before the hold are of the same storm: they do not double it again. */
export function limitIn(spec: BucketSpec, bucket: Bucket, { weight, ...asked }: Asked & { readonly weight: number }, now: Ms): BudgetView {
  refill(spec, bucket, now);
  const own = levelOf(asked);
  if (own === MOVES_LEVEL) giveBack(spec, bucket, weight);
  for (let index = own; index < LEVELS; index += 1) {
    if (now < at(bucket.heldUntil, index)) continue;
    const backoffMs = Math.min(BACKOFF_MS_MAX, Math.max(BACKOFF_MS_FIRST, 2 * at(bucket.backoffMs, index)));
    bucket.backoffMs[index] = backoffMs;
    bucket.heldUntil[index] = now + holdMs(index, backoffMs);
    if (index >= CHECKS_LEVEL) bucket.left[index] = 0;
  }
  const lead = Math.min(at(bucket.heldUntil, own) + LEAD_MS, bucket.checkedAt + LEAD_MS_MAX);
  if (own < CHECKS_LEVEL) bucket.heldUntil[CHECKS_LEVEL] = Math.max(at(bucket.heldUntil, CHECKS_LEVEL), lead);
  if (own <= CHECKS_LEVEL) bucket.starvesUntil = now + STARVES_MS;
  return viewOf(bucket, levelOf(asked));
}

/** Halves the backoff of its own level alone: that an urgent call was answered does not say that there is room for one that is not. */
export function succeedIn(spec: BucketSpec, bucket: Bucket, asked: Asked, now: Ms): BudgetView {
  refill(spec, bucket, now);
  const own = levelOf(asked);
  const half = Math.floor(at(bucket.backoffMs, own) / 2);
  const backoffMs = half < BACKOFF_MS_FIRST ? 0 : half;
  bucket.backoffMs[own] = backoffMs;
  bucket.heldUntil[own] = Math.min(at(bucket.heldUntil, own), now + holdMs(own, backoffMs));
  return viewOf(bucket, own);
}

/** Charges what was taken elsewhere, share by share; what a share has not got is the debt of trades. */
export function settleIn(spec: BucketSpec, bucket: Bucket, taken: readonly number[], now: Ms): void {
  refill(spec, bucket, now);
  let debt = 0;
  for (let index = 0; index < LEVELS; index += 1) {
    const part = Math.min(at(taken, index), Math.max(0, at(bucket.left, index)));
    bucket.left[index] = at(bucket.left, index) - part;
    debt += at(taken, index) - part;
  }
  bucket.left[0] = Math.max(-spec.capacity, at(bucket.left, 0) - debt);
}

/** What each share has less than its size. */
export function lackOf(spec: BucketSpec, bucket: Bucket, now: Ms): readonly number[] {
  refill(spec, bucket, now);
  return spec.sizes.map((size, index) => size - at(bucket.left, index));
}
