import type { Ms } from '@ballast/domain';
import type { X18 } from './engine.api.js';
import { floorDiv, ONE } from './fixed.js';
import { oracleOf } from './margin.js';
import type { Run } from './state.js';

export const HOUR_MS: Ms = 3_600_000;

/** The first full hour after `time`. */
export const nextHourAfter = (time: Ms): Ms => (Math.floor(time / HOUR_MS) + 1) * HOUR_MS;

/** What a position receives (negative = pays): longs pay where the rate is positive, rounded against the account. */
export const fundingOf = (position: X18, oracle: X18, rateHourly: X18): X18 => floorDiv(-(position * oracle * rateHourly), ONE * ONE);

/** Settles one hour of funding for every open position (venues.md §4.7). */
export function settleFunding(run: Run, time: Ms): void {
  for (const market of run.state.markets.values()) {
    const rateHourly = market.fundingRate;
    if (rateHourly === 0n) continue;
    const { productId } = market;
    for (const account of run.state.accounts.values()) {
      const position = account.positions.get(productId)?.amount;
      if (position === undefined) continue;
      const amount = fundingOf(position, oracleOf(run, productId), rateHourly);
      account.cash += amount;
      run.state.pots.funding -= amount;
      const payment = { paymentId: `${time}-${productId}-${account.subaccount}`, time, subaccount: account.subaccount, productId, amount, rateHourly, position };
      account.funding.push(payment);
      run.out.push({ type: 'funding', time, payment });
    }
  }
}
