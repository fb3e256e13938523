import type { Id, Ms } from '@ballast/domain';
import type { SimCall } from '@ballast/venues';
import { EXECUTES, QUERIES, waitedMs } from './acceptance.js';
import { eventsOf, type LogStory } from './log.js';

/** Clocks of two processes differ by no more than this. */
const SKEW_MS: Ms = 50;

export interface Storm {
  readonly from: Ms;
  readonly until: Ms;
  /** The part of its limits that the venue gave at a moment. */
  readonly percentAt: (at: Ms) => number;
  /** The venue's own record, from a minute before the storm on. */
  readonly calls: readonly SimCall[];
  /** What the venue calls the account that deposits are paid from. */
  readonly wallet: string;
}

/** How long each call waited that a deposit needs, though the venue had room for it, ms of market time. */
export interface DepositWaits {
  readonly freeFunds: readonly Ms[];
  readonly prepare: readonly Ms[];
  readonly send: readonly Ms[];
}

const isMove = ({ kind }: SimCall): boolean => kind === 'transfer' || kind === 'place' || kind === 'cancel';
const isIn = ({ from, until }: Storm, at: Ms): boolean => at >= from && at < until;
/** Questions that no deposit asks, and the records that reconciliation and analytics read. */
const isMonitoring = ({ kind, name, account }: SimCall, wallet: string): boolean => kind === 'archive' || (kind === 'query' && name !== 'nonces' && account !== wallet);

/** A call that was taken, and the moment from which on it was wanted. */
interface Delivery {
  readonly wantedAt: Ms;
  readonly taken: SimCall;
}

/** Each that was taken, wanted since its first attempt after the last that was. */
function fromFirstAttempt(calls: readonly SimCall[]): readonly Delivery[] {
  let wantedAt: Ms | undefined;
  return calls.flatMap((taken) => {
    wantedAt ??= taken.at;
    if (!taken.taken) return [];
    const delivery = { wantedAt, taken };
    wantedAt = undefined;
    return [delivery];
  });
}

/** Each payload and the call that took it: wanted since it was prepared. */
function sends(story: LogStory, calls: readonly SimCall[]): readonly Delivery[] {
  const prepared = eventsOf(story, 'ProtectionTransferPrepared').map(({ payload }) => payload.preparedAt);
  return calls.filter(({ kind, taken }) => kind === 'transfer' && taken).flatMap((taken) => {
    const wantedAt = Math.max(...prepared.filter((at) => at <= taken.at + SKEW_MS));
    return Number.isFinite(wantedAt) ? [{ wantedAt: Math.min(wantedAt, taken.at), taken }] : [];
  });
}

/** Each nonce that a payload was made with: wanted since the transfer was decided, and those before it were over. */
function preparations(story: LogStory, calls: readonly SimCall[]): readonly Delivery[] {
  const decidedAt = new Map<Id, Ms>(eventsOf(story, 'ProtectionTransferIntended').map(({ transferId, at }) => [transferId, at]));
  const moved = calls.filter(({ kind, taken }) => kind === 'transfer' && taken);
  return eventsOf(story, 'ProtectionTransferPrepared').flatMap(({ transferId, payload: { preparedAt } }) => {
    const taken = calls.findLast((call) => call.name === 'nonces' && call.taken && call.at <= preparedAt + SKEW_MS);
    const before = moved.findLast(({ at }) => at < preparedAt)?.at ?? 0;
    return taken ? [{ wantedAt: Math.min(taken.at, Math.max(before, decidedAt.get(transferId) ?? 0)), taken }] : [];
  });
}

/** By the venue's record and the log alone. What is less urgent and was taken meanwhile counts as room that the deposit could have had. */
export function depositWaits(storm: Storm, story: LogStory): DepositWaits {
  const { calls, wallet, percentAt } = storm;
  const waits = (deliveries: readonly Delivery[]): readonly Ms[] => deliveries.filter(({ taken }) => isIn(storm, taken.at)).map(({ wantedAt, taken }) => {
    const same = calls.filter((call) => isMove(call) === isMove(taken));
    return waitedMs({ wantedAt, takenAt: taken.at, weight: taken.weight, yields: (call) => isMonitoring(call, wallet) }, same, isMove(taken) ? EXECUTES : QUERIES, percentAt);
  });
  return {
    freeFunds: waits(fromFirstAttempt(calls.filter(({ account }) => account === wallet))),
    prepare: waits(preparations(story, calls)),
    send: waits(sends(story, calls)),
  };
}

export interface OrderWait {
  readonly ms: Ms;
  /** The venue refused a placement meanwhile, for want of room. */
  readonly limited: boolean;
}

/**
 * How long each order took from its durable intent to the venue's word, ms of market time; of one that met a venue without room, from the
 * first moment since its intent from which on the venue would have taken it.
 */
export function orderWaits(storm: Storm, story: LogStory): readonly OrderWait[] {
  const moves = storm.calls.filter(isMove);
  const submittedAt = new Map<Id, Ms>(story.recorded.flatMap(({ event, decision }) => (event.type === 'OrderSubmitted' ? [[event.clientOrderId, decision.occurredAt]] : [])));
  return story.recorded.flatMap(({ event, decision }): readonly OrderWait[] => {
    const wantedAt = event.type === 'OrderAccepted' ? submittedAt.get(event.clientOrderId) : undefined;
    if (wantedAt === undefined || !isIn(storm, wantedAt)) return [];
    const toldAt = decision.occurredAt;
    const during = moves.filter(({ kind, at }) => kind === 'place' && at >= wantedAt - SKEW_MS && at <= toldAt + SKEW_MS);
    const taken = during.findLast((call) => call.taken);
    if (!taken || during.every((call) => call.taken)) return [{ ms: toldAt - wantedAt, limited: false }];
    return [{ ms: waitedMs({ wantedAt, takenAt: taken.at, weight: taken.weight }, moves, EXECUTES, storm.percentAt) + Math.max(0, toldAt - taken.at), limited: true }];
  });
}
