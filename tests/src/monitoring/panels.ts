import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKING_COPY } from '@ballast/local';
import type { PrometheusServer } from './prometheus.js';

interface BoardJson {
  readonly uid: string;
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string; readonly query: string; readonly multi?: boolean }[] };
}

/** A query of a panel that brought nothing, or failed. */
export interface Empty {
  /** `<dashboard>: <panel>`. */
  readonly panel: string;
  readonly why: string;
}

/** What a desk on which all is well has no event for, by panel, and which one it would be. */
export const NEEDS_AN_EVENT: Readonly<Record<string, string>> = {
  'ballast-bot: Distance to liquidation': 'a position that can be liquidated: this pair is hedged',
  'ballast-bot: Unguarded position': 'a position that lost its guard',
  'ballast-bot: Unwinds': 'a trade that lost a leg',
  'ballast-limits: Hard stops': 'a profile with hard stops',
  'ballast-limits: Hard stops tripped': 'a profile with hard stops',
  'ballast-limits: Rules that warn or refuse': 'a plan near its limits',
  'ballast-limits: Rung': 'a profile with a ladder',
  'ballast-limits: Trading state': 'a change of the trading state',
  'ballast-limits: Volume of the day': 'a profile with bounds of volume',
  'ballast-trading: Volume of the day': 'a profile with bounds of volume',
  'ballast-protection: Distance to liquidation': 'a position that can be liquidated: this pair is hedged',
  'ballast-protection: Treasury': 'a treasury that is opened',
  'ballast-protection: Calls not made': 'a tight call budget',
  'ballast-services: Reconciliation': 'a comparison with the venue within the shortened hour',
  'ballast-services: Comparisons with the venue': 'two comparisons with the venue within the time',
  'ballast-services: Open differences': 'a comparison with the venue within the time',
  'ballast-services: Differences found': 'a difference between log and venue',
  'ballast-services: Market messages not passed on': 'a market message that is repeated or late',
  'ballast-services: Dead letters': 'a message that cannot be handled',
  'ballast-services: Messages to people': 'something that people are told of',
  'ballast-services: Start-up cache': 'Redis being away',
  'ballast-trading: Distance to liquidation': 'a position that can be liquidated: this pair is hedged',
  'ballast-trading: Orders refused': 'an order that is refused',
};

const FOLDER = join(WORKING_COPY, 'deploy', 'monitoring', 'out', 'grafana', 'dashboards');
/** In place of what Grafana chooses by its scrape interval and zoom. */
const RATE_INTERVAL = '20s';
const LABEL_VALUES = /^label_values\((\w+), (\w+)\)$/;

/** The dashboards as they are kept, and as Grafana would read them. */
export const boardsOnDisk = (): readonly BoardJson[] => readdirSync(FOLDER).filter((file) => file.endsWith('.json')).map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as BoardJson);

/** Runs every query of every panel over the last seconds, with its variables expanded to all they can be; of one that can only be one at a time, one with data is enough. */
export async function emptyPanels(prometheus: PrometheusServer, seconds: number): Promise<readonly Empty[]> {
  const empty: Empty[] = [];
  for (const { uid, panels, templating } of boardsOnDisk()) {
    const values = new Map<string, readonly string[]>([['__rate_interval', [RATE_INTERVAL]]]);
    for (const { name, type, query, multi } of templating.list) {
      if (type !== 'query') continue;
      const [, metric = '', label = ''] = LABEL_VALUES.exec(query) ?? [];
      const found = await prometheus.labelValues(metric, label);
      values.set(name, multi === true ? [found.join('|')] : found);
      if (found.length === 0) empty.push({ panel: `${uid}: $${name}`, why: `${query} has no values` });
    }
    const expanded = (expr: string): readonly string[] => [...values].reduce<readonly string[]>((queries, [name, of]) => queries.flatMap((query) => filled(query, name, of)), [expr]);
    for (const { title, targets = [] } of panels) {
      const outcomes = await Promise.all(targets.map(({ expr }) => outcomeOfAny(prometheus, expanded(expr), seconds)));
      empty.push(...outcomes.flatMap((why) => (why === undefined ? [] : [{ panel: `${uid}: ${title}`, why }])));
    }
  }
  return empty;
}

/** The query for each value of a variable; itself where it does not use it. */
function filled(query: string, name: string, values: readonly string[]): readonly string[] {
  const use = new RegExp(`\\$(?:${name}\\b|\\{${name}\\})`, 'g');
  return query.search(use) < 0 ? [query] : values.map((value) => query.replace(use, value));
}

/** Undefined where one of them brings something. */
async function outcomeOfAny(prometheus: PrometheusServer, queries: readonly string[], seconds: number): Promise<string | undefined> {
  const outcomes = await Promise.all(queries.map((query) => outcomeOf(prometheus, query, seconds)));
  return outcomes.includes(undefined) ? undefined : (outcomes[0] ?? 'no value of its variable');
}

async function outcomeOf(prometheus: PrometheusServer, query: string, seconds: number): Promise<string | undefined> {
  try {
    const lines = await prometheus.range(query, seconds);
    return lines.some((line) => line.some((value) => !Number.isNaN(value))) ? undefined : `${lines.length === 0 ? 'nothing' : 'only NaN'}: ${query}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
