import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { labelsOf } from './conventions.js';

/** Where @ballast/monitoring leaves its rules and dashboards. */
const OUT = 'deploy/monitoring/out';
const RULES = `${OUT}/prometheus`;
const DASHBOARDS_FROM_HERE = 'out/grafana/dashboards';
const DASHBOARDS = `deploy/monitoring/${DASHBOARDS_FROM_HERE}`;
/** Above the dashboards: kustomize takes files from its own folder and below, and nowhere else. */
const KUSTOMIZATION = 'deploy/monitoring/kustomization.yaml';

/** One generated file and its objects. */
export interface MonitoringFile {
  readonly path: string;
  readonly objects: readonly unknown[];
}

const filesIn = (root: string, folder: string, pattern: RegExp): readonly string[] => readdirSync(join(root, folder)).filter((file) => pattern.test(file)).sort();

function groupsIn(root: string, file: string): readonly unknown[] {
  const parsed: unknown = parse(readFileSync(join(root, RULES, file), 'utf8'));
  const groups = typeof parsed === 'object' && parsed !== null && 'groups' in parsed ? parsed.groups : undefined;
  if (!Array.isArray(groups)) throw new Error(`${RULES}/${file}: found no list of groups, allowed is a rules file of Prometheus`);
  return groups;
}

/** The rules of Prometheus as objects of its operator, and the dashboards as ConfigMaps that Grafana's side car loads. */
export function monitoringFiles(root: string): readonly MonitoringFile[] {
  const rules = filesIn(root, RULES, /^rules\.yml$|-rules\.yml$/).map((file) => ({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: `ballast-${file.replace(/\.yml$/, '')}`, labels: { ...labelsOf('alerts') } },
    spec: { groups: groupsIn(root, file) },
  }));
  const dashboards = filesIn(root, DASHBOARDS, /\.json$/);
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    generatorOptions: { disableNameSuffixHash: true, labels: { grafana_dashboard: '1', ...labelsOf('dashboards') } },
    configMapGenerator: dashboards.map((file) => ({ name: `dashboard-${file.replace(/\.json$/, '')}`, files: [`${DASHBOARDS_FROM_HERE}/${file}`] })),
  };
  return [
    { path: 'k8s/components/monitoring/rules.yaml', objects: rules },
    { path: KUSTOMIZATION, objects: [kustomization] },
  ];
}
