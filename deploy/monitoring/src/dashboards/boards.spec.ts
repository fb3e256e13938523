import { METRICS } from '@ballast/observability';
import { describe, expect, it } from 'vitest';
import { GROUPS } from '../outputs.js';
import { KNOWN_METRICS } from '../known-metrics.js';
import { metricOf, seriesIn } from '../promql.js';
import { boardJson, UNITS } from './board.js';
import { BOARDS } from './boards.js';

interface PanelJson {
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly uid: string };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly { readonly expr: string; readonly refId: string; readonly datasource: { readonly uid: string } }[];
}
interface BoardJson {
  readonly uid: string;
  readonly panels: readonly PanelJson[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string; readonly query: string }[] };
}

const JSONS = BOARDS.map((board) => JSON.parse(JSON.stringify(boardJson(board))) as BoardJson);
const PANELS = JSONS.flatMap(({ uid, panels }) => panels.filter(({ type }) => type !== 'row').map((panel) => ({ uid, panel })));
const RECORDED = new Set(GROUPS.flatMap(({ recorded }) => recorded.map(({ record }) => record)));
const queries = BOARDS.flatMap(({ rows, variables }) => [...rows.flatMap(({ panels }) => panels.flatMap((panel) => panel.queries.map(([expr]) => expr))), ...variables.map(({ of }) => of)]);

describe('the dashboards', () => {
  it('are the six that a desk and an SRE need, each under an address of its own', () => {
    expect(BOARDS.map(({ uid }) => uid)).toEqual(['ballast-trading', 'ballast-bot', 'ballast-protection', 'ballast-limits', 'ballast-services', 'ballast-nats']);
    expect(new Set(BOARDS.map(({ title }) => title)).size).toBe(BOARDS.length);
  });

  it('have panels that say what they show, in a unit that Grafana knows', () => {
    const units: readonly string[] = Object.values(UNITS);
    for (const { uid, panel } of PANELS) {
      expect(panel.description, `${uid}: ${panel.title}`).toMatch(/\w+ \w+/);
      expect(units, `${uid}: ${panel.title}`).toContain(panel.fieldConfig?.defaults.unit);
    }
  });

  it('name each panel once on its dashboard', () => {
    for (const { uid, panels } of JSONS) {
      const titles = panels.map(({ title }) => title);
      expect(titles.filter((title, index) => titles.indexOf(title) !== index), uid).toEqual([]);
    }
  });

  it('take their datasource by a variable, everywhere', () => {
    const uids = PANELS.flatMap(({ panel }) => [panel.datasource?.uid, ...(panel.targets ?? []).map(({ datasource }) => datasource.uid)]);
    expect(new Set(uids)).toEqual(new Set(['${datasource}']));
    for (const { templating } of JSONS) expect(templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource' });
  });

  it('use only variables that they have', () => {
    for (const { uid, panels, templating } of JSONS) {
      const names = new Set([...templating.list.map(({ name }) => name), '__rate_interval']);
      const used = panels.flatMap(({ targets }) => (targets ?? []).flatMap(({ expr }) => [...expr.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name ?? '')));
      expect(used.filter((name) => !names.has(name)), uid).toEqual([]);
    }
  });

  it('read nothing but metrics of the catalogue, named ones of others, and what rules record', () => {
    const unknown = queries.flatMap(seriesIn).filter((series) => !RECORDED.has(series) && !KNOWN_METRICS.has(series) && !KNOWN_METRICS.has(metricOf(series)));
    expect(unknown).toEqual([]);
  });

  it('read no label that their metric does not have', () => {
    const selectors = queries.flatMap((query) => [...query.matchAll(/(ballast_\w+)\{([^}]*)\}/g)].map(([, series = '', labels = '']) => ({ series, labels: [...labels.matchAll(/(\w+)\s*[=!]/g)].map(([, label]) => label ?? '') })));
    const wrong = selectors.flatMap(({ series, labels }) => {
      const known: readonly string[] = ['job', 'instance', 'le', ...((METRICS as Readonly<Record<string, { readonly labels: readonly string[] }>>)[series] ?? (METRICS as Readonly<Record<string, { readonly labels: readonly string[] }>>)[metricOf(series)] ?? { labels: [] }).labels];
      return labels.filter((label) => !known.includes(label)).map((label) => `${series}: ${label}`);
    });
    expect(wrong).toEqual([]);
  });

  it('show every metric of the catalogue', () => {
    const shown = new Set(queries.flatMap(seriesIn).flatMap((series) => [series, metricOf(series)]));
    expect(Object.keys(METRICS).filter((name) => !shown.has(name))).toEqual([]);
  });
});
