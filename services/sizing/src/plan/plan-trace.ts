import type { Id } from '@ballast/domain';
import type { TradePlanned } from '@ballast/events';

/** Where the trace of a plan's quantities goes: one line, and what it is about. */
export type TraceLog = (line: string, about: { readonly tradeId: Id; readonly botId: Id; readonly decisionId: Id }) => void;

const money = (value: { toFixed(places: number): string }): string => `$${value.toFixed(2)}`;

/** The hops of one plan inside sizing, each with the same quantities (R36, W-20): returned, balance, published. */
export function traceLines(plan: TradePlanned): readonly string[] {
  const quantities = plan.legs.map((leg) => `${leg.instrument} ${leg.quantity.toString()}`).join(', ');
  const balance = plan.legs.map((leg) => `${leg.instrument} ${leg.quantity.toString()} (${money(leg.notional)})`).join(', ');
  return [
    `[SIZING] balancedQuantities returned: ${quantities}, imbalance ${plan.imbalanceRatio.toString()}`,
    `[BALANCE] Calculated quantities: ${balance}, Imbalance: ${plan.imbalanceRatio.times(100).toFixed(3)}%`,
    `[PLAN] Published plan ${plan.planId}: ${quantities}`,
  ];
}
