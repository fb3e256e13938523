import type { Ms } from '@ballast/domain';
import type { X18 } from './engine.api.js';
import { midOfMarket } from './book.js';
import { exactExp, ONE } from './fixed.js';
import type { Market, OracleState, Run } from './state.js';

const WEIGHT_DIGITS = 1_000_000_000;
const WEIGHT_SCALE = ONE / BigInt(WEIGHT_DIGITS);

/** Share of the old average that is left after `elapsed` ms: e^(-elapsed/constant), to nine digits. */
export function weightLeft(elapsed: Ms, constant: Ms): X18 {
  return BigInt(Math.round(exactExp(-Math.min(elapsed / constant, 40)) * WEIGHT_DIGITS)) * WEIGHT_SCALE;
}

/** Time-weighted average as of `time`, the last mid held since it was seen. */
const averageAt = (oracle: OracleState, time: Ms, constant: Ms): X18 =>
  oracle.mid + ((oracle.average - oracle.mid) * weightLeft(time - oracle.time, constant)) / ONE;

/** Follows the mid; true where a new oracle price was published. */
export function followMid(run: Run, market: Market, time: Ms): boolean {
  const mid = midOfMarket(market);
  if (mid === undefined || market.oracle?.external) return false;
  const { oracle } = market;
  if (!oracle) {
    market.oracle = { average: mid, mid, time, published: mid, publishedAt: time, external: false };
    return true;
  }
  if (mid !== oracle.mid || time - oracle.publishedAt >= run.config.oraclePublishMs) {
    oracle.average = averageAt(oracle, time, run.config.oracleEmaMs);
    oracle.mid = mid;
    oracle.time = time;
  }
  if (time - oracle.publishedAt < run.config.oraclePublishMs) return false;
  return publish(oracle, oracle.average, time);
}

/** The data has an oracle of its own: it counts at once, and the average is switched off. */
export function followOracle(market: Market, price: X18, time: Ms): boolean {
  const oracle = (market.oracle ??= { average: price, mid: price, time, published: 0n, publishedAt: time, external: true });
  oracle.external = true;
  return publish(oracle, price, time);
}

function publish(oracle: OracleState, price: X18, time: Ms): boolean {
  oracle.publishedAt = time;
  if (oracle.published === price) return false;
  oracle.published = price;
  return true;
}
