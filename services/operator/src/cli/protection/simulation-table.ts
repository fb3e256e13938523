import { Decimal, maxOf, type Money, ZERO_MONEY } from '@ballast/domain';
import type { Compared, SimulationResult } from '@ballast/protection';
import { count, dollars, percent } from '../planning/figures.js';

export const SIMULATION_HEAD = ['side', 'leverage', 'first distance', 'settings', 'without', 'increment', 'smart', 'smart, urgent', 'policy reduce'] as const;

const most = (amounts: readonly Money[]): Money => maxOf(ZERO_MONEY, ...amounts);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0);
const whole = (value: Money): string => dollars(value, 0);
const signed = (value: Money): string => `${value.gt(0) ? '+' : ''}${whole(value)}`;

const moneySum = (amounts: readonly Money[]): Money => amounts.reduce<Money>((total, amount) => total.plus(amount) as Money, ZERO_MONEY);

/** When it was liquidated, or that it was not; of several entries, how many were not. With what came of it, fees and funding counted. */
function fate(results: readonly SimulationResult[]): string {
  const [only] = results;
  const survived = results.filter(({ liquidatedAt }) => liquidatedAt === undefined).length;
  const result = signed(moneySum(results.map(({ pnl }) => pnl)));
  if (results.length > 1) return `${survived} of ${results.length} survive, ${result}`;
  return only?.liquidatedAt === undefined ? `survives, ${result}` : `liquidated ${new Date(only.liquidatedAt).toISOString().slice(5, 19).replace('T', ' ')}, ${result}`;
}

/** What reductions left of it; nothing where there were none. */
function keptText(results: readonly SimulationResult[]): string {
  const reductions = sum(results.map((result) => result.reductions));
  const least = results.reduce<SimulationResult | undefined>((smallest, each) => (!smallest || each.kept.lt(smallest.kept) ? each : smallest), undefined);
  if (reductions === 0 || !least) return '';
  const kept = least.kept.isZero() ? 'nothing' : least.kept.lt('0.01') ? 'less than 1 %' : percent(least.kept, 0);
  return `; ${results.length > 1 ? 'at least ' : ''}${kept} kept by ${reductions} ${reductions === 1 ? 'order' : 'orders'}`;
}

/** The same with what it took: most deposited at one time, transfers, and all calls to the venue. */
export function outcomeText(results: readonly SimulationResult[]): string {
  const transfers = sum(results.map(({ deposits, withdrawals }) => deposits + withdrawals));
  const lost = most(results.map((result) => result.lost));
  return `${fate(results)}${keptText(results)}; used ${whole(most(results.map(({ depositedMax }) => depositedMax)))}${lost.isZero() ? '' : `, lost ${whole(lost)}`}, ${count(transfers)} ${transfers === 1 ? 'transfer' : 'transfers'}, ${count(sum(results.map(({ calls }) => calls)))} calls`;
}

const settingsText = ({ refused, settings: { triggerDistance, safeDistance } }: Compared): string =>
  `${refused.length > 0 ? 'refused (C-9); offered ' : ''}${percent(triggerDistance)} / ${percent(safeDistance)}`;

export const rowOf = (side: string, leverage: Decimal, compared: Compared): readonly string[] => [
  side, `${leverage.toString()} x`, compared.initialDistance ? percent(compared.initialDistance, 1) : 'none', settingsText(compared), fate(compared.without), outcomeText(compared.increment), outcomeText(compared.smart), outcomeText(compared.urgent), outcomeText(compared.reduce),
];
