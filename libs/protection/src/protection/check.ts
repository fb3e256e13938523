import { contentId, type DecisionContext, type Ms, type Ratio, ZERO_MONEY } from '@ballast/domain';
import type { ExhaustedCause, ProtectionExhausted, ProtectionReductionRequested, ProtectionSeen, ProtectionTransferIntended } from '@ballast/events';
import { reductionTo, type StandingPosition, standingDistance } from '../liquidation/liquidation.js';
import { capOf, triggerOf } from '../settings/settings.js';
import { depositOf, type Move, restoredDistanceOf, withdrawalOf } from './amounts.js';
import { stalenessOf } from './freshness.js';
import type { Check, Protection, ProtectionEvent } from './protection.types.js';

type Configured = NonNullable<Protection['configured']>;

/** One judgement of an open position: the bot's state, what was asked, when, and where the position stands. */
interface Judgement {
  readonly state: Protection;
  readonly configured: Configured;
  readonly command: Check;
  readonly context: DecisionContext;
  readonly position: StandingPosition;
  readonly distance: Ratio | undefined;
  readonly trigger: Ratio;
}

/** First wait after a refusal; it doubles with each (C-63). */
const BACKOFF_MS = 2_000;
const BACKOFF_MAX_MS = 60_000;
/** After so many refusals in a row, deposits do not go through, whatever the venue calls it. */
const REFUSALS_MAX = 3;
/** A transfer without an outcome for longer than this goes through no more than one that is refused. */
const PENDING_MAX_MS = 20_000;
/** An exhausted protection is told again after this long. */
const REMIND_MS = 3_600_000;

/** When a transfer may be tried again after refusals, ms (C-63: 2 s, doubling, at most 60 s). */
export const retryAt = ({ refusals, refusedAt }: Protection): Ms => (refusals === 0 ? 0 : refusedAt + Math.min(BACKOFF_MAX_MS, BACKOFF_MS * 2 ** (refusals - 1)));

function judgementOf(state: Protection, configured: Configured, command: Check, context: DecisionContext): Judgement {
  const { side, quantity, liquidationPrice } = command.state.position;
  const position = { model: command.model, side, quantity, price: command.price, liquidationPrice };
  return { state, configured, command, context, position, distance: standingDistance(position), trigger: triggerOf(configured.settings, command.volatility) };
}

const inDanger = ({ distance, trigger }: Judgement): boolean => distance !== undefined && distance.lt(trigger);

const recorded = (value: Ratio | undefined): Ratio | undefined => value?.toDecimalPlaces(12) as Ratio | undefined;

function seenOf({ command, distance, trigger, position }: Judgement, after: Ratio | undefined): ProtectionSeen {
  const { price, priceTime, state, freeFunds, volatility } = command;
  const [away, awayAfter] = [recorded(distance), recorded(after)];
  return {
    instrument: state.position.instrument, side: position.side, quantity: position.quantity, price, priceTime, stateTime: state.time, trigger, freeFunds,
    ...(position.liquidationPrice ? { liquidationPrice: position.liquidationPrice } : {}), ...(away ? { distance: away } : {}), ...(awayAfter ? { distanceAfter: awayAfter } : {}), ...(volatility ? { volatility } : {}),
  };
}

function intended(judgement: Judgement, direction: 'DEPOSIT' | 'WITHDRAWAL', { amount, distanceAfter }: Move): ProtectionTransferIntended {
  const { state, configured, command, context } = judgement;
  const { botId, accountId, portfolioId } = configured;
  return {
    type: 'ProtectionTransferIntended', botId, accountId, portfolioId, transferId: contentId('protection-transfer', context.decisionId), direction, amount, fee: command.venue.fee,
    reason: direction === 'DEPOSIT' ? 'DANGER' : 'RECOVERED', at: context.at, deposited: state.deposited, saw: seenOf(judgement, distanceAfter),
  };
}

/** Execution is asked once per cooldown, and again only when the account was read since. */
function reduction(judgement: Judgement, reason: ProtectionReductionRequested['reason']): readonly ProtectionReductionRequested[] {
  const { state, configured, command, context, position, trigger } = judgement;
  const { botId, accountId, portfolioId, settings } = configured;
  if (settings.exhausted !== 'reduce') return [];
  if (state.reducedAt !== undefined && (context.at < state.reducedAt + settings.cooldownMs || command.state.time <= state.reducedAt)) return [];
  const quantity = reductionTo(position, restoredDistanceOf(settings, command.volatility), command.lotSize);
  if (quantity.isZero()) return [];
  return [{
    type: 'ProtectionReductionRequested', botId, accountId, portfolioId, reductionId: contentId('protection-reduction', context.decisionId), instrument: command.state.position.instrument,
    side: position.side === 'LONG' ? 'SELL' : 'BUY', quantity, reason, at: context.at, saw: seenOf(judgement, quantity.lt(position.quantity) ? (trigger.plus(settings.restoreMargin) as Ratio) : undefined),
  }];
}

function exhausted(judgement: Judgement, cause: ExhaustedCause): readonly (ProtectionExhausted | ProtectionReductionRequested)[] {
  const { state, configured: { botId, settings }, command, context: { at }, distance } = judgement;
  const told = state.exhausted?.cause === cause && at < state.exhausted.at + REMIND_MS;
  const alert: readonly ProtectionExhausted[] = told || !distance ? [] : [{
    type: 'ProtectionExhausted', botId, cause, deposited: state.deposited, cap: capOf(settings), freeFunds: command.freeFunds, distance: recorded(distance) ?? distance, policy: settings.exhausted, at,
  }];
  return [...alert, ...reduction(judgement, 'EXHAUSTED')];
}

function endangered(judgement: Judgement): readonly ProtectionEvent[] {
  const { state, configured: { settings }, command, context: { at }, distance } = judgement;
  if (!settings.enabled) return [];
  const facts = { settings, position: judgement.position, deposited: state.deposited, terms: command.venue, volatility: command.volatility };
  const move = depositOf(facts, command.freeFunds);
  if (typeof move === 'string') return exhausted(judgement, move);
  if (!command.venue.open) return exhausted(judgement, 'FROZEN');
  const cooldown = settings.urgent && distance?.lt(settings.urgent.distance) ? settings.urgent.cooldownMs : settings.cooldownMs;
  const backsOff = (state.frozen || state.refusedDirection === 'DEPOSIT') && at < retryAt(state);
  const waits = backsOff || (state.actedAt !== undefined && at < state.actedAt + cooldown);
  if (!waits) return [intended(judgement, 'DEPOSIT', move)];
  const goesThrough = !state.frozen && !(state.refusedDirection === 'DEPOSIT' && state.refusals >= REFUSALS_MAX);
  return goesThrough ? [] : exhausted(judgement, 'FROZEN');
}

/** In danger, a transfer that does not come to its end is as good as a venue that takes none: no deposit can be made meanwhile. */
function pendingTooLong(judgement: Judgement): readonly ProtectionEvent[] {
  const { state: { actedAt }, configured: { settings }, context: { at } } = judgement;
  return settings.enabled && inDanger(judgement) && actedAt !== undefined && at > actedAt + PENDING_MAX_MS ? exhausted(judgement, 'FROZEN') : [];
}

function recovered(judgement: Judgement): readonly ProtectionEvent[] {
  const { state, configured: { settings }, command, context: { at }, distance, position } = judgement;
  if (state.deposited.lte(ZERO_MONEY) || !command.venue.open || (distance && distance.lte(settings.safeDistance))) return [];
  if (at < retryAt(state) || (state.actedAt !== undefined && at < state.actedAt + settings.cooldownMs)) return [];
  const { others = [], venue: terms, volatility } = command;
  if (others === 'UNKNOWN') return [];
  const move = withdrawalOf({ settings, position, others, deposited: state.deposited, terms, volatility });
  return move ? [intended(judgement, 'WITHDRAWAL', move)] : [];
}

function staleIn(judgement: Judgement): readonly ProtectionEvent[] | undefined {
  const { state, configured: { botId, settings }, command, context: { at }, distance } = judgement;
  const stale = stalenessOf(command, distance, settings, at);
  if (!stale) return undefined;
  if (!settings.enabled || !distance || !inDanger(judgement)) return [];
  const { what, missed } = stale;
  if (state.stale) return what === 'STATE' ? reduction(judgement, 'STALE') : [];
  return [
    { type: 'ProtectionStale', botId, what, missedIntervals: missed, lastStateTime: command.state.time, lastPriceTime: command.priceTime, distance: recorded(distance) ?? distance, at },
    ...(what === 'STATE' ? reduction(judgement, 'STALE') : []),
  ];
}

/** What one price, with the account's last state, leads to (R68, R69): at most one transfer, and none while one is in flight or anything is stale. */
export function checked(state: Protection, command: Check, context: DecisionContext): readonly ProtectionEvent[] {
  const { configured } = state;
  if (!configured || state.deleted || (!configured.settings.enabled && !state.held)) return [];
  const judgement = judgementOf(state, configured, command, context);
  const stale = staleIn(judgement);
  if (stale) return stale;
  const fresh: readonly ProtectionEvent[] = state.stale ? [{ type: 'ProtectionFresh', botId: configured.botId, stateTime: command.state.time, ...(judgement.distance ? { distance: recorded(judgement.distance) ?? judgement.distance } : {}) }] : [];
  if (state.transfer) return [...fresh, ...pendingTooLong(judgement)];
  if (command.state.time <= state.settledAt) return fresh;
  return [...fresh, ...(inDanger(judgement) ? endangered(judgement) : recovered(judgement))];
}
