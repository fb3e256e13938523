import type { Sample } from '../api/live.js';
import type { Equity, ProtectionRow } from '../api/wire.js';

/** What protection did, as it is marked in a chart. */
export const MARKS = ['ProtectionDeposited', 'ProtectionWithdrawn', 'ProtectionExhausted', 'ProtectionStale', 'ProtectionReductionRequested'] as const;
export type MarkKind = (typeof MARKS)[number];

/** One thing that protection did, at its second. */
export interface Mark {
  readonly key: string;
  readonly kind: MarkKind;
  readonly row: ProtectionRow;
  /** Place in `times`. */
  readonly index: number;
}

/** One instrument of an account over market time, s. Pixels, not money: these are numbers, null where there is none. */
export interface Timeline {
  readonly times: readonly number[];
  readonly price: readonly (number | null)[];
  readonly liquidation: readonly (number | null)[];
  /** In percent of the liquidation price, signed by side (C-59). */
  readonly distance: readonly (number | null)[];
  readonly marks: readonly Mark[];
}

interface Point {
  price: number | null;
  oracle: number | null;
  liquidation: number | null;
  /** +1 long, -1 short, 0 flat. */
  side: number;
}

const isMark = (type: string): type is MarkKind => (MARKS as readonly string[]).includes(type);
const secondOf = (ms: number): number => Math.floor(ms / 1_000);
const sideOf = (quantity: string): number => (quantity === '0' ? 0 : quantity.startsWith('-') ? -1 : 1);

/**
 * Prices, liquidation prices and distances of one instrument: what was observed of the account, then what was heard live, with what protection
 * did on the way. Between two observations the account is as it was last seen. What protection did before the first point is left out.
 */
export function timelineOf(instrument: string, observed: readonly Equity[], heard: readonly Sample[], done: readonly ProtectionRow[]): Timeline {
  const points = new Map<number, Partial<Point>>();
  const put = (ms: number, found: Partial<Point>): void => void points.set(secondOf(ms), { ...points.get(secondOf(ms)), ...found });
  for (const { at, price, oracle } of heard) put(at, { price: Number(price), oracle: Number(oracle) });
  for (const { venueTime, marks, positions } of observed) {
    const mark = marks.find((each) => each.instrument === instrument);
    const position = positions.find((each) => each.instrument === instrument);
    const liquidation = position?.liquidationPrice;
    put(venueTime, { ...(mark ? { price: Number(mark.markPrice), oracle: Number(mark.oraclePrice) } : {}), liquidation: liquidation === undefined ? null : Number(liquidation), side: sideOf(position?.quantity ?? '0') });
  }
  const from = Math.min(...points.keys());
  const marked = done.filter(({ type, at }) => isMark(type) && secondOf(at) >= from).sort((a, b) => a.at - b.at);
  for (const { at } of marked) put(at, {});
  const times = [...points.keys()].sort((a, b) => a - b);
  const carried = carry(times.map((time) => points.get(time) ?? {}));
  const places = new Map(times.map((time, index) => [time, index]));
  return {
    times,
    price: carried.map(({ price }) => price),
    liquidation: carried.map(({ liquidation }) => liquidation),
    distance: carried.map(distanceOf),
    marks: marked.flatMap((row) => (isMark(row.type) ? [{ key: row.id, kind: row.type, row, index: places.get(secondOf(row.at)) ?? 0 }] : [])),
  };
}

function carry(found: readonly Partial<Point>[]): readonly Point[] {
  let last: Point = { price: null, oracle: null, liquidation: null, side: 0 };
  return found.map((point) => (last = { ...last, ...point }));
}

const distanceOf = ({ oracle, liquidation, side }: Point): number | null => (oracle === null || liquidation === null || liquidation === 0 || side === 0 ? null : (100 * (side > 0 ? oracle - liquidation : liquidation - oracle)) / liquidation);
