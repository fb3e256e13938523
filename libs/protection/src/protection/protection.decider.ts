import { addMoney, contentId, type Decider, type DecisionContext, maxOf, type Money, sameJson, subMoney, ZERO_MONEY } from '@ballast/domain';
import type { ProtectionConfigured, ProtectionDeposited, ProtectionReleased, ProtectionTransferIntended, ProtectionTransferRefused, ProtectionWithdrawn } from '@ballast/events';
import { settingsFaults } from '../settings/settings-faults.js';
import { returnOf } from './amounts.js';
import { checked, retryAt } from './check.js';
import type { Configure, Delete, Flat, Pause, PendingTransfer, PrepareTransfer, Protection, ProtectionCommand, ProtectionEvent, SettleTransfer, TransferOutcome, Unpause } from './protection.types.js';
import { unseen } from './unseen.js';

/** An account state of a flat bot is acted on for two of its reading intervals. */
const FLAT_AGE_MAX_MS = 120_000;

/** Kind of refusal of what was given up in doubt: it may still arrive. */
export const GIVEN_UP = 'givenUp';

function configured(state: Protection, { botId, accountId, portfolioId, settings, by, initialDistances, terms }: Configure): readonly ProtectionConfigured[] {
  if (state.deleted || settingsFaults(settings, { initialDistances, terms }).length > 0) return [];
  if (state.configured && sameJson(state.configured.settings, settings)) return [];
  return [{ type: 'ProtectionConfigured', botId, accountId, portfolioId, revision: (state.configured?.revision ?? 0) + 1, settings, by, initialDistances }];
}

function paused(state: Protection, { by, reason, positionOpen }: Pause): readonly ProtectionEvent[] {
  if (!state.configured || state.paused || state.deleted) return [];
  return [{ type: 'ProtectionPaused', botId: state.configured.botId, by, reason, protectionKept: positionOpen, deposited: state.deposited }];
}

const unpaused = (state: Protection, { by, reason }: Unpause): readonly ProtectionEvent[] =>
  (state.configured && state.paused && !state.deleted ? [{ type: 'ProtectionUnpaused', botId: state.configured.botId, by, reason }] : []);

type Configured = NonNullable<Protection['configured']>;

const released = ({ botId, accountId, portfolioId, settings }: Configured, lost: Money, at: number): ProtectionReleased => ({
  type: 'ProtectionReleased', botId, accountId, portfolioId, reason: settings.enabled ? 'FLAT' : 'DISABLED', lost, at,
});

/** Everything goes back, in one transfer; what is gone, or too little for the venue to move, is written off and said so. */
function flat(state: Protection, { state: account, venue }: Flat, { at, decisionId }: DecisionContext): readonly ProtectionEvent[] {
  const { configured: own, deposited, transfer } = state;
  if (!own || state.deleted || transfer || account.time <= state.settledAt || at - account.time > FLAT_AGE_MAX_MS) return [];
  const fresh: readonly ProtectionEvent[] = state.stale ? [{ type: 'ProtectionFresh', botId: own.botId, stateTime: account.time }] : [];
  if (!state.held) return fresh;
  const amount = returnOf(deposited, account.withdrawable, venue);
  if (!amount) return state.doubtful ? fresh : [...fresh, released(own, deposited, at)];
  if (!venue.open || at < retryAt(state)) return fresh;
  const { botId, accountId, portfolioId } = own;
  const intent: ProtectionTransferIntended = {
    type: 'ProtectionTransferIntended', botId, accountId, portfolioId, transferId: contentId('protection-transfer', decisionId), direction: 'WITHDRAWAL', amount, fee: venue.fee, reason: 'FLAT', at, deposited,
    sawFlat: { stateTime: account.time, withdrawable: account.withdrawable },
  };
  return [...fresh, intent];
}

/** A payload is one transfer's: where that of one in doubt is the same to the last digit, this one has it from now on, and what arrives of it is this one's. */
function prepared(state: Protection, { transferId, payload }: PrepareTransfer, { at }: DecisionContext): readonly ProtectionEvent[] {
  const { configured: own, transfer, doubtful = [] } = state;
  if (!own || transfer?.transferId !== transferId || transfer.payload) return [];
  const same = doubtful.filter((open) => open.payload?.digest === payload.digest);
  const taken = same.map((open): ProtectionTransferRefused => ({ type: 'ProtectionTransferRefused', botId: own.botId, transferId: open.transferId, kind: 'notFound', reason: `its payload is that of ${transferId}`, frozen: false, at }));
  return [...taken, { type: 'ProtectionTransferPrepared', botId: own.botId, transferId, payload }];
}

function done(state: Protection, own: Configured, transfer: PendingTransfer, { amount, fee, venueTransferId, time }: Extract<TransferOutcome, { readonly state: 'DONE' }>, at: number): readonly ProtectionEvent[] {
  const { botId, accountId, portfolioId } = own;
  const deposits = transfer.direction === 'DEPOSIT';
  const deposited = deposits ? addMoney(state.deposited, amount) : maxOf(subMoney(subMoney(state.deposited, amount), fee), ZERO_MONEY);
  const facts: Omit<ProtectionDeposited | ProtectionWithdrawn, 'type'> = {
    botId, accountId, portfolioId, transferId: transfer.transferId, amount, fee, ...(venueTransferId === undefined ? {} : { venueTransferId }), venueTime: time, at, deposited,
    ...(transfer.saw?.distanceAfter ? { distanceAfter: transfer.saw.distanceAfter } : {}),
  };
  if (deposits) return [{ ...facts, type: 'ProtectionDeposited' }];
  return [{ ...facts, type: 'ProtectionWithdrawn' }, ...(transfer.reason === 'FLAT' && deposited.isZero() ? [released(own, ZERO_MONEY, at)] : [])];
}

function settled(state: Protection, { transferId, outcome }: SettleTransfer, { at }: DecisionContext): readonly ProtectionEvent[] {
  const { configured: own } = state;
  const transfer = [state.transfer, ...(state.doubtful ?? [])].find((open) => open?.transferId === transferId);
  if (!own || !transfer) return [];
  const refusal = { type: 'ProtectionTransferRefused', botId: own.botId, transferId, reason: outcome.state === 'DONE' ? '' : outcome.reason, at } as const;
  switch (outcome.state) {
    case 'DONE': return done(state, own, transfer, outcome, at);
    case 'REFUSED': return [{ ...refusal, kind: outcome.kind, frozen: outcome.frozen }];
    case 'FINALLY_NOT': return [{ ...refusal, kind: 'notFound', frozen: false }];
    case 'GIVEN_UP': return transfer === state.transfer && transfer.payload ? [{ ...refusal, kind: GIVEN_UP, frozen: outcome.frozen }] : [];
  }
}

/** Why a bot can't be deleted now, in words (W-12); undefined where it can. */
export function deleteFault(state: Protection, { positionOpen }: Pick<Delete, 'positionOpen'>): string | undefined {
  if (positionOpen) return 'its position is open: close it first';
  if (state.transfer) return `a transfer of its protection has no outcome yet (${state.transfer.transferId})`;
  const [doubt] = state.doubtful ?? [];
  if (doubt) return `a transfer of its protection was given up in doubt and has no outcome yet (${doubt.transferId}): the next transfer of its owner decides it, be it another bot's or one made by hand from the wallet`;
  if (state.held) return `${state.deposited.toString()} of protection is still deposited: it goes back by itself, try again then`;
  return undefined;
}

function deleted(state: Protection, command: Delete, { at }: DecisionContext): readonly ProtectionEvent[] {
  if (!state.configured || state.deleted || deleteFault(state, command) !== undefined) return [];
  return [{ ...released(state.configured, ZERO_MONEY, at), reason: 'DELETED' }];
}

/** Without this transfer, whether it was under way or given up. */
function withoutTransfer({ transfer, doubtful, ...state }: Protection, transferId: string): Protection {
  const rest = (doubtful ?? []).filter((open) => open.transferId !== transferId);
  return { ...state, ...(transfer && transfer.transferId !== transferId ? { transfer } : {}), ...(rest.length > 0 ? { doubtful: rest } : {}) };
}
function withoutExhausted({ exhausted: _, ...state }: Protection): Protection {
  return state;
}

function settledState(state: Protection, { transferId, deposited, venueTime, at = venueTime }: ProtectionDeposited | ProtectionWithdrawn): Protection {
  const { transfer, ...rest } = withoutExhausted(withoutTransfer(state, transferId));
  return { ...rest, ...(transfer ? { transfer: { ...transfer, overtaken: true } } : {}), deposited, held: true, settledAt: Math.max(state.settledAt, venueTime, at), refusals: 0, frozen: false };
}

function refused(state: Protection, { transferId, at, frozen, kind }: ProtectionTransferRefused): Protection {
  const { transfer } = state;
  const rest = withoutTransfer(state, transferId);
  if (transfer?.transferId !== transferId) return rest;
  // Its nonce went to another of ours: the venue has refused nothing, and nothing is to be waited for.
  if (kind === 'notFound') return { ...rest, actedAt: transfer.actedBefore, frozen };
  const { direction } = transfer;
  const refusals = state.refusedDirection === direction ? state.refusals + 1 : 1;
  const doubt = kind === GIVEN_UP ? { doubtful: [...(rest.doubtful ?? []), transfer] } : {};
  return { ...rest, ...doubt, actedAt: transfer.actedBefore, refusals, refusedDirection: direction, refusedAt: at, frozen };
}

function evolve(state: Protection, event: ProtectionEvent): Protection {
  switch (event.type) {
    case 'ProtectionConfigured': {
      const { botId, accountId, portfolioId, settings, revision, initialDistances } = event;
      return { ...withoutExhausted(state), configured: { botId, accountId, portfolioId, settings, revision, ...(initialDistances ? { initialDistances } : {}) } };
    }
    case 'ProtectionPaused': return { ...state, paused: true };
    case 'ProtectionUnpaused': return { ...state, paused: false };
    case 'ProtectionTransferIntended': {
      const { transferId, direction, amount, fee, reason, saw, at } = event;
      return { ...state, transfer: { transferId, direction, amount, fee, reason, ...(saw ? { saw } : {}), actedBefore: state.actedAt }, actedAt: at };
    }
    case 'ProtectionTransferPrepared': return state.transfer?.transferId === event.transferId ? { ...state, transfer: { ...state.transfer, payload: event.payload } } : state;
    case 'ProtectionDeposited':
    case 'ProtectionWithdrawn': return settledState(state, event);
    case 'ProtectionTransferRefused': return refused(state, event);
    case 'ProtectionExhausted': return { ...state, exhausted: { cause: event.cause, at: event.at } };
    case 'ProtectionStale': return { ...state, stale: true };
    case 'ProtectionFresh': return { ...state, stale: false };
    case 'ProtectionReductionRequested': return { ...state, reducedAt: event.at };
    case 'ProtectionReleased': return { ...withoutExhausted(state), held: false, deposited: ZERO_MONEY, deleted: state.deleted || event.reason === 'DELETED' };
  }
}

/**
 * One bot's elastic collateral (R61 to R77, C-59 to C-70, W-4, W-12, W-13): deposits when its position comes near to liquidation, takes back when
 * it is safe, never beyond the cap, never on what is too old, one transfer at a time. Everything comes back once the position is flat.
 */
export const protectionDecider: Decider<Protection, ProtectionCommand, ProtectionEvent> = {
  kind: 'protection',
  writer: 'collateral',
  initial: { paused: false, deleted: false, deposited: ZERO_MONEY, held: false, actedAt: undefined, settledAt: 0, refusals: 0, refusedAt: 0, frozen: false, stale: false, reducedAt: undefined },

  decide(state, command, context) {
    switch (command.type) {
      case 'Configure': return configured(state, command);
      case 'Pause': return paused(state, command);
      case 'Unpause': return unpaused(state, command);
      case 'Check': return checked(state, command, context);
      case 'Flat': return flat(state, command, context);
      case 'Unseen': return unseen(state, command, context);
      case 'PrepareTransfer': return prepared(state, command, context);
      case 'SettleTransfer': return settled(state, command, context);
      case 'Delete': return deleted(state, command, context);
    }
  },

  evolve,

  finished: ({ deleted: gone }) => gone,
};
