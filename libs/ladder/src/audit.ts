import type { DecisionRecord } from '@ballast/bus';
import { Decimal, type Id, type Ms } from '@ballast/domain';
import type { BallastEvent, LadderCriterion, LadderEvidence } from '@ballast/events';
import { type PolicyProfile, PROFILES } from '@ballast/policy';
import { LadderCourse } from './course.js';
import { evidenceOf, figureOf, type MetricName } from './evidence.js';
import { holds } from './gate.js';
import { RecordedProfiles } from './recorded-profiles.js';
import { RungRecordFold } from './rung-record.projection.js';

type Judged = Extract<BallastEvent, { readonly evidence?: LadderEvidence }>;

/** One decision about a rung, with what its evidence says. */
export interface LadderClaim {
  readonly portfolioId: Id;
  readonly event: Judged['type'];
  readonly partition: number;
  /** Where the decision is in the log. */
  readonly sequence: number;
  readonly at: Ms;
  readonly decisionId: Id;
  readonly evidence: LadderEvidence;
  readonly criteria: readonly LadderCriterion[];
  /** Criteria have to be met for it. */
  readonly climbs: boolean;
}

export interface AuditedClaim extends LadderClaim {
  /** Where the log says something else than the event; empty = the same digits. */
  readonly differences: readonly string[];
}

const CLIMBS: readonly Judged['type'][] = ['PromotionRequested', 'PromotionApproved'];

/** Claims of one decision of a ladder stream. */
export const claimsOf = ({ partition, sequence, occurredAt, decisionId, events }: DecisionRecord): readonly LadderClaim[] =>
  events.flatMap((event) => {
    if (!('evidence' in event) || !event.evidence) return [];
    const { evidence, portfolioId, type, criteria = [] } = event;
    return [{ portfolioId, event: type, partition, sequence, at: occurredAt, decisionId, evidence, criteria, climbs: CLIMBS.includes(type) }];
  });

/** A promotion that nobody approved: rung entered without its approval beside it. */
export const unapprovedIn = ({ events }: DecisionRecord): boolean => events.some((event) => event.type === 'RungEntered' && event.cause === 'PROMOTION') && !events.some(({ type }) => type === 'PromotionApproved');

/**
 * Computes every claim's evidence again from the log, and its gate from the profile. It has to see each partition from its first
 * message on; evidence is checked where it ends, the rest where it was decided. A version that is neither among `known` nor in the log
 * is a fault, and so is one that `known` has with other numbers. `recorded`: what a look at the log before has found, since a ladder
 * may begin before its profile is recorded.
 */
export class LadderAudit {
  readonly reads: readonly string[];
  private readonly fold = new RungRecordFold();
  private readonly waiting: LadderClaim[];
  private readonly found: AuditedClaim[] = [];
  private readonly course: LadderCourse;
  /** By place of the decision and event. */
  private readonly faults = new Map<string, readonly string[]>();
  /** What rests on no evidence and is wrong. */
  private readonly bare: AuditedClaim[] = [];

  constructor(claims: readonly LadderClaim[], known: ReadonlyMap<string, PolicyProfile> = PROFILES, recorded = new RecordedProfiles()) {
    this.course = new LadderCourse(known, recorded);
    this.reads = this.fold.reads;
    this.waiting = [...claims].sort((a, b) => a.evidence.lastSequence - b.evidence.lastSequence);
  }

  see(decision: DecisionRecord): void {
    this.checkUpTo(decision.partition, decision.sequence);
    decision.events.forEach((event, index) => {
      this.follow(event, decision);
      if (this.reads.includes(event.type)) this.fold.apply({ event, index, decision });
    });
  }

  /** Every claim, and whatever else is wrong, in the order of the log. */
  report(): readonly AuditedClaim[] {
    for (const partition of new Set(this.waiting.map((claim) => claim.partition))) this.checkUpTo(partition, Infinity);
    const found = this.found.map((claim) => ({ ...claim, differences: [...new Set([...claim.differences, ...(this.faults.get(keyOf(claim)) ?? [])])] }));
    return [...found, ...this.bare].sort((a, b) => a.partition - b.partition || a.sequence - b.sequence);
  }

  private follow(event: BallastEvent, decision: DecisionRecord): void {
    const differences = this.course.take(event, decision);
    if (differences.length === 0) return;
    const { partition, sequence, occurredAt: at, decisionId } = decision;
    const bare = event.type === 'RungEntered' && !event.evidence ? event : undefined;
    if (bare) this.bare.push({ portfolioId: bare.portfolioId, event: bare.type, partition, sequence, at, decisionId, evidence: { rung: bare.rung, firstSequence: sequence, lastSequence: sequence, hash: 'none', from: at, to: at, metrics: [] }, criteria: [], climbs: false, differences });
    else this.faults.set(keyOf({ partition, sequence, event: event.type }), differences);
  }

  private checkUpTo(partition: number, sequence: number): void {
    for (let index = 0; index < this.waiting.length; ) {
      const claim = this.waiting[index] as LadderClaim;
      if (claim.partition !== partition || claim.evidence.lastSequence >= sequence) index += 1;
      else this.check(...(this.waiting.splice(index, 1) as [LadderClaim]));
    }
  }

  private check(claim: LadderClaim): void {
    const record = this.fold.of(claim.portfolioId);
    const differences = record ? [...evidenceDifferences(claim.evidence, evidenceOf(record)), ...criteriaDifferences(claim, evidenceOf(record))] : [`portfolio ${claim.portfolioId} is on no ladder in the log up to sequence ${claim.evidence.lastSequence}`];
    this.found.push({ ...claim, differences });
  }
}

const keyOf = ({ partition, sequence, event }: { readonly partition: number; readonly sequence: number; readonly event: string }): string => `${partition}:${sequence}:${event}`;

const PLACE = ['rung', 'firstSequence', 'lastSequence', 'from', 'to', 'hash'] as const;

function evidenceDifferences(recorded: LadderEvidence, computed: LadderEvidence): readonly string[] {
  const place = PLACE.filter((field) => recorded[field] !== computed[field]).map((field) => `${field}: recorded ${recorded[field]}, computed ${computed[field]}`);
  const names = [...new Set([...recorded.metrics, ...computed.metrics].map(({ name }) => name))];
  const valueIn = ({ metrics }: LadderEvidence, name: string): string => metrics.find((metric) => metric.name === name)?.value ?? 'nothing';
  return [...place, ...names.filter((name) => valueIn(recorded, name) !== valueIn(computed, name)).map((name) => `${name}: recorded ${valueIn(recorded, name)}, computed ${valueIn(computed, name)}`)];
}

function criteriaDifferences({ criteria, climbs, event }: LadderClaim, computed: LadderEvidence): readonly string[] {
  return criteria.flatMap(({ criterion, metric, must, limit, value, met }) => {
    const figure = figureOf(computed, metric as MetricName);
    const now = holds(must, figure, new Decimal(limit));
    return [
      ...(figure?.toString() === value ? [] : [`criterion ${criterion}: recorded ${value ?? 'nothing'}, computed ${figure?.toString() ?? 'nothing'}`]),
      ...(now === met ? [] : [`criterion ${criterion}: recorded as ${met ? 'met' : 'not met'}, computed as ${now ? 'met' : 'not met'}`]),
      ...(climbs && !now ? [`criterion ${criterion} is not met, and ${event} was decided`] : []),
    ];
  });
}
