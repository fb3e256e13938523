import { useMemo } from 'preact/hooks';
import type { BotDetail, Equity, ProtectionRow, ProtectionSettings } from '../api/wire.js';
import { useDesk, usePage } from '../desk.js';
import { percent, time, trimmed, usd } from '../figures.js';
import { Chart, type ChartData } from '../parts/chart.js';
import { type GlyphShape, Legend, type Meaning, type Stroke } from '../parts/glyph.js';
import { type Column, Table } from '../parts/table.js';
import type { Code } from '../words/codes.js';
import type { Say } from '../words/words.js';
import { Distance } from './bots.js';
import { useObserved } from './observed.js';
import { type Mark, type MarkKind, MARKS, type Timeline, timelineOf } from './price-lines.js';

type Row = BotDetail['positions'][number];
const ROWS_MARKED = 200;

interface HoldingsProps {
  readonly bot: BotDetail;
  readonly path: string;
  readonly settings: ProtectionSettings | undefined;
}

/** What a bot holds, and how its price went beside what would liquidate it, with what protection did. */
export function Holdings({ bot, path, settings }: HoldingsProps) {
  const { say, live } = useDesk();
  const observed = useObserved(path, bot.accountId);
  const done = usePage<ProtectionRow>(`${path}/protection-history?limit=${ROWS_MARKED}`);
  const open = bot.positions.filter(({ quantity }) => quantity !== '0');
  const last = observed.at(-1) ?? bot.equity;
  const seenOf = ({ instrument }: Row) => last?.positions.find((each) => each.instrument === instrument);
  const columns: readonly Column<Row>[] = [
    { key: 'instrument', head: say('instrument'), isName: true, cell: ({ instrument }) => instrument },
    { key: 'quantity', head: say('quantity'), isFigure: true, cell: ({ quantity }) => trimmed(quantity, 8) },
    { key: 'entry', head: say('entryPrice'), isFigure: true, cell: ({ entryPrice }) => trimmed(entryPrice ?? '–', 6) },
    { key: 'mark', head: say('markPrice'), isFigure: true, cell: ({ instrument }) => trimmed(live.prices.get(instrument) ?? last?.marks.find((each) => each.instrument === instrument)?.markPrice ?? '–', 6) },
    { key: 'liquidation', head: say('liquidationPrice'), isFigure: true, cell: (row) => trimmed(seenOf(row)?.liquidationPrice ?? say('noLiquidation'), 6) },
    { key: 'distance', head: say('distance'), isFigure: true, cell: (row) => <Distance of={seenOf(row)?.distanceToLiquidation} /> },
    { key: 'pnl', head: say('pnl'), isFigure: true, cell: ({ realisedPnl }) => usd(realisedPnl) },
    { key: 'fees', head: say('fees'), isFigure: true, cell: ({ fees }) => usd(fees) },
    { key: 'funding', head: say('funding'), isFigure: true, cell: ({ funding }) => usd(funding) },
  ];
  return (
    <section>
      <h2>{say('positions')}</h2>
      <Table label={say('positions')} columns={columns} rows={open} keyOf={({ instrument }) => instrument} empty={say('noPositions')} />
      {bot.positions.map(({ instrument }) => <Charts key={instrument} instrument={instrument} observed={observed} done={done.value?.rows} settings={settings} />)}
    </section>
  );
}

interface ChartsProps {
  readonly instrument: string;
  readonly observed: readonly Equity[];
  readonly done: readonly ProtectionRow[] | undefined;
  readonly settings: ProtectionSettings | undefined;
}

const PRICE_PX = 240;
const DISTANCE_PX = 170;
const PRICE: Stroke = { colour: 'accent' };
const LIQUIDATION: Stroke = { colour: 'bad', dash: 'dashed' };
const TRIGGER: Stroke = { colour: 'warn', dash: 'dotted' };
const SAFE: Stroke = { colour: 'good', dash: 'dashed', isThin: true };
const SHAPES: Readonly<Record<MarkKind, GlyphShape>> = { ProtectionDeposited: 'up', ProtectionWithdrawn: 'down', ProtectionExhausted: 'square', ProtectionStale: 'cross', ProtectionReductionRequested: 'diamond' };

function Charts({ instrument, observed, done, settings }: ChartsProps) {
  const { say, code, live, link } = useDesk();
  const line = useMemo(() => timelineOf(instrument, observed, link.history(instrument), done ?? []), [instrument, observed, live.prices, done]);
  const charts = useMemo(() => ({ price: priceChart(line, say, code), distance: distanceChart(line, settings, say, code) }), [line, settings, say, code]);
  const marks: readonly Meaning[] = MARKS.filter((kind) => line.marks.some((each) => each.kind === kind)).map((kind) => ({ text: code(kind), shape: SHAPES[kind] }));
  const counted = marks.length === 0 ? '' : `; ${MARKS.flatMap((kind) => { const count = line.marks.filter((each) => each.kind === kind).length; return count === 0 ? [] : [`${code(kind)} ${count}`]; }).join(', ')}`;
  return (
    <figure class="card" data-chart={instrument}>
      <figcaption><h3><span translate={false}>{instrument}</span></h3> <small>{say('chart')}: {say('chartHint')}</small></figcaption>
      {line.times.length === 0 ? <p class="empty">{say('chartEmpty')}</p> : (
        <>
          <Legend label={say('legend')} meanings={[...charts.price.lines.map(({ label, stroke }) => ({ text: label, stroke })), ...marks]} />
          <Chart label={`${instrument}: ${say('chartPrice')}${counted}`} data={charts.price} height={PRICE_PX} />
          {line.distance.some((each) => each !== null) && (
            <>
              <Legend label={say('legend')} meanings={charts.distance.lines.map(({ label, stroke }) => ({ text: label, stroke }))} />
              <Chart label={`${instrument}: ${say('chartDistance')}${counted}`} data={charts.distance} height={DISTANCE_PX} unit=" %" />
            </>
          )}
        </>
      )}
    </figure>
  );
}

const priceChart = (line: Timeline, say: Say, code: Code): ChartData => ({
  times: line.times,
  lines: [
    { label: say('markPrice'), stroke: PRICE, values: line.price },
    ...(line.liquidation.some((each) => each !== null) ? [{ label: say('liquidationPrice'), stroke: LIQUIDATION, values: line.liquidation }] : []),
  ],
  marks: marksOn(line, line.price, code),
});

function distanceChart(line: Timeline, settings: ProtectionSettings | undefined, say: Say, code: Code): ChartData {
  const level = (ratio: string, label: string, stroke: Stroke): ChartData['lines'][number] => ({ label: `${label} ${percent(ratio)}`, stroke, values: line.times.map(() => 100 * Number(ratio)) });
  const levels = settings ? [level(settings.triggerDistance, say('triggerDistance'), TRIGGER), level(settings.safeDistance, say('safeDistance'), SAFE)] : [];
  return { times: line.times, lines: [{ label: `${say('distance')}, %`, stroke: PRICE, values: line.distance }, ...levels], marks: marksOn(line, line.distance, code) };
}

/** A mark is on its line; where the line has no value then, there is none. */
function marksOn({ times, marks }: Timeline, values: readonly (number | null)[], code: Code): ChartData['marks'] {
  return marks.flatMap((mark) => {
    const [at, value] = [times[mark.index], values[mark.index]];
    return at === undefined || value === undefined || value === null ? [] : [{ key: mark.key, shape: SHAPES[mark.kind], text: textOf(mark, code), time: at, value }];
  });
}

const textOf = ({ kind, row: { amount, at, distance } }: Mark, code: Code): string =>
  [code(kind), amount === undefined ? [] : usd(amount), distance === undefined ? [] : percent(distance), `${time(at)} UTC`].flat().join(' · ');
