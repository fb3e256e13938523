import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBinary, WORKSPACE_ROOT } from '@ballast/testing';
import { parse, stringify } from 'yaml';
import type { Manifest } from './manifest.js';

/** One alert of a PrometheusRule at one moment. */
export interface AlertCase {
  /** The rule's file. */
  readonly file: string;
  readonly alert: string;
  readonly series: readonly { readonly series: string; readonly values: string }[];
  /** When it is looked at. */
  readonly minutes: number;
  /** What fires then. */
  readonly fires: readonly { readonly exp_labels: object; readonly exp_annotations: object }[];
}

/** What promtool says of a case, in a folder of its own: its exit code and its words. */
export function judged(folder: string, { file, alert, series, minutes, fires }: AlertCase): readonly [status: number | null, said: string] {
  const { spec } = parse(readFileSync(join(WORKSPACE_ROOT, file), 'utf8')) as Manifest;
  writeFileSync(join(folder, 'rules.yml'), stringify(spec));
  const tests = [{ interval: '1m', input_series: series, alert_rule_test: [{ eval_time: `${minutes}m`, alertname: alert, exp_alerts: fires }] }];
  writeFileSync(join(folder, 'case.yml'), stringify({ rule_files: ['rules.yml'], evaluation_interval: '1m', tests }));
  const { status, stdout, stderr } = spawnSync(findBinary('promtool', 'PROMTOOL_BIN'), ['test', 'rules', 'case.yml'], { cwd: folder, encoding: 'utf8' });
  return [status, `${stdout}${stderr}`];
}
