import type { IContainer, IPodSpec } from 'kubernetes-models/v1';
import type { Manifest } from '../manifest.js';
import { containersOf, type PodTemplate, podTemplates } from './pods.js';

/** Kinds of volumes that the restricted standard allows (kubernetes.io, Pod Security Standards, read 2026-11-21). */
const VOLUMES = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret'];
const SECCOMP = ['RuntimeDefault', 'Localhost'];
/** What needs no probes, with the reason. */
const WITHOUT_PROBES: Readonly<Record<string, string>> = {
  'Deployment/cli cli': 'waits for exec and serves nobody',
  'StatefulSet/nats reloader': 'serves nobody: with a probe that fails it would take a working server away from its clients',
};
/** The desk's longest drain, seconds (docs/operations.md): less would cut it. */
const GRACE_MIN_S = 60;
/** Paths that liveness may ask: what is about the process itself and not about who it talks to. */
const LIVENESS_PATHS = ['/healthz', '/healthz?js-enabled-only=true'];

type Rule = readonly [broken: boolean, what: string];
const told = (id: string, rules: readonly Rule[]): readonly string[] => rules.filter(([broken]) => broken).map(([, what]) => `${id}: ${what}`);

function restrictedPod({ hostNetwork, hostPID, hostIPC, volumes = [] }: IPodSpec): readonly Rule[] {
  const isAllowed = (volume: object): boolean => Object.keys(volume).some((kind) => VOLUMES.includes(kind));
  return [
    [hostNetwork === true || hostPID === true || hostIPC === true, 'uses a namespace of the host'],
    ...volumes.map((volume): Rule => [!isAllowed(volume), `volume ${volume.name}: found a kind that is not allowed, allowed are ${VOLUMES.join(', ')}`]),
  ];
}

function restrictedContainer(container: IContainer, { securityContext: pod = {} }: IPodSpec): readonly Rule[] {
  const { name, securityContext: own = {}, ports = [] } = container;
  const user = own.runAsUser ?? pod.runAsUser;
  return [
    [own.privileged === true, `${name}: is privileged`],
    [own.allowPrivilegeEscalation !== false, `${name}: allowPrivilegeEscalation is not false`],
    [(own.runAsNonRoot ?? pod.runAsNonRoot) !== true, `${name}: runAsNonRoot is not true`],
    [user === 0 || user === undefined, `${name}: runAsUser is ${user ?? 'not set'}, allowed is a number above 0`],
    [!SECCOMP.includes((own.seccompProfile ?? pod.seccompProfile)?.type ?? ''), `${name}: seccompProfile is none of ${SECCOMP.join(', ')}`],
    [own.capabilities?.drop?.includes('ALL') !== true, `${name}: does not drop ALL capabilities`],
    [(own.capabilities?.add ?? []).length > 0, `${name}: adds capabilities`],
    [ports.some(({ hostPort }) => hostPort !== undefined), `${name}: uses a port of the host`],
  ];
}

function houseContainer(container: IContainer, { isJob, id }: PodTemplate): readonly Rule[] {
  const { name, securityContext, resources, readinessProbe, livenessProbe, volumeMounts = [] } = container;
  const served = !isJob && WITHOUT_PROBES[`${id} ${name}`] === undefined;
  const alive = livenessProbe?.httpGet?.path;
  return [
    [securityContext?.readOnlyRootFilesystem !== true, `${name}: its root file system can be written`],
    [resources?.requests?.['cpu'] === undefined || resources.requests['memory'] === undefined, `${name}: requests no cpu or no memory`],
    [resources?.limits?.['memory'] === undefined, `${name}: has no memory limit`],
    [resources?.limits?.['cpu'] !== undefined, `${name}: has a cpu limit, which throttles it`],
    [served && (readinessProbe === undefined || livenessProbe === undefined), `${name}: lacks a readiness or a liveness probe`],
    [alive !== undefined && !LIVENESS_PATHS.includes(alive), `${name}: liveness asks ${alive ?? ''}, allowed are ${LIVENESS_PATHS.join(' and ')}: an outage elsewhere must restart nobody`],
    [volumeMounts.some((mount) => mount.mountPath.startsWith('/var/run/secrets') && mount.readOnly !== true), `${name}: mounts a secret so that it can be written`],
  ];
}

function housePod({ spec, isJob, id }: PodTemplate): readonly Rule[] {
  const containers = containersOf(spec);
  const drains = !isJob && containers.some(({ envFrom, command }) => envFrom !== undefined && command === undefined);
  return [
    [spec.automountServiceAccountToken !== false, 'mounts a token of the API server'],
    [spec.enableServiceLinks !== false, 'takes service links into its environment'],
    [spec.serviceAccountName === undefined || spec.serviceAccountName === 'default', 'has no service account of its own'],
    [drains && (spec.terminationGracePeriodSeconds ?? 30) < GRACE_MIN_S, `${id} has ${spec.terminationGracePeriodSeconds ?? 30} s to end, allowed are at least ${GRACE_MIN_S}`],
  ];
}

function namespaceFaults(manifests: readonly Manifest[]): readonly string[] {
  const namespaces = manifests.filter(({ kind }) => kind === 'Namespace');
  const labels = ['enforce', 'audit', 'warn'].map((mode) => `pod-security.kubernetes.io/${mode}`);
  const open = namespaces.flatMap(({ metadata }) => labels.filter((label) => metadata.labels?.[label] !== 'restricted').map((label) => `Namespace/${metadata.name}: ${label} is ${metadata.labels?.[label] ?? 'not set'}, allowed is restricted`));
  const names = namespaces.map(({ metadata }) => metadata.name);
  const outside = manifests.filter(({ metadata }) => metadata.namespace !== undefined && !names.includes(metadata.namespace)).map(({ kind, metadata }) => `${kind}/${metadata.name}: is in the namespace ${metadata.namespace ?? ''}, allowed is ${names.join(', ')}`);
  return [...open, ...outside];
}

/** The restricted Pod Security Standard and the rules of this house, over every pod. */
export const podSecurityFaults = (manifests: readonly Manifest[]): readonly string[] => [
  ...namespaceFaults(manifests),
  ...podTemplates(manifests).flatMap((pod) => told(pod.id, [...restrictedPod(pod.spec), ...housePod(pod), ...containersOf(pod.spec).flatMap((container) => [...restrictedContainer(container, pod.spec), ...houseContainer(container, pod)])])),
];
