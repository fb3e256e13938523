import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1';
import type { IService, IServiceAccount } from 'kubernetes-models/v1';
import type { ProcessSpec } from '@ballast/topology';
import type { Manifest } from '../manifest.js';
import { labelsOf, selectorOf } from './conventions.js';
import { HEALTH, isStateful, workloadOf } from './workload.js';

const accountOf = (name: string): IServiceAccount => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, labels: { ...labelsOf(name) } }, automountServiceAccountToken: false });

/** Name of the Service that an Ingress or a gateway of the cluster sends people to. */
export const edgeService = (process: string): string => `${process}-http`;

/** One pod may be taken away by hand or by a node's drain; one that is broken anyway always may. */
export const budgetOf = (name: string): IPodDisruptionBudget => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name, labels: { ...labelsOf(name) } },
  spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: { matchLabels: { ...selectorOf(name) } } },
});

/** Pods are found by name; what outsiders call has one address for all replicas as well. */
function servicesOf(process: ProcessSpec): readonly IService[] {
  const metadata = { name: process.name, labels: { ...labelsOf(process.name) } };
  const selector = { ...selectorOf(process.name) };
  const ports = process.ports.map(({ name, port }) => ({ name, port, targetPort: name }));
  const served = ports.filter(({ name }) => name !== HEALTH.name);
  const headless: IService = { apiVersion: 'v1', kind: 'Service', metadata, spec: { clusterIP: 'None', selector, ports } };
  const callable: IService = { apiVersion: 'v1', kind: 'Service', metadata: { ...metadata, name: edgeService(process.name) }, spec: { selector, ports: served } };
  return [...(isStateful(process) ? [headless] : []), ...(process.ingress ? [callable] : [])];
}

/** Everything that runs one process, and by which others find it. */
export const processObjects = (process: ProcessSpec, processes: readonly ProcessSpec[]): readonly Manifest[] =>
  [accountOf(process.name), ...servicesOf(process), workloadOf(process, processes), budgetOf(process.name)] as unknown as readonly Manifest[];
