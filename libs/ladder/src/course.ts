import type { DecisionRecord } from '@ballast/bus';
import { credentialOf, type Id, mayBeOnePerson } from '@ballast/domain';
import type { BallastEvent, BoundProfile, LadderCriterion, PromotionApproved, PromotionRequested, RungEntered, ScaleCheck } from '@ballast/events';
import { type LadderPolicy, type PolicyProfile, profileHash, profileRef, type Rung, rungNamed, withRung } from '@ballast/policy';
import { checklistOf } from './checklist.js';
import { gateOf, judge } from './gate.js';
import type { RecordedProfiles } from './recorded-profiles.js';

/** The one credential that lets a portfolio climb (C-12). */
export const APPROVER = 'approver';

interface Place {
  readonly rung: string;
  readonly pending?: PromotionRequested;
}

interface Known {
  readonly profile: PolicyProfile;
  readonly ladder: LadderPolicy;
}

const when = (fault: boolean, text: string): readonly string[] => (fault ? [text] : []);

/**
 * The course of every portfolio through its ladder, decision by decision: what is wrong with each by the policy alone, whatever
 * the event says of itself. Gate and list are computed again from the profile, so that an event can't name a weaker one: from that
 * of `known` where it has this version, else as the log has recorded it.
 */
export class LadderCourse {
  private readonly places = new Map<Id, Place>();
  /** Recorded as binding the bots of each portfolio. */
  private readonly bound = new Map<Id, readonly BoundProfile[]>();

  constructor(
    private readonly known: ReadonlyMap<string, PolicyProfile>,
    private readonly recorded: RecordedProfiles,
  ) {}

  /** Takes in one event and says what is wrong with it, where it is one of a ladder. */
  take(event: BallastEvent, { events }: DecisionRecord): readonly string[] {
    switch (event.type) {
      case 'PolicyInForceChanged':
        this.recorded.take(event);
        this.bound.set(event.portfolioId, event.bots.flatMap(({ profiles }) => profiles));
        return [];
      case 'PromotionRequested': {
        const place = this.places.get(event.portfolioId);
        const faults = [...this.climb(event, place), ...when(place?.pending !== undefined, `request: one of ${place?.pending?.by ?? ''} waits already`)];
        this.places.set(event.portfolioId, { rung: place?.rung ?? event.from, pending: event });
        return faults;
      }
      case 'PromotionApproved':
        return [...this.climb(event, this.places.get(event.portfolioId)), ...this.approval(event)];
      case 'PromotionDenied':
      case 'PromotionRejected':
        this.end(event.portfolioId);
        return [];
      case 'RungEntered': {
        const faults = this.entry(event, this.places.get(event.portfolioId), events);
        this.places.set(event.portfolioId, { rung: event.rung });
        return faults;
      }
    }
    return [];
  }

  private end(portfolioId: Id): void {
    const place = this.places.get(portfolioId);
    if (place) this.places.set(portfolioId, { rung: place.rung });
  }

  /** Of this version in `known`, else in the log; of several of one version in the log, the one recorded as in force on this rung. */
  private policyOf(ref: string, portfolioId: Id, rungName: string): Known | undefined {
    const own = this.ownOf(ref);
    if (own) return withLadder(own);
    const found = this.recorded.named(ref);
    const hashes = new Set((this.bound.get(portfolioId) ?? []).map(({ hash }) => hash));
    return withLadder(found.find((profile) => hashes.has(profileHash(onRung(profile, rungName)))) ?? found.at(-1));
  }

  private ownOf(ref: string): PolicyProfile | undefined {
    const own = this.known.get(ref.slice(0, ref.lastIndexOf('@')));
    return own && profileRef(own) === ref ? own : undefined;
  }

  /** One rung up from where the portfolio stands, with the gate and the list of the profile, all of it met. */
  private climb(event: PromotionRequested | PromotionApproved, place: Place | undefined): readonly string[] {
    const policy = this.policyOf(event.profile, event.portfolioId, event.from);
    if (!policy) return [nowhere(event.profile)];
    const { profile, ladder } = policy;
    const at = ladder.rungs.findIndex(({ name }) => name === event.from);
    const [from, to] = [ladder.rungs[at], ladder.rungs[at + 1]];
    const faults = when(place?.rung !== event.from, `from: recorded ${event.from}, the portfolio is on ${place?.rung ?? 'no rung'}`);
    if (!from || !to || to.name !== event.to) return [...faults, `to: recorded ${event.to}, the rung above ${event.from} is ${to?.name ?? 'none'}`];
    const criteria = judge(gateOf(from, ladder), event.evidence);
    const recorded = this.bound.get(event.portfolioId) ?? [];
    const checklist = checklistOf({ profile, from, to, recorded, evidence: event.evidence, criteria, stated: event.checklist.some(({ item, met }) => item === 'ALERTS_UPDATED' && met) ? ['ALERTS_UPDATED'] : [] });
    return [...faults, ...differing('criterion', criteria.map(criterionText), event.criteria.map(criterionText)), ...differing('point', checklist.map(checkText), event.checklist.map(checkText)), ...checklist.filter(({ met, item }) => !met && item !== 'CRITERIA_MET').map(({ item }) => `point ${item} is not met, and ${event.type} was decided`)];
  }

  private approval({ portfolioId, profile, requestId, from, to, requestedBy, by }: PromotionApproved): readonly string[] {
    const pending = this.places.get(portfolioId)?.pending;
    const asked = pending?.requestId === requestId && pending.from === from && pending.to === to && pending.by === requestedBy;
    return [
      ...when(!asked, `request: ${requestId} of ${requestedBy} from ${from} to ${to} is not in the log, or does not wait any more`),
      ...when(credentialOf(by) !== APPROVER, `by: recorded ${by}, allowed is the credential of ${APPROVER}`),
      ...when(this.policyOf(profile, portfolioId, from)?.ladder.fourEyes === true && mayBeOnePerson(by, pending?.by ?? requestedBy), `by: recorded ${by}, who asked for it (four-eyes)`),
    ];
  }

  private entry(event: RungEntered, place: Place | undefined, beside: readonly BallastEvent[]): readonly string[] {
    const own = this.ownOf(event.profile);
    if (own && profileHash(own) !== event.profileHash) return [otherNumbers(`${event.profile} (${event.profileHash})`)];
    const policy = withLadder(own ?? this.recorded.of(event.profile, event.profileHash));
    if (!policy) return [nowhere(`${event.profile} (${event.profileHash})`)];
    const { rungs } = policy.ladder;
    const [at, before] = [rungs.findIndex(({ name }) => name === event.rung), rungs.findIndex(({ name }) => name === place?.rung)];
    const rung = rungs[at];
    if (!rung) return [`rung: recorded ${event.rung}, ${event.profile} has none of that name`];
    return [
      ...when(event.from !== place?.rung, `from: recorded ${event.from ?? 'none'}, the portfolio is on ${place?.rung ?? 'no rung'}`),
      ...limits(event, rung),
      ...(event.cause === 'BOUND' ? when(at !== 0 || place !== undefined, `rung: ${event.rung} is not where a ladder begins`) : event.cause === 'PROMOTION' ? promoted(event, rung, at === before + 1, beside) : when(at >= before, `rung: ${event.cause} leads from ${place?.rung ?? 'no rung'} to ${event.rung}, which is not lower`)),
    ];
  }
}

const withLadder = (profile: PolicyProfile | undefined): Known | undefined => profile?.ladder && { profile, ladder: profile.ladder };

function onRung(profile: PolicyProfile, rungName: string): PolicyProfile {
  const rung = profile.ladder && rungNamed(profile.ladder, rungName);
  return rung ? withRung(profile, rung) : profile;
}

const nowhere = (profile: string): string => `profile: ${profile} is neither in the log nor in this build: its gate can't be computed again`;
/** This build has the version, and with other numbers. */
const otherNumbers = (profile: string): string => `profile: ${profile} is not known here: its gate can't be computed again`;

function limits(event: RungEntered, rung: Rung): readonly string[] {
  return (['capital', 'leverageMax', 'positionMax'] as const).flatMap((field) => when(!event[field].eq(rung[field]), `${field}: recorded ${event[field]}, ${rung.name} has ${rung[field]}`));
}

function promoted({ requestId, at, watchUntil }: RungEntered, rung: Rung, isNext: boolean, beside: readonly BallastEvent[]): readonly string[] {
  const approved = beside.some((event) => event.type === 'PromotionApproved' && event.requestId === requestId && event.to === rung.name);
  const due = rung.watchMs === undefined ? undefined : at + rung.watchMs;
  return [
    ...when(!isNext, `rung: ${rung.name} is not the one above`),
    ...when(!approved, `request: no approval of ${requestId ?? 'a request'} for ${rung.name} is beside it`),
    ...when(watchUntil !== due, `watchUntil: recorded ${watchUntil ?? 'none'}, ${rung.name} asks for ${due ?? 'none'}`),
  ];
}

const criterionText = ({ criterion, metric, must, limit, unit, value, met }: LadderCriterion): string => `${criterion} (${metric} ${must} ${limit} ${unit}: ${value ?? 'nothing'}, ${met ? 'met' : 'not met'})`;
const checkText = ({ item, source, met }: ScaleCheck): string => `${item} (${source}, ${met ? 'met' : 'not met'})`;

const differing = (what: string, asked: readonly string[], recorded: readonly string[]): readonly string[] => [
  ...asked.filter((text) => !recorded.includes(text)).map((text) => `${what} asked by the profile: ${text}, recorded is another or none`),
  ...recorded.filter((text) => !asked.includes(text)).map((text) => `${what} recorded: ${text}, the profile asks for another or none`),
];
