import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { KNOWN_METRICS } from '../known-metrics.js';
import { GROUPS } from '../outputs.js';
import { metricOf, seriesIn } from '../promql.js';
import { DAY, grew, HOUR, MINUTE, spanAt } from './alert.js';
import { rulesYaml, runbookOf } from './rules.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const ALERTS = GROUPS.flatMap(({ alerts }) => alerts);
const RECORDED = new Set(GROUPS.flatMap(({ recorded }) => recorded.map(({ record }) => record)));

/** What the alerts of issue 5 are about, beside the burn rates of the objectives, and which alert says it. */
const CAUSES: Readonly<Record<string, string>> = {
  'stop tripped (R111)': 'HardStopTripped', 'rule silent': 'RuleSilent', 'slippage warn by stage (R51)': 'SlippageWarn', 'average slippage (C-56)': 'SlippageAverageHigh', 'hedge imbalance (R43)': 'HedgeImbalance',
  'fill rate below 95 % (R43)': 'FillRateBelowTarget', 'fill rate below 90 % (R44)': 'FillRateBelowFloor', 'venue-call budget exceeded (R86)': 'VenueCallBudgetExceeded', 'unguarded position': 'UnguardedPosition',
  'execution success below 99.5 % (R59)': 'ExecutionSuccessLow', 'uptime below 99.9 % (R59)': 'UptimeLow', 'thin liquidity (R29)': 'ThinLiquidity', 'consumer lag': 'ConsumerLag', 'dead letters': 'DeadLetters',
  'protection exhausted': 'ProtectionExhausted', 'venue frozen': 'ProtectionVenueFrozen', disk: 'LogDiskFull', 'Redis down': 'RedisDown', 'NATS no quorum': 'NatsNoQuorum', watchdog: 'Watchdog',
};

describe('a stretch of time', () => {
  it('is written as people write it', () => {
    expect([5 * MINUTE, 90 * MINUTE, 6 * HOUR, 3 * DAY, 30].map(spanAt(1))).toEqual(['5m', '90m', '6h', '3d', '30s']);
  });

  it('is shortened by the scale, but holds two scrapes of a second and more', () => {
    expect([5 * MINUTE, HOUR, 30, 2].map(spanAt(0.01))).toEqual(['4s', '36s', '4s', '2s']);
  });

  it('has a scale above 0 and up to 1', () => {
    expect(() => spanAt(0)).toThrow('scale: found 0, allowed is above 0 and up to 1');
    expect(() => spanAt(1.5)).toThrow('scale: found 1.5');
  });
});

describe('the alerts', () => {
  it.each(Object.entries(CAUSES))('tell of %s', (_, name) => {
    expect(ALERTS.map((alert) => alert.name)).toContain(name);
  });

  it('have a name and severity each once', () => {
    const names = ALERTS.map(({ name, severity }) => `${name} ${severity}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([1, 0.05])('read nothing but metrics of the catalogue, named ones of others, and what rules record, at a scale of %d', (scale) => {
    const expressions = GROUPS.flatMap(({ recorded, alerts }) => [...recorded, ...alerts]).map(({ expr }) => expr(spanAt(scale)));
    const unknown = expressions.flatMap(seriesIn).filter((series) => !RECORDED.has(series) && !KNOWN_METRICS.has(series) && !KNOWN_METRICS.has(metricOf(series)));
    expect(unknown).toEqual([]);
  });

  it('have a runbook each, which says what it means, where to look and how it ends', () => {
    for (const alert of ALERTS) {
      const text = existsSync(join(ROOT, runbookOf(alert))) ? readFileSync(join(ROOT, runbookOf(alert)), 'utf8') : 'no such file';
      expect(text, runbookOf(alert)).toMatch(/^# \w+\n[\s\S]*^## Look first\n[\s\S]*^## How it ends\n/m);
      expect(text.startsWith(`# ${alert.name}\n`), runbookOf(alert)).toBe(true);
    }
  });

  it('leave no runbook without an alert', () => {
    const names = new Set(ALERTS.map(({ name }) => `${name}.md`));
    expect(readdirSync(join(ROOT, 'docs/runbooks')).filter((file) => !names.has(file) && file !== 'README.md')).toEqual([]);
  });

  it('say a summary whose labels are those that they fire with', () => {
    for (const { summary, fires } of ALERTS) {
      const named = [...summary.matchAll(/\{\{ \$labels\.(\w+) \}\}/g)].map(([, label]) => label ?? '');
      for (const labels of fires.fire ?? [{}]) expect(Object.keys(labels)).toEqual(expect.arrayContaining(named));
    }
  });

  it('become rules with all that is asked of one', () => {
    const { groups } = parse(rulesYaml(GROUPS)) as { readonly groups: readonly { readonly rules: readonly Readonly<Record<string, unknown>>[] }[] };
    const alerts = groups.flatMap(({ rules }) => rules).filter((rule) => 'alert' in rule);
    expect(alerts).toHaveLength(ALERTS.length);
    for (const rule of alerts) {
      expect(rule['labels']).toEqual({ severity: expect.stringMatching(/^(page|ticket|none)$/) as unknown });
      expect(rule['annotations']).toEqual({ summary: expect.any(String) as unknown, description: expect.any(String) as unknown, runbook_url: `docs/runbooks/${String(rule['alert'])}.md` });
    }
  });
});

describe('what grew', () => {
  it('is what was added, all of a young process, and a line that is new in one that was read before, at every scale', () => {
    const of = (scale: number): string => grew('x_total{a="b"}', spanAt(scale), 5 * MINUTE, ['c']);
    expect(of(1)).toBe('sum by (c) (increase(x_total{a="b"}[5m]) > 0 or x_total{a="b"} > 0 and on (job, instance) process_start_time_seconds > time() - 300 or (x_total{a="b"} unless x_total{a="b"} offset 5m) > 0 and on (job, instance) up offset 5m == 1)');
    expect(of(0.02)).toContain('[6s]) > 0 or x_total{a="b"} > 0 and on (job, instance) process_start_time_seconds > time() - 6 or');
  });
});
