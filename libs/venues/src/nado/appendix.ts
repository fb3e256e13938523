import type { TimeInForce } from '@ballast/domain';
import { packOrderAppendix, type OrderExecutionType } from '@nadohq/client';

export interface OrderFlags {
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
}

const VERSION = 1n;
const EXECUTION: Readonly<Record<TimeInForce, OrderExecutionType>> = { GTC: 'default', IOC: 'ioc', FOK: 'fok' };
const TIME_IN_FORCE: readonly TimeInForce[] = ['GTC', 'IOC', 'FOK', 'GTC'];

/** Nado's uint128 order appendix (venues.md §1.4), cross margin, no trigger and no builder. @throws RangeError for a post-only order that may not rest. */
export function appendixOf(flags: OrderFlags): string {
  if (flags.postOnly && flags.timeInForce !== 'GTC') throw new RangeError(`timeInForce: found ${flags.timeInForce}, allowed with postOnly is GTC`);
  return packOrderAppendix({ orderExecutionType: flags.postOnly ? 'post_only' : EXECUTION[flags.timeInForce], ...(flags.reduceOnly ? { reduceOnly: true } : {}) }).toString();
}

/** Reads an appendix back; undefined where it is of another version, or asks for what is not traded here (isolated, triggers). */
export function flagsOf(appendix: string): OrderFlags | undefined {
  const bits = BigInt(appendix);
  const isolated = (bits >> 8n) & 1n;
  const trigger = (bits >> 12n) & 3n;
  if ((bits & 0xffn) !== VERSION || isolated !== 0n || trigger !== 0n) return undefined;
  const type = Number((bits >> 9n) & 3n);
  return { timeInForce: TIME_IN_FORCE[type] ?? 'GTC', postOnly: type === 3, reduceOnly: ((bits >> 11n) & 1n) === 1n };
}
