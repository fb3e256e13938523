import { stringify } from 'yaml';
import { type AlertCase, type AlertGroup, type AlertOf, type Labels, spanAt } from './alert.js';
import { platformGroups } from './platform.js';
import { VENUE_GROUPS } from './protection.js';
import { seriesIn } from '../promql.js';
import { SLO_GROUPS } from './slo.js';
import { TRADING_GROUPS } from './trading.js';

/** Every group of rules; `jobs` are the services that must always be there. */
export const alertGroups = (jobs: readonly string[]): readonly AlertGroup[] => [...SLO_GROUPS, ...TRADING_GROUPS, ...VENUE_GROUPS, ...platformGroups(jobs)];

/** Where it stands what to do, from the top folder of the repository. */
export const runbookOf = ({ name }: Pick<AlertOf, 'name'>): string => `docs/runbooks/${name}.md`;

const annotationsOf = (alert: AlertOf): Labels => ({ summary: alert.summary, description: alert.description, runbook_url: runbookOf(alert) });
const yaml = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });

/**
 * The rules as Prometheus reads them.
 * @param scale 1 = as they are in force; 0.01 = every stretch of time a hundredth of it, for trials. @throws RangeError where it is not in (0, 1]
 */
export function rulesYaml(groups: readonly AlertGroup[], scale = 1): string {
  const span = spanAt(scale);
  return yaml({
    groups: groups.map(({ name, recorded, alerts }) => ({
      name,
      rules: [
        ...recorded.map(({ record, expr }) => ({ record, expr: expr(span) })),
        ...alerts.map((alert) => ({
          alert: alert.name,
          expr: alert.expr(span),
          ...(alert.holdsFor > 0 ? { for: span(alert.holdsFor) } : {}),
          labels: { severity: alert.severity },
          annotations: annotationsOf(alert),
        })),
      ],
    })),
  });
}

const filled = (text: string, labels: Labels): string => text.replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? '');

function expectedOf(alert: AlertOf, labels: Labels): unknown {
  const exp_annotations = Object.fromEntries(Object.entries(annotationsOf(alert)).map(([name, text]) => [name, filled(text, labels)]));
  return { exp_labels: { severity: alert.severity, ...labels }, exp_annotations };
}

const caseOf = (alert: AlertOf, title: string, { series, at }: AlertCase, fire: readonly Labels[]): unknown => ({
  name: `${alert.name} (${alert.severity}) ${title}`,
  interval: '1m',
  input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
  alert_rule_test: [{ eval_time: at, alertname: alert.name, exp_alerts: fire.map((labels) => expectedOf(alert, labels)) }],
});

/** What `promtool test rules` reads for one group. */
export interface GroupTest {
  readonly group: string;
  readonly rules: string;
  readonly tests: string;
}

/** The cases of a group's alerts beside the rules that they need, and no others: promtool evaluates all it has for each minute of each case. */
export function groupTests(groups: readonly AlertGroup[]): readonly GroupTest[] {
  const span = spanAt(1);
  const recorded = groups.flatMap((group) => group.recorded.map((rule) => ({ rule, group })));
  return groups.map((group) => {
    const read = new Set(group.alerts.flatMap(({ expr }) => seriesIn(expr(span))));
    const needed = recorded.filter(({ rule, group: other }) => other !== group && read.has(rule.record)).map(({ rule }) => rule);
    const before: readonly AlertGroup[] = needed.length === 0 ? [] : [{ name: 'needed', recorded: needed, alerts: [] }];
    const tests = group.alerts.flatMap((alert) => [caseOf(alert, 'fires', alert.fires, alert.fires.fire ?? [{}]), ...(alert.quiet === 'never' ? [] : [caseOf(alert, 'is quiet', alert.quiet, [])])]);
    return { group: group.name, rules: rulesYaml([...before, group]), tests: yaml({ rule_files: [`${group.name}.rules.yml`], evaluation_interval: '1m', tests }) };
  });
}
