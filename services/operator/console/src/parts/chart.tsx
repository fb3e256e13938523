import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { dashOf, Glyph, type GlyphShape, type Stroke } from './glyph.js';
import { type Spot, spread } from './spread.js';

/** Times in s, and of each line a value or null at each of them. Pixels, not money: these are numbers. */
export interface ChartData {
  readonly times: readonly number[];
  readonly lines: readonly { readonly label: string; readonly stroke: Stroke; readonly values: readonly (number | null)[] }[];
  readonly marks: readonly ChartMark[];
}

/** Something that happened, at a time and a value of the chart. */
export interface ChartMark {
  readonly key: string;
  readonly shape: GlyphShape;
  readonly text: string;
  readonly time: number;
  readonly value: number;
}

interface Place extends Spot {
  readonly mark: ChartMark;
}

interface ChartProps {
  readonly label: string;
  readonly data: ChartData;
  /** Pixels. */
  readonly height: number;
  /** Of the values, behind their figures. */
  readonly unit?: string;
}

const colourOf = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const dark = matchMedia('(prefers-color-scheme: dark)');
const aligned = ({ times, lines }: ChartData): uPlot.AlignedData => [[...times], ...lines.map(({ values }) => [...values])];
const AXIS_PX = 70;
const TICK_PX = 75;
const DAY_S = 86_400;

/** Times of an axis in UTC, in 24 hours: with seconds where they are nearer than a minute, with the date where a day begins. */
export const timesOf = (seconds: readonly number[], apart: number): readonly string[] =>
  seconds.map((second, index) => {
    const [date = '', clock = ''] = new Date(second * 1_000).toISOString().split('T');
    const isNewDay = index === 0 || Math.floor(second / DAY_S) !== Math.floor((seconds[index - 1] ?? second) / DAY_S);
    return apart >= DAY_S ? date : `${clock.slice(0, apart < 60 ? 8 : 5)}${isNewDay ? `\n${date}` : ''}`;
  });

/** Lines over market time, with marks on them. What it shows is told in words or tables beside it too. */
export function Chart({ label, data, height, unit = '' }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const latest = useRef(data);
  latest.current = data;
  const [places, setPlaces] = useState<readonly Place[]>([]);
  const strokes = data.lines.map(({ label: of, stroke }) => `${of}/${Object.values(stroke).join('')}`).join();
  useEffect(() => {
    const parent = box.current;
    if (!parent) return undefined;
    const drawn = draw(parent, latest.current, { height, unit, onDrawn: (on) => setPlaces(placesOn(on, latest.current.marks)) });
    plot.current = drawn;
    const fit = new ResizeObserver(() => drawn.setSize({ width: parent.clientWidth, height }));
    fit.observe(parent);
    const repaint = (): void => drawn.redraw(true, true);
    dark.addEventListener('change', repaint);
    return () => {
      dark.removeEventListener('change', repaint);
      fit.disconnect();
      drawn.destroy();
    };
  }, [strokes, height, unit]);
  useEffect(() => plot.current?.setData(aligned(data)), [data]);
  return (
    <div class="chart">
      <div ref={box} role="img" aria-label={label} />
      <svg class="marks" aria-hidden="true">
        {places.map(({ mark, left, top }) => <Glyph key={mark.key} shape={mark.shape} left={left} top={top} title={mark.text} data-mark={mark.key} />)}
      </svg>
    </div>
  );
}

/** Where marks are in the picture, px. */
function placesOn(plot: uPlot, marks: readonly ChartMark[]): readonly Place[] {
  const { offsetLeft, offsetTop } = plot.over;
  return spread(marks.map((mark) => ({ mark, left: offsetLeft + plot.valToPos(mark.time, 'x'), top: offsetTop + plot.valToPos(mark.value, 'y') })));
}

function draw(parent: HTMLElement, data: ChartData, { height, unit, onDrawn }: { readonly height: number; readonly unit: string; readonly onDrawn: (plot: uPlot) => void }): uPlot {
  const axis = (): uPlot.Axis => ({ stroke: () => colourOf('quiet'), grid: { stroke: () => colourOf('line'), width: 1 }, ticks: { stroke: () => colourOf('line') } });
  return new uPlot(
    {
      width: parent.clientWidth,
      height,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), 'UTC'),
      cursor: { drag: { x: false, y: false } },
      legend: { show: false },
      axes: [{ ...axis(), space: TICK_PX, values: (_, splits, _axis, _space, apart) => [...timesOf(splits, apart)] }, { ...axis(), size: AXIS_PX, values: (_, values) => values.map((value) => `${value.toLocaleString('en-US')}${unit}`) }],
      series: [{}, ...data.lines.map(({ label, stroke }): uPlot.Series => ({ label, stroke: () => colourOf(stroke.colour), width: stroke.isThin ? 1 : 2, spanGaps: false, points: { show: false }, dash: [...dashOf(stroke)] }))],
      hooks: { draw: [onDrawn] },
    },
    aligned(data),
    parent,
  );
}
