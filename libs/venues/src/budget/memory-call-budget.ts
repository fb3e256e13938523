import type { Clock, Ms } from '@ballast/domain';
import { type Bucket, emptyBucket, fullBucket, lackOf, limitIn, spendFrom, succeedIn, takeFrom } from './bucket.js';
import { type BucketSpec, heaviestOf, type VenueBuckets } from './bucket-spec.js';
import { BudgetError, type BucketName, type BudgetRequest, type BudgetView, BUCKETS, CallBudget, type Taken } from './call-budget.js';

/** The bucket of a call that has been made, whatever it weighs: cancels do not ask. @throws BudgetError where there is none */
export function bucketOf(venues: Readonly<Record<string, VenueBuckets>>, { venue, bucket }: BudgetRequest): BucketSpec {
  const spec = venues[venue]?.[bucket];
  if (!spec) throw new BudgetError(`bucket: found ${venue} ${bucket}, allowed are ${Object.keys(venues).flatMap((name) => BUCKETS.map((one) => `${name} ${one}`)).join(', ')}`);
  return spec;
}

/** @throws BudgetError where the venue is unknown, the weight is none, or too heavy to be granted ever. */
export function specOf(venues: Readonly<Record<string, VenueBuckets>>, request: BudgetRequest): BucketSpec {
  const { venue, bucket, weight, priority } = request;
  const spec = bucketOf(venues, request);
  const most = heaviestOf(spec, request);
  if (!(weight > 0 && weight <= most)) throw new BudgetError(`weight: found ${weight} of ${venue} ${bucket}, allowed at priority ${priority} is more than 0 and at most ${most}: a heavier call needs a larger share of the budget`);
  return spec;
}

/** One process by itself: a back-test, a local share. Time is the injected clock's. */
export class MemoryCallBudget extends CallBudget {
  private buckets = new Map<BucketSpec, Bucket>();
  private startEmpty = false;

  constructor(
    private readonly venues: Readonly<Record<string, VenueBuckets>>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    super();
  }

  override async take(request: BudgetRequest): Promise<Taken> {
    const spec = specOf(this.venues, request);
    return takeFrom(spec, this.bucketOf(spec), request, this.clock.now());
  }

  override async spend(request: BudgetRequest): Promise<BudgetView> {
    const spec = bucketOf(this.venues, request);
    return spendFrom(spec, this.bucketOf(spec), request, this.clock.now());
  }

  override async limited(request: BudgetRequest): Promise<BudgetView> {
    const spec = bucketOf(this.venues, request);
    return limitIn(spec, this.bucketOf(spec), request, this.clock.now());
  }

  override async succeeded(request: BudgetRequest): Promise<BudgetView> {
    const spec = bucketOf(this.venues, request);
    return succeedIn(spec, this.bucketOf(spec), request, this.clock.now());
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }

  /** Forgets everything: from now on each bucket is one that may just have been used up. */
  reset(): void {
    this.buckets = new Map();
    this.startEmpty = true;
  }

  /** What its buckets have less than they could have, in millionths by level; those that nobody asked for are left out. */
  taken(): readonly { readonly venue: string; readonly bucket: BucketName; readonly micro: readonly number[] }[] {
    const now = this.clock.now();
    return Object.entries(this.venues).flatMap(([venue, buckets]) => BUCKETS.flatMap((name) => {
      const bucket = this.buckets.get(buckets[name]);
      return bucket ? [{ venue, bucket: name, micro: lackOf(buckets[name], bucket, now) }] : [];
    }));
  }

  private bucketOf(spec: BucketSpec): Bucket {
    const known = this.buckets.get(spec);
    if (known) return known;
    const now: Ms = this.clock.now();
    const fresh = this.startEmpty ? emptyBucket(now) : fullBucket(spec, now);
    this.buckets.set(spec, fresh);
    return fresh;
  }
}
