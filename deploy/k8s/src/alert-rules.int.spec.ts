import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinary, WORKSPACE_ROOT } from '@ballast/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Manifest } from './manifest.js';

const NAMESPACE = 'ballast';
const seriesOf = (name: string, values: string) => ({ series: `${name}{cronjob="archive", namespace="${NAMESPACE}"}`, values });
const MADE = seriesOf('kube_cronjob_created', '0x400');

/** Minutes of a case, and whether it pages at its end. */
const CASES = [
  ['fires where the last success is old', [MADE, seriesOf('kube_cronjob_status_last_successful_time', '3600x400')], 260, '3h 20m 0s'],
  ['is quiet where the last success is new', [MADE, seriesOf('kube_cronjob_status_last_successful_time', '3600x199 12000x200')], 260, undefined],
  ['fires where none ever succeeded', [MADE], 200, '3h 20m 0s'],
  ['is quiet where the job is new', [MADE], 170, undefined],
] as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ballast-archive-rule-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(CASES)('the alert ArchiveJobOld %s', (_, series, minutes, since) => {
  const { spec } = parse(readFileSync(join(WORKSPACE_ROOT, 'k8s/components/monitoring/archive-rule.yaml'), 'utf8')) as Manifest;
  const exp_alerts =
    since === undefined
      ? []
      : [
          {
            exp_labels: { namespace: NAMESPACE, severity: 'page' },
            exp_annotations: {
              summary: 'No archive job has succeeded for more than three hours',
              description: `In ${NAMESPACE} no archive job has succeeded for ${since}. What is not archived is lost with the volumes of NATS.`,
              runbook_url: 'docs/runbooks/ArchiveOld.md',
            },
          },
        ];
  writeFileSync(join(folder, 'rules.yml'), stringify(spec));
  const tests = [{ interval: '1m', input_series: series, alert_rule_test: [{ eval_time: `${minutes}m`, alertname: 'ArchiveJobOld', exp_alerts }] }];
  writeFileSync(join(folder, 'case.yml'), stringify({ rule_files: ['rules.yml'], evaluation_interval: '1m', tests }));
  const { status, stdout, stderr } = spawnSync(findBinary('promtool', 'PROMTOOL_BIN'), ['test', 'rules', 'case.yml'], { cwd: folder, encoding: 'utf8' });
  expect([status, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining('SUCCESS')]);
});
