import type { IContainer, IPodSpec } from 'kubernetes-models/v1';
import { type Manifest, nameOf } from '../manifest.js';
import { containersOf, type PodTemplate, podTemplates, type Selector, selects } from './pods.js';

interface Pointing {
  readonly selector?: Selector | Readonly<Record<string, string>>;
  readonly podSelector?: Selector;
  readonly ports?: readonly { readonly port: number; readonly targetPort?: number | string }[];
  readonly serviceName?: string;
  readonly scaleTargetRef?: { readonly kind?: string; readonly name: string };
  readonly podMetricsEndpoints?: readonly { readonly port?: string }[];
}

const specOf = (manifest: Manifest): Pointing => (manifest['spec'] ?? {}) as Pointing;
const portsOf = (spec: IPodSpec): readonly (number | string)[] => containersOf(spec).flatMap(({ ports = [] }) => ports.flatMap(({ name, containerPort }) => [containerPort, ...(name === undefined ? [] : [name])]));

/** One identity twice: the second one would silently replace the first. */
export function duplicateFaults(manifests: readonly Manifest[]): readonly string[] {
  const ids = manifests.map((manifest) => `${manifest.apiVersion} ${nameOf(manifest)}`);
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))].map((id) => `${id}: is there twice`);
}

/** Whoever selects pods must hit some, and every port named must be one of theirs. */
function selectorFaults(manifests: readonly Manifest[], pods: readonly PodTemplate[]): readonly string[] {
  return manifests.flatMap((manifest) => {
    const { selector, podSelector, ports = [], podMetricsEndpoints = [] } = specOf(manifest);
    const asked = manifest.kind === 'Service' ? { matchLabels: selector as Readonly<Record<string, string>> } : manifest.kind === 'NetworkPolicy' ? podSelector : ['PodDisruptionBudget', 'PodMonitor', 'Deployment', 'StatefulSet'].includes(manifest.kind) ? (selector as Selector) : undefined;
    if (asked === undefined) return [];
    const hit = pods.filter(({ labels }) => selects(asked, labels));
    const wanted = [...(manifest.kind === 'Service' ? ports.map(({ port, targetPort }) => targetPort ?? port) : []), ...podMetricsEndpoints.flatMap(({ port }) => port ?? [])];
    const missing = manifest.kind === 'Service' ? wanted.filter((port) => !hit.every(({ spec }) => portsOf(spec).includes(port))) : wanted.filter((port) => !hit.some(({ spec }) => portsOf(spec).includes(port)));
    return [...(hit.length === 0 ? [`${nameOf(manifest)}: selects no pod`] : []), ...missing.map((port) => `${nameOf(manifest)}: port ${port} is none of the pods that it selects`)];
  });
}

/** Two workloads whose selectors meet would take each other's pods. */
const overlapFaults = (pods: readonly PodTemplate[]): readonly string[] =>
  pods.filter(({ isJob }) => !isJob).flatMap((pod) => pods.filter((other) => other.id !== pod.id && selects(specOf(pod.manifest).selector as Selector, other.labels)).map((other) => `${pod.id}: its selector takes the pods of ${other.id}`));

function probeFaults(id: string, { name, ports = [], startupProbe, readinessProbe, livenessProbe }: IContainer): readonly string[] {
  const known = ports.flatMap(({ name: portName, containerPort }) => [containerPort, portName]);
  const asked = [startupProbe, readinessProbe, livenessProbe].flatMap((probe) => probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? []);
  return [...new Set(asked)].filter((port) => !known.includes(port)).map((port) => `${id}: ${name}: a probe asks port ${port}, which it has not`);
}

function mountFaults({ id, spec, manifest }: PodTemplate): readonly string[] {
  const claims = ((manifest['spec'] as { readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[] }).volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name);
  const volumes = [...(spec.volumes ?? []).map(({ name }) => name), ...claims];
  const mounted = containersOf(spec).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name));
  return [...mounted.filter((name) => !volumes.includes(name)).map((name) => `${id}: mounts ${name}, which is no volume of it`), ...volumes.filter((name) => !mounted.includes(name)).map((name) => `${id}: volume ${name} is mounted nowhere`)];
}

/** Names of other objects that a pod needs, as `Kind/name`. */
const needsOf = ({ spec }: PodTemplate): readonly string[] => [
  ...containersOf(spec).flatMap(({ envFrom = [], env = [] }) => [...envFrom.flatMap(({ configMapRef }) => configMapRef?.name ?? []), ...env.flatMap(({ valueFrom }) => valueFrom?.configMapKeyRef?.name ?? [])]).map((name) => `ConfigMap/${name}`),
  ...(spec.volumes ?? []).flatMap(({ configMap, projected, persistentVolumeClaim }) => [...[configMap, ...(projected?.sources ?? []).map((source) => source.configMap)].flatMap((each) => (each?.name === undefined ? [] : [`ConfigMap/${each.name}`])), ...(persistentVolumeClaim ? [`PersistentVolumeClaim/${persistentVolumeClaim.claimName}`] : [])]),
  ...(spec.serviceAccountName === undefined ? [] : [`ServiceAccount/${spec.serviceAccountName}`]),
  ...(spec.priorityClassName === undefined ? [] : [`PriorityClass/${spec.priorityClassName}`]),
];

function missingFaults(manifests: readonly Manifest[], pods: readonly PodTemplate[]): readonly string[] {
  const there = new Set(manifests.map(nameOf));
  const needed = [
    ...pods.flatMap((pod) => needsOf(pod).map((name) => [pod.id, name] as const)),
    ...pods.flatMap(({ id, manifest }) => (manifest.kind === 'StatefulSet' ? [[id, `Service/${specOf(manifest).serviceName ?? ''}`] as const] : [])),
    ...manifests.flatMap((manifest) => (manifest.kind === 'ScaledObject' ? [[nameOf(manifest), `${specOf(manifest).scaleTargetRef?.kind ?? ''}/${specOf(manifest).scaleTargetRef?.name ?? ''}`] as const] : [])),
  ];
  const used = new Set(needed.map(([, name]) => name));
  const idle = manifests.filter(({ kind, metadata }) => ['ConfigMap', 'ServiceAccount'].includes(kind) && metadata.labels?.['grafana_dashboard'] === undefined).map(nameOf).filter((name) => !used.has(name));
  return [...needed.filter(([, name]) => !there.has(name)).map(([id, name]) => `${id}: needs ${name}, which is not there`), ...idle.map((name) => `${name}: nobody uses it`)];
}

/** A claim that more than one workload of a cluster with several nodes mounts. */
function claimFaults(manifests: readonly Manifest[], pods: readonly PodTemplate[]): readonly string[] {
  if (pods.every(({ replicas }) => replicas === 1)) return [];
  return manifests.filter(({ kind }) => kind === 'PersistentVolumeClaim').flatMap((claim) => {
    const users = pods.filter(({ spec }) => (spec.volumes ?? []).some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim.metadata.name));
    const { accessModes = [] } = claim['spec'] as { readonly accessModes?: readonly string[] };
    return users.length > 1 && !accessModes.includes('ReadWriteMany') ? [`${nameOf(claim)}: is read on several nodes, allowed is ReadWriteMany`] : [];
  });
}

/** Each workload that may be evicted has one budget. */
function budgetFaults(manifests: readonly Manifest[], pods: readonly PodTemplate[]): readonly string[] {
  const budgets = manifests.filter(({ kind }) => kind === 'PodDisruptionBudget').map((manifest) => specOf(manifest).selector as Selector);
  const idle = ['cli'];
  return pods.filter(({ isJob, name }) => !isJob && !idle.includes(name)).flatMap(({ id, labels }) => {
    const count = budgets.filter((selector) => selects(selector, labels)).length;
    return count === 1 ? [] : [`${id}: has ${count} disruption budgets, allowed is one`];
  });
}

/** Whatever names another object or a port of it names one that is there. */
export function referenceFaults(manifests: readonly Manifest[]): readonly string[] {
  const pods = podTemplates(manifests);
  return [
    ...selectorFaults(manifests, pods),
    ...overlapFaults(pods),
    ...missingFaults(manifests, pods),
    ...budgetFaults(manifests, pods),
    ...claimFaults(manifests, pods),
    ...pods.flatMap((pod) => [...mountFaults(pod), ...containersOf(pod.spec).flatMap((container) => probeFaults(pod.id, container))]),
  ];
}
