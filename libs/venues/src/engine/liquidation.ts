import type { Ms } from '@ballast/domain';
import type { EngineInstrument, X18 } from './engine.api.js';
import { abs, ceilTo, divDown, max, min, mulDown, mulUp, ONE, x18 } from './fixed.js';
import { bookTrade, cancelOrders, moveCash, nextTransferId, sayPosition } from './ledger.js';
import { health, oracleOf, weightOf } from './margin.js';
import { positionOf, sideOf, termsOf, type Account, type Run } from './state.js';

const DISCOUNT_MIN = x18('0.005');
const SHARE_OF_WEIGHT = 5n;

/** Oracle price less (long) or plus (short) max(|1 - maintenance weight| / 5, 0.5 %) (venues.md §1.9). */
export function liquidationExecutionPrice(oracle: X18, maintenanceWeight: X18, amount: X18): X18 {
  const discount = max(abs(ONE - maintenanceWeight) / SHARE_OF_WEIGHT, DISCOUNT_MIN);
  return amount > 0n ? mulDown(oracle, ONE - discount) : mulUp(oracle, ONE + discount);
}

/** Smallest whole number of lots whose forced sale brings initial health back to 0, at most the whole position. */
export function sizeToLiquidate(terms: EngineInstrument, initialHealth: X18, amount: X18, oracle: X18, execution: X18): X18 {
  const weighted = mulDown(oracle, weightOf(terms, 'initial', amount));
  const gain = amount > 0n ? execution - weighted : weighted - execution;
  if (gain <= 0n) return abs(amount);
  return min(abs(amount), ceilTo(-divDown(initialHealth, gain), terms.sizeIncrement));
}

/** Takes `size` of a position at the discounted oracle price; half of the discount goes to the insurance fund. */
export function liquidatePart(run: Run, account: Account, productId: number, size: X18, time: Ms): void {
  const oracle = oracleOf(run, productId);
  const { amount } = positionOf(account, productId);
  const price = liquidationExecutionPrice(oracle, weightOf(termsOf(run, productId), 'maintenance', amount), amount);
  const forced = amount > 0n ? -size : size;
  bookTrade(run, account, productId, forced, price);
  const toInsurance = mulDown(abs(oracle - price), size) / 2n;
  const fee = run.config.liquidationFee;
  account.cash -= fee;
  run.state.pots.fees += fee;
  run.state.pots.market -= toInsurance;
  run.state.pots.insurance += toInsurance;
  run.state.submissionIndex += 1;
  const liquidation = { liquidationId: run.state.submissionIndex.toString(), time, subaccount: account.subaccount, productId, side: sideOf(forced), size, price, fee, toInsurance };
  account.liquidations.push(liquidation);
  run.out.push({ type: 'liquidation', time, liquidation });
  sayPosition(run, account, productId, 'liquidate_subaccount', time);
}

/** Cancels the account's orders and takes its positions, largest first, until initial health is 0 or more. */
function liquidateAccount(run: Run, account: Account, time: Ms): void {
  for (const market of run.state.markets.values()) cancelOrders(run, market.resting.filter((order) => order.subaccount === account.subaccount), time);
  const worth = (productId: number): X18 => mulDown(abs(positionOf(account, productId).amount), oracleOf(run, productId));
  const largestFirst = [...account.positions.keys()].sort((a, b) => (worth(a) > worth(b) ? -1 : worth(a) < worth(b) ? 1 : a - b));
  for (const productId of largestFirst) {
    const initial = health(run, account, 'initial');
    if (initial >= 0n) return;
    const terms = termsOf(run, productId);
    const { amount } = positionOf(account, productId);
    const oracle = oracleOf(run, productId);
    const execution = liquidationExecutionPrice(oracle, weightOf(terms, 'maintenance', amount), amount);
    liquidatePart(run, account, productId, sizeToLiquidate(terms, initial, amount, oracle, execution), time);
  }
  coverDeficit(run, account, time);
}

/** A flat account below zero: the insurance fund pays, then the loss is socialised; the account's record says so. */
function coverDeficit(run: Run, account: Account, time: Ms): void {
  if (account.positions.size > 0 || account.cash >= 0n) return;
  const deficit = -account.cash;
  const paid = min(deficit, max(run.state.pots.insurance, 0n));
  run.state.pots.insurance -= paid;
  run.state.pots.socialised -= deficit - paid;
  moveCash(run, account, deficit, { reason: 'liquidate_subaccount', transferId: nextTransferId([account]) }, time);
}

/** Liquidates every account whose maintenance health is below 0, in order of their names. */
export function liquidateUnhealthy(run: Run, time: Ms, productId?: number): void {
  const exposed = [...run.state.accounts.values()].filter((account) => account.positions.size > 0 && (productId === undefined || account.positions.has(productId)));
  exposed.sort((a, b) => (a.subaccount < b.subaccount ? -1 : 1));
  for (const account of exposed) if (health(run, account, 'maintenance') < 0n) liquidateAccount(run, account, time);
}
