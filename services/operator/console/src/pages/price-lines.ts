import type { Sample } from '../api/live.js';
import type { Equity } from '../api/wire.js';
import type { ChartData } from '../parts/chart.js';

interface Point {
  price: number | null;
  liquidation: number | null;
}

/** Prices and liquidation prices of one instrument over time: what was observed of the account, then what was heard live. */
export function priceLines(instrument: string, observed: readonly Equity[], heard: readonly Sample[], labels: { readonly price: string; readonly liquidation: string }): ChartData {
  const points = new Map<number, Point>();
  const at = (ms: number): Point => {
    const second = Math.floor(ms / 1_000);
    const point = points.get(second) ?? { price: null, liquidation: null };
    points.set(second, point);
    return point;
  };
  for (const { venueTime, marks, positions } of observed) {
    const mark = marks.find((each) => each.instrument === instrument);
    const liquidation = positions.find((each) => each.instrument === instrument)?.liquidationPrice;
    if (mark) at(venueTime).price = Number(mark.markPrice);
    if (liquidation !== undefined) at(venueTime).liquidation = Number(liquidation);
  }
  for (const { at: ms, price } of heard) at(ms).price = Number(price);
  const times = [...points.keys()].sort((a, b) => a - b);
  const line = (read: (point: Point) => number | null): readonly (number | null)[] => times.map((time) => { const point = points.get(time); return point ? read(point) : null; });
  return {
    times,
    lines: [
      { label: labels.price, colour: 'accent', values: line(({ price }) => price) },
      { label: labels.liquidation, colour: 'bad', isDashed: true, values: line(({ liquidation }) => liquidation) },
    ],
  };
}
