import { contentId, type Bps, type Decider, type Id, type Ms, type Notional, type Ratio } from '@ballast/domain';
import type { SeenPrice, SignalLeg, SignalRaised, SignalWithdrawn } from '@ballast/events';

export interface BotPlace {
  readonly botId: Id;
  readonly accountId: Id;
  readonly portfolioId: Id;
}

export interface RaiseSignal extends BotPlace {
  readonly type: 'RaiseSignal';
  /** Which signal of the bot this is: one more than what the raiser had seen, so a repeat decides nothing. */
  readonly number: number;
  readonly purpose: 'ENTER' | 'EXIT';
  /** EXIT only: the trade to leave. */
  readonly tradeId?: Id;
  readonly legs: readonly SignalLeg[];
  readonly targetNotional?: Notional;
  readonly slippageBpsMax: Bps;
  readonly costBudgetBps?: Bps;
  readonly expectedEdgeBps?: Bps;
  readonly confidence?: Ratio;
  readonly reason: string;
  readonly seen: readonly SeenPrice[];
  readonly validUntil: Ms;
}

export interface WithdrawSignal {
  readonly type: 'WithdrawSignal';
  readonly tradeId: Id;
  readonly reason: string;
}

export type SignalCommand = RaiseSignal | WithdrawSignal;
export type SignalEvent = SignalRaised | SignalWithdrawn;

interface Withdrawable extends BotPlace {
  readonly signalId: Id;
  readonly tradeId: Id;
}

export interface SignalState {
  /** Signals of this bot so far. */
  readonly raised: number;
  /** The latest entries that were not withdrawn, newest last. */
  readonly entries: readonly Withdrawable[];
}

const ENTRIES_KEPT = 64;

export const signalIdOf = (botId: Id, number: number): Id => contentId('signal', botId, number);
/** A trade is named by the signal that asks for its entry. */
export const tradeIdOf = (botId: Id, number: number): Id => contentId('trade', botId, number);

function raise(state: SignalState, command: RaiseSignal, at: Ms): readonly SignalEvent[] {
  const { type: _, number, tradeId, ...signal } = command;
  if (number !== state.raised + 1 || at > command.validUntil) return [];
  const trade = command.purpose === 'ENTER' ? tradeIdOf(command.botId, number) : tradeId;
  if (trade === undefined) return [];
  return [{ type: 'SignalRaised', signalId: signalIdOf(command.botId, number), tradeId: trade, ...signal }];
}

function withdraw(state: SignalState, command: WithdrawSignal): readonly SignalEvent[] {
  const entry = state.entries.find(({ tradeId }) => tradeId === command.tradeId);
  return entry ? [{ type: 'SignalWithdrawn', ...entry, reason: command.reason }] : [];
}

/** One bot's signals: one stream per bot, ids from the bot and a count, so the same tick after a restart decides the same. */
export const signalDecider = (strategy: string): Decider<SignalState, SignalCommand, SignalEvent> => ({
  kind: 'signal',
  writer: `strategy-${strategy}`,
  initial: { raised: 0, entries: [] },

  decide(state, command, { at }) {
    switch (command.type) {
      case 'RaiseSignal':
        return raise(state, command, at);
      case 'WithdrawSignal':
        return withdraw(state, command);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'SignalRaised': {
        const { signalId, tradeId, botId, accountId, portfolioId } = event;
        const entries = event.purpose === 'ENTER' ? [...state.entries, { signalId, tradeId, botId, accountId, portfolioId }].slice(-ENTRIES_KEPT) : state.entries;
        return { raised: state.raised + 1, entries };
      }
      case 'SignalWithdrawn':
        return { ...state, entries: state.entries.filter(({ signalId }) => signalId !== event.signalId) };
    }
  },
});
