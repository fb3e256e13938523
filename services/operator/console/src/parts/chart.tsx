import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

/** Times in s, and of each line a value or null at each of them. Pixels, not money: these are numbers. */
export interface ChartData {
  readonly times: readonly number[];
  readonly lines: readonly { readonly label: string; readonly colour: string; readonly isDashed?: boolean; readonly isMarker?: boolean; readonly values: readonly (number | null)[] }[];
}

const HEIGHT = 240;
const colourOf = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const dark = matchMedia('(prefers-color-scheme: dark)');

/** Lines over market time. What it shows is told in words or tables beside it too. */
export function Chart({ label, data }: { readonly label: string; readonly data: ChartData }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const parent = box.current;
    if (!parent) return undefined;
    const plot = draw(parent, data);
    const fit = new ResizeObserver(() => plot.setSize({ width: parent.clientWidth, height: HEIGHT }));
    fit.observe(parent);
    const repaint = (): void => plot.redraw(true, true);
    dark.addEventListener('change', repaint);
    return () => {
      dark.removeEventListener('change', repaint);
      fit.disconnect();
      plot.destroy();
    };
  }, [data]);
  return <div ref={box} class="chart" role="img" aria-label={label} />;
}

function draw(parent: HTMLElement, { times, lines }: ChartData): uPlot {
  const axis = (): uPlot.Axis => ({ stroke: () => colourOf('quiet'), grid: { stroke: () => colourOf('line'), width: 1 }, ticks: { stroke: () => colourOf('line') } });
  return new uPlot(
    {
      width: parent.clientWidth,
      height: HEIGHT,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), 'UTC'),
      cursor: { drag: { x: false, y: false } },
      axes: [axis(), { ...axis(), size: 70 }],
      series: [{}, ...lines.map(({ label, colour, isDashed, isMarker }): uPlot.Series => ({ label, stroke: () => colourOf(colour), width: isMarker ? 0 : 2, spanGaps: !isMarker, points: { show: isMarker ?? false, size: 9 }, ...(isDashed ? { dash: [6, 4] } : {}) }))],
    },
    [[...times], ...lines.map(({ values }) => [...values])] as uPlot.AlignedData,
    parent,
  );
}
