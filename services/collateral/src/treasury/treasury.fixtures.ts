import { type Decider, type Id, money, type Ms, ratio } from '@ballast/domain';
import type { AccountMoney } from '@ballast/events';
import type { TreasuryPolicy } from '@ballast/policy';
import { treasuryDecider } from './treasury.decider.js';
import type { BoundTreasury, CloseDay, MoneySeen, OpenTreasury, Treasury, TreasuryCommand, TreasuryEvent } from './treasury.types.js';

/** LEGION's split (R96, R102, C-41, C-42). */
export const LEGION_SPLIT: TreasuryPolicy = {
  reinvestRatio: ratio('0.6'), chestRatio: ratio('0.2'), operatingRatio: ratio('0.15'), withdrawalRatio: ratio('0.05'), hotChestExtra: ratio('0.05'), hotWins: 5, reinvestAbove: money('100'), reinvestShare: ratio('0.5'),
};
export const BOUND: BoundTreasury = { profile: 'legion@1', policy: LEGION_SPLIT };
export const DAY_MS: Ms = 86_400_000;
/** 2026-01-05T00:00:00Z. */
export const DAY_START: Ms = Date.UTC(2026, 0, 5);

export const account = (accountId: Id, paidIn: string, results = '0', paidOut = '0'): AccountMoney => ({ accountId, paidIn: money(paidIn), paidOut: money(paidOut), results: money(results) });
export const seen = (sequence: number, ...accounts: readonly AccountMoney[]): MoneySeen => ({ sequence, accounts });
export const open = (money_: MoneySeen = seen(1, account('a', '200'))): OpenTreasury => ({ type: 'OpenTreasury', portfolioId: 'p', bound: BOUND, money: money_, dayBoundaryMs: 0 });
/** Ends the `day`th day, counted from 1. */
export const close = (day: number, money_: MoneySeen, winsInARow = 0, bound: BoundTreasury = BOUND): CloseDay => ({ type: 'CloseDay', portfolioId: 'p', boundaryAt: DAY_START + day * DAY_MS, bound, money: money_, winsInARow, dayBoundaryMs: 0 });

/** Runs commands one after another, each at its market time (default: a close at its boundary, the rest on the first day). */
export function play(...commands: readonly TreasuryCommand[]): { readonly state: Treasury; readonly events: readonly TreasuryEvent[] } {
  const decider: Decider<Treasury, TreasuryCommand, TreasuryEvent> = treasuryDecider;
  const events: TreasuryEvent[] = [];
  let state = decider.initial;
  for (const command of commands) {
    const decided = decider.decide(state, command, { decisionId: 'd', at: command.type === 'CloseDay' ? command.boundaryAt : DAY_START });
    events.push(...decided);
    state = decided.reduce((folded, event) => decider.evolve(folded, event), state);
  }
  return { state, events };
}

type OfType<Type extends TreasuryEvent['type']> = Extract<TreasuryEvent, { readonly type: Type }>;
export const eventsOf = <Type extends TreasuryEvent['type']>(events: readonly TreasuryEvent[], type: Type): readonly OfType<Type>[] => events.filter((event): event is OfType<Type> => event.type === type);
