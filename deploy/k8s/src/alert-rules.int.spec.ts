import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { judged } from './alert-rules.fixtures.js';

const NAMESPACE = 'ballast';
const DAY_S = 86_400;
const seriesOf = (name: string, values: string) => ({ series: `${name}{cronjob="archive", namespace="${NAMESPACE}"}`, values });
const MADE = seriesOf('kube_cronjob_created', '0x400');
/** Another environment of the cluster: kube-state-metrics and the kubelets tell of it too, and its processes are read by a Prometheus of its own. */
const inOther = (one: { readonly series: string; readonly values: string }) => ({ ...one, series: one.series.replace(`"${NAMESPACE}"`, '"ballast-staging"') });
/** What says which environment this Prometheus is of. */
const READ = { series: `up{job="nats-exporter", namespace="${NAMESPACE}", instance="n"}`, values: '1x400' };

/** Minutes of a case, and whether it pages at its end. */
const ARCHIVE_CASES = [
  ['fires where the last success is old', [MADE, seriesOf('kube_cronjob_status_last_successful_time', '3600x400')], 260, '3h 20m 0s'],
  ['is quiet where the last success is new', [MADE, seriesOf('kube_cronjob_status_last_successful_time', '3600x199 12000x200')], 260, undefined],
  ['fires where none ever succeeded', [MADE], 200, '3h 20m 0s'],
  ['is quiet where the job is new', [MADE], 170, undefined],
  ['is quiet about the job of another environment', [MADE, seriesOf('kube_cronjob_status_last_successful_time', '3600x199 12000x200'), inOther(MADE)], 260, undefined],
  ['fires where Prometheus keeps the namespace under another label', [{ ...MADE, series: MADE.series.replace('namespace=', 'namespace="monitoring", exported_namespace=') }], 200, '3h 20m 0s'],
] as const;

const ends = (certificate: string, days: number, label = 'namespace') => ({ series: `certmanager_certificate_expiration_timestamp_seconds{name="${certificate}", ${label}="${NAMESPACE}"}`, values: `${days * DAY_S}x200` });

const CERTIFICATE_CASES = [
  ['fires where one was not renewed', [ends('nats-tls-risk', 30), ends('nats-tls-server', 13)], { name: 'nats-tls-server', namespace: NAMESPACE }],
  ['fires where Prometheus keeps the namespace under another label', [ends('nats-tls-server', 13, 'exported_namespace')], { name: 'nats-tls-server', exported_namespace: NAMESPACE }],
  ['is quiet where all are renewed in time', [ends('nats-tls-risk', 30), ends('nats-tls-server', 89)], undefined],
  ['is quiet about certificates of others', [ends('operator-http', 1)], undefined],
] as const;

const GIB = 1_073_741_824;
const volume = (claim: string, leftGib: string) => [
  { series: `kubelet_volume_stats_available_bytes{persistentvolumeclaim="${claim}", namespace="${NAMESPACE}"}`, values: leftGib.replace(/(?<![x\d])\d+/g, (gib) => String(Number(gib) * GIB)) },
  { series: `kubelet_volume_stats_capacity_bytes{persistentvolumeclaim="${claim}", namespace="${NAMESPACE}"}`, values: `${200 * GIB}x60` },
];

const VOLUME_CASES = [
  ['fires where one has little left', [...volume('data-nats-0', '60x60'), ...volume('data-nats-1', '20x60')], { namespace: NAMESPACE, persistentvolumeclaim: 'data-nats-1' }],
  ['is quiet where it was for a moment', volume('data-nats-1', '20x26 60x30'), undefined],
  ['is quiet about volumes of others', volume('archive', '20x60'), undefined],
  ['is quiet about those of another environment', volume('data-nats-1', '20x60').map(inOther), undefined],
] as const;

const replicas = (kind: 'statefulset' | 'deployment', name: string, wanted: number, ready: string) => [
  { series: `kube_${kind}_${kind === 'deployment' ? 'spec_' : ''}replicas{${kind}="${name}", namespace="${NAMESPACE}"}`, values: `${wanted}x100` },
  { series: `kube_${kind}_status_replicas_ready{${kind}="${name}", namespace="${NAMESPACE}"}`, values: ready },
];

const REPLICA_CASES = [
  ['fires where a server of NATS is not there', [...replicas('statefulset', 'nats', 3, '3x20 2x80'), ...replicas('statefulset', 'risk', 2, '2x100')], 'nats'],
  ['fires where a pod of a Deployment never started', replicas('deployment', 'reporting', 2, '1x100'), 'reporting'],
  ['is quiet where a roll-out takes its time', replicas('statefulset', 'risk', 2, '2x30 1x20 2x50'), undefined],
  ['is quiet about another environment', replicas('statefulset', 'nats', 3, '2x100').map(inOther), undefined],
] as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ballast-alert-rules-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(ARCHIVE_CASES)('the alert ArchiveJobOld %s', (_, series, minutes, since) => {
  const annotations = {
    summary: 'No archive job has succeeded for more than three hours',
    description: `In ${NAMESPACE} no archive job has succeeded for ${since ?? ''}. What is not archived is lost with the volumes of NATS.`,
    runbook_url: 'docs/runbooks/ArchiveOld.md',
  };
  const fires = since === undefined ? [] : [{ exp_labels: { namespace: NAMESPACE, severity: 'page' }, exp_annotations: annotations }];
  expect(judged(folder, { file: 'k8s/components/monitoring/archive-rule.yaml', alert: 'ArchiveJobOld', series: [READ, ...series], minutes, fires })).toEqual([0, expect.stringContaining('SUCCESS')]);
});

it.each(VOLUME_CASES)('the alert LogVolumeFull %s', (_, series, labels) => {
  const annotations = {
    summary: 'data-nats-1 is nearly full',
    description: `data-nats-1 in ${NAMESPACE} has 10% left. JetStream switches itself off where it can't write.`,
    runbook_url: 'docs/runbooks/LogDiskFull.md',
  };
  const fires = labels === undefined ? [] : [{ exp_labels: { ...labels, severity: 'page' }, exp_annotations: annotations }];
  expect(judged(folder, { file: 'k8s/components/monitoring/volume-rule.yaml', alert: 'LogVolumeFull', series: [READ, ...series], minutes: 30, fires })).toEqual([0, expect.stringContaining('SUCCESS')]);
});

it.each(CERTIFICATE_CASES)('the alert NatsCertificateEnding %s', (_, series, labels) => {
  const annotations = {
    summary: 'nats-tls-server was not renewed',
    description: 'nats-tls-server ends in 12d 22h 0m 0s and should have been renewed two weeks ago. Once it has ended, nobody connects to NATS anew with it.',
    runbook_url: 'docs/runbooks/NatsDown.md',
  };
  const fires = labels === undefined ? [] : [{ exp_labels: { ...labels, severity: 'ticket' }, exp_annotations: annotations }];
  expect(judged(folder, { file: 'k8s/components/monitoring/certificate-rule.yaml', alert: 'NatsCertificateEnding', series, minutes: 120, fires })).toEqual([0, expect.stringContaining('SUCCESS')]);
});

it.each(REPLICA_CASES)('the alert ReplicaMissing %s', (_, series, workload) => {
  const annotations = {
    summary: `${workload ?? ''} has fewer replicas than it should`,
    description: `${workload ?? ''} in ${NAMESPACE} lacks 1 that are ready. The others do its work; until it is back, one more that ends may stop it.`,
    runbook_url: 'docs/runbooks/ReplicaDown.md',
  };
  const fires = workload === undefined ? [] : [{ exp_labels: { namespace: NAMESPACE, workload, severity: 'ticket' }, exp_annotations: annotations }];
  expect(judged(folder, { file: 'k8s/components/monitoring/replica-rule.yaml', alert: 'ReplicaMissing', series: [READ, ...series], minutes: 60, fires })).toEqual([0, expect.stringContaining('SUCCESS')]);
});
