import { DashboardBuilder, DatasourceVariableBuilder, QueryVariableBuilder, RowBuilder, ThresholdsConfigBuilder, ThresholdsMode, VariableRefresh } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatPanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as LinePanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** Units that Grafana knows, by what they are here. */
export const UNITS = { seconds: 's', ratio: 'percentunit', quote: 'currencyUSD', bps: 'none', count: 'short', perSecond: 'ops', bytes: 'bytes', bytesPerSecond: 'Bps', yesNo: 'bool_yes_no', moment: 'dateTimeAsIso' } as const;
export type Unit = keyof typeof UNITS;

/** A query and how its lines are called: `{{bot}}`. */
export type Query = readonly [expr: string, legend: string];

/** One panel: lines over time, or the newest number. */
export interface PanelOf {
  readonly title: string;
  /** What it shows and what is good, for who sees it the first time. */
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** Default `lines`. */
  readonly as?: 'lines' | 'number';
  /** Values from which it turns amber or red, in the panel's unit. */
  readonly warnAt?: number;
  readonly badAt?: number;
}

export interface RowOf {
  readonly title: string;
  readonly panels: readonly PanelOf[];
}

/** A choice at the top of a dashboard: the values of a label. */
export interface VariableOf {
  readonly label: string;
  /** Metric whose label has the values. */
  readonly of: string;
  /** Whether many may be chosen at once. */
  readonly many: boolean;
}

export interface BoardOf {
  /** Stable: links and bookmarks hang on it. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly VariableOf[];
  readonly rows: readonly RowOf[];
}

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
const HEIGHT = 8;
const NUMBER_HEIGHT = 5;
const SPAN = 8;
const NUMBER_SPAN = 4;

const queryOf = ([expr, legend]: Query, index: number): DataqueryBuilder =>
  new DataqueryBuilder().expr(expr).legendFormat(legend).datasource(DATASOURCE).refId(String.fromCharCode('A'.charCodeAt(0) + index)).range();

function thresholdsOf({ warnAt, badAt }: PanelOf): ThresholdsConfigBuilder {
  const steps = [{ value: null, color: 'green' }, ...(warnAt === undefined ? [] : [{ value: warnAt, color: 'orange' }]), ...(badAt === undefined ? [] : [{ value: badAt, color: 'red' }])];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}

function panelOf(panel: PanelOf): StatPanelBuilder | LinePanelBuilder {
  const isNumber = panel.as === 'number';
  const builder = isNumber ? new StatPanelBuilder().span(NUMBER_SPAN).height(NUMBER_HEIGHT) : new LinePanelBuilder().span(SPAN).height(HEIGHT);
  builder.title(panel.title).description(panel.description).unit(UNITS[panel.unit]).datasource(DATASOURCE).thresholds(thresholdsOf(panel));
  for (const [index, query] of panel.queries.entries()) builder.withTarget(queryOf(query, index));
  return builder;
}

function variableOf({ label, of, many }: VariableOf): QueryVariableBuilder {
  const builder = new QueryVariableBuilder(label).label(label).datasource(DATASOURCE).query(`label_values(${of}, ${label})`).refresh(VariableRefresh.OnTimeRangeChanged);
  return many ? builder.multi(true).includeAll(true) : builder;
}

/** The dashboard as Grafana reads it. */
export function boardJson(board: BoardOf): unknown {
  const builder = new DashboardBuilder(board.title).uid(board.uid).description(board.description).tags(['ballast', 'generated']).timezone('utc').refresh('10s').time({ from: 'now-1h', to: 'now' }).readonly();
  builder.withVariable(new DatasourceVariableBuilder('datasource').label('datasource').type('prometheus'));
  for (const variable of board.variables) builder.withVariable(variableOf(variable));
  for (const row of board.rows) {
    builder.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) builder.withPanel(panelOf(panel));
  }
  return builder.build();
}

