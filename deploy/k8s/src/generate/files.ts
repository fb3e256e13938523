import { readStrategies, topology } from '@ballast/topology';
import { stringify } from 'yaml';
import type { Manifest } from '../manifest.js';
import { ARCHIVE, CLI, SHARED_CONFIG } from './conventions.js';
import { certificateCatalogue, encryptionFiles, TLS_CONFIGS } from './encryption.js';
import { externalSecret } from './external-secrets.js';
import { monitoringFiles } from './monitoring.js';
import { kubernetesNatsConfig } from './nats-config.js';
import { clusterPolicies, exporterPolicies, liveVenuePolicies, paperVenuePolicies, routePolicies } from './network.js';
import { processObjects } from './process-objects.js';
import { scaledObjects } from './scaling.js';
import { secretCatalogue, type SecretSpec } from './secrets.js';
import { envFile, settingsOf } from './variables.js';

const HEADER = '# Generated from deploy/topology and the permission table by `make manifests`: change those, not this.';
const BASE = 'k8s/base/processes';
const PAPER = 'k8s/components/venue-paper';
/** NATS users of what runs beside the processes. */
const TOOLS: Readonly<Record<string, string>> = { [CLI]: 'cli', [ARCHIVE]: 'cli' };

const yamlOf = (objects: readonly unknown[]): string => `${HEADER}\n${objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n')}`;
const envText = (settings: Parameters<typeof envFile>[0]): string => `${HEADER}\n${envFile(settings)}`;

/** Everything that a deployment has to bring as Secrets. */
export function secretsOf(root: string): readonly SecretSpec[] {
  const strategies = readStrategies(root);
  return secretCatalogue(topology(strategies), strategies.map(({ name }) => name), TOOLS);
}

/** Secrets with certificates, where connections to NATS are encrypted. */
export const certificatesOf = (root: string): readonly SecretSpec[] => certificateCatalogue(topology(readStrategies(root)));

/** Text of every generated file of `k8s/`, by its path from the top folder. `root` is that folder. */
export function generatedFiles(root: string): ReadonlyMap<string, string> {
  const strategies = readStrategies(root);
  const processes = topology(strategies);
  const names = strategies.map(({ name }) => name);
  const { shared, own } = settingsOf(processes);
  const inBase = processes.filter(({ simulation }) => !simulation);
  const simulated = processes.filter(({ simulation }) => simulation);
  const ownFile = (name: string): string => envText(own.get(name) ?? []);
  const withOwn = inBase.filter(({ name }) => (own.get(name) ?? []).length > 0).map(({ name }) => name);
  const files: readonly (readonly [string, string])[] = [
    ...inBase.map((process) => [`${BASE}/${process.name}.yaml`, yamlOf(processObjects(process, processes))] as const),
    ...withOwn.map((name) => [`${BASE}/config/${name}.env`, ownFile(name)] as const),
    [`${BASE}/config/${SHARED_CONFIG}.env`, envText(shared)],
    [`${BASE}/kustomization.yaml`, yamlOf([baseKustomization(inBase.map(({ name }) => name), withOwn)])],
    ...simulated.flatMap((process) => [[`${PAPER}/${process.name}.yaml`, yamlOf(processObjects(process, processes))] as const, [`${PAPER}/${process.name}.env`, ownFile(process.name)] as const]),
    [`${PAPER}/network.yaml`, yamlOf(paperVenuePolicies(processes))],
    ['k8s/components/venue-live/network.yaml', yamlOf(liveVenuePolicies(processes))],
    ['k8s/components/netpol/policies.yaml', yamlOf(clusterPolicies(processes))],
    ['k8s/components/external-secrets/external-secrets.yaml', yamlOf(secretsOf(root).filter(({ isOptional }) => isOptional !== true).map(externalSecret))],
    ...secretsOf(root).filter(({ isOptional }) => isOptional === true).flatMap(optionalComponent),
    ['k8s/base/nats.conf', kubernetesNatsConfig(names, 1)],
    ['k8s/components/nats-r3/nats.conf', kubernetesNatsConfig(names, 3)],
    ['k8s/components/keda/strategies.yaml', yamlOf(scaledObjects(inBase))],
    ['k8s/components/nats-r3/network.yaml', yamlOf(routePolicies())],
    ['k8s/components/monitoring/network.yaml', yamlOf(exporterPolicies())],
    ...TLS_CONFIGS.map(([path, text]) => [path, `${HEADER}\n${text}`] as const),
    ...[...encryptionFiles(processes), ...monitoringFiles(root)].map(({ path, objects }) => [path, yamlOf(objects)] as const),
  ];
  return new Map(files);
}

/** What fetches a Secret that not everybody has: where the store has none, it would only fail. */
const optionalComponent = (secret: SecretSpec): readonly (readonly [string, string])[] => [
  [`k8s/components/${secret.name}/kustomization.yaml`, yamlOf([{ apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component', resources: ['external-secret.yaml'] }])],
  [`k8s/components/${secret.name}/external-secret.yaml`, yamlOf([externalSecret(secret)])],
];

const baseKustomization = (names: readonly string[], withOwn: readonly string[]): Omit<Manifest, 'metadata'> => ({
  apiVersion: 'kustomize.config.k8s.io/v1beta1',
  kind: 'Kustomization',
  resources: names.map((name) => `${name}.yaml`),
  configMapGenerator: [SHARED_CONFIG, ...withOwn].map((name) => ({ name, envs: [`config/${name}.env`] })),
});
