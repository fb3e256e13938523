import type { IStatefulSet, IDeployment } from 'kubernetes-models/apps/v1';
import type { IContainer, IEnvVar, IPodSpec, IVolume, IVolumeMount } from 'kubernetes-models/v1';
import { HEALTH_PORT, type ProcessSpec } from '@ballast/topology';
import { IMAGE, labelsOf, SECRETS_DIR, selectorOf, SHARED_CONFIG, USER_ID, VENUE_CONFIG } from './conventions.js';
import { secretFile } from './secrets.js';
import { meetsVenueConfig, placementOf, settingsOf } from './variables.js';

type Claim = NonNullable<NonNullable<IStatefulSet['spec']>['volumeClaimTemplates']>[number];

const MB_OF_HEAP_PER_100 = 75;
const TMP_MB = 64;
const LOG_MB = 256;
const OWNER_AND_GROUP_READ = 0o440;
/** More than the longest drain: what is in hand is finished, then both connections are closed. */
const DRAIN_S = 60;
const STARTUP_PERIOD_S = 2;
/** Ten minutes: the longest recovery of a log, and the longest wait for a server that is away at the start. */
const STARTUP_TRIES = 300;
export const ORDER_PATH_CLASS = 'ballast-order-path';

/** Runs as nobody in particular and can gain nothing: the restricted Pod Security Standard. */
export const POD_SECURITY: NonNullable<IPodSpec['securityContext']> = { runAsNonRoot: true, runAsUser: USER_ID, runAsGroup: USER_ID, fsGroup: USER_ID, seccompProfile: { type: 'RuntimeDefault' } };
export const CONTAINER_SECURITY: NonNullable<IContainer['securityContext']> = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };

/** Zones as even as can be; never two replicas on one node. */
export const spreadOf = (name: string): NonNullable<IPodSpec['topologySpreadConstraints']> => [
  { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: selectorOf(name) } },
  { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: selectorOf(name) } },
];

const PROBES: Pick<IContainer, 'startupProbe' | 'readinessProbe' | 'livenessProbe'> = {
  startupProbe: { httpGet: { path: '/readyz', port: 'health' }, periodSeconds: STARTUP_PERIOD_S, timeoutSeconds: 2, failureThreshold: STARTUP_TRIES },
  readinessProbe: { httpGet: { path: '/readyz', port: 'health' }, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 2 },
  livenessProbe: { httpGet: { path: '/healthz', port: 'health' }, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 },
};

/** Secrets that a process mounts, each once; `kind` says whether it waits for them. */
const secretsOf = (process: ProcessSpec, kind: 'secret' | 'optional-secret'): readonly string[] => [...new Set(process.env.flatMap(({ from }) => (from.kind === kind ? [secretFile(process.name, from.name).secret] : [])))];

export const secretVolume = (secret: string): IVolume => ({ name: secret, secret: { secretName: secret, defaultMode: OWNER_AND_GROUP_READ } });
const optionalVolume = (secret: string): IVolume => ({ name: secret, secret: { secretName: secret, defaultMode: OWNER_AND_GROUP_READ, optional: true } });
export const secretMount = (secret: string): IVolumeMount => ({ name: secret, mountPath: `${SECRETS_DIR}/${secret}`, readOnly: true });
export const TMP_VOLUME: IVolume = { name: 'tmp', emptyDir: { medium: 'Memory', sizeLimit: `${TMP_MB}Mi` } };
export const TMP_MOUNT: IVolumeMount = { name: 'tmp', mountPath: '/tmp' };

const heapMbOf = ({ resources: { memoryLimitMb } }: ProcessSpec): number => Math.floor((memoryLimitMb * MB_OF_HEAP_PER_100) / 100);
/** Whether its replicas share something by lease. */
const isShared = ({ env }: ProcessSpec): boolean => env.some(({ name }) => name === 'PARTITIONS');
/** Whether a thread beside it folds in advance now and then, where its replicas share. */
const foldsAhead = ({ env }: ProcessSpec): boolean => env.some(({ name }) => name === 'KEEP_SNAPSHOTS_MS');
/** Such a thread may have a heap of the same size. */
const memoryLimitOf = (process: ProcessSpec): number => process.resources.memoryLimitMb + (foldsAhead(process) ? heapMbOf(process) : 0);

function envOf(process: ProcessSpec): IEnvVar[] {
  const placed = process.env.flatMap((variable): IEnvVar[] => {
    const placement = placementOf(process, variable);
    if (placement.kind === 'file') return [{ name: variable.name, value: placement.path }];
    if (placement.kind === 'secret') return [{ name: variable.name, valueFrom: { secretKeyRef: { name: placement.secret, key: placement.key } } }];
    return [];
  });
  return [{ name: 'NODE_OPTIONS', value: `--max-old-space-size=${heapMbOf(process)}` }, ...placed];
}

/** Volumes of a pod that no claim keeps: what they hold is the pod's own storage, and counts against its limit. */
const scratchOf = (process: ProcessSpec): ProcessSpec['volumes'] => (isStateful(process) ? [] : process.volumes);
const diskLimitOf = (process: ProcessSpec): number => scratchOf(process).reduce((sum, { sizeMb }) => sum + sizeMb, LOG_MB);

function containerOf(process: ProcessSpec, processes: readonly ProcessSpec[]): IContainer {
  const { memoryMb, cpuMillis } = process.resources;
  const hasOwn = (settingsOf(processes).own.get(process.name) ?? []).length > 0;
  const configs = [SHARED_CONFIG, ...(meetsVenueConfig(process) ? [VENUE_CONFIG] : []), ...(hasOwn ? [process.name] : [])];
  return {
    name: process.name,
    image: IMAGE,
    args: [process.name],
    envFrom: configs.map((name) => ({ configMapRef: { name } })),
    env: envOf(process),
    ports: process.ports.map(({ name, port }) => ({ name, containerPort: port })),
    ...PROBES,
    resources: {
      requests: { cpu: `${cpuMillis}m`, memory: `${memoryMb}Mi`, 'ephemeral-storage': `${TMP_MB}Mi` },
      limits: { memory: `${memoryLimitOf(process)}Mi`, 'ephemeral-storage': `${diskLimitOf(process)}Mi` },
    },
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [TMP_MOUNT, ...[...secretsOf(process, 'secret'), ...secretsOf(process, 'optional-secret')].map(secretMount), ...process.volumes.map(({ name, path }) => ({ name, mountPath: path }))],
  };
}

function podOf(process: ProcessSpec, processes: readonly ProcessSpec[], scratch: readonly IVolume[]): IPodSpec {
  return {
    serviceAccountName: process.name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: DRAIN_S,
    ...(process.orderPath ? { priorityClassName: ORDER_PATH_CLASS } : {}),
    securityContext: POD_SECURITY,
    topologySpreadConstraints: spreadOf(process.name),
    containers: [containerOf(process, processes)],
    volumes: [TMP_VOLUME, ...secretsOf(process, 'secret').map(secretVolume), ...secretsOf(process, 'optional-secret').map(optionalVolume), ...scratch],
  };
}

/** Two replicas share partitions by lease, or one of them leads by it; what knows no lease works alone. */
export const replicasOf = (process: ProcessSpec): number => (isShared(process) ? 2 : 1);

/**
 * Whether Kubernetes must never start a second one while the first may still run. Fencing is in the log in any case; this
 * spares the venue two callers and a volume two writers.
 */
export const isStateful = (process: ProcessSpec): boolean => process.kind === 'single-writer' || (process.kind === 'leader' && (!isShared(process) || process.venue !== undefined || process.volumes.length > 0));

/** What knows a lease is replaced by one more, before one of the old goes. */
const ONE_MORE_FIRST: NonNullable<NonNullable<IDeployment['spec']>['strategy']> = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };

/** What runs a process. Which replica has which partition is decided by lease: a pod's ordinal plays no role. */
export function workloadOf(process: ProcessSpec, processes: readonly ProcessSpec[]): IStatefulSet | IDeployment {
  const metadata = { name: process.name, labels: { ...labelsOf(process.name) }, annotations: { 'ballast.io/description': process.description } };
  const selector = { matchLabels: { ...selectorOf(process.name) } };
  const template = (scratch: readonly IVolume[]) => ({ metadata: { labels: { ...labelsOf(process.name) } }, spec: podOf(process, processes, scratch) });
  if (isStateful(process)) {
    const claims = process.volumes.map(({ name, sizeMb }): Claim => ({ metadata: { name }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: `${sizeMb}Mi` } } } }));
    return {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata,
      spec: { serviceName: process.name, replicas: replicasOf(process), podManagementPolicy: 'Parallel', updateStrategy: { type: 'RollingUpdate' }, minReadySeconds: 10, selector, template: template([]), ...(claims.length > 0 ? { volumeClaimTemplates: claims } : {}) },
    };
  }
  const scratch = scratchOf(process).map(({ name, sizeMb }): IVolume => ({ name, emptyDir: { sizeLimit: `${sizeMb}Mi` } }));
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: replicasOf(process), strategy: ONE_MORE_FIRST, minReadySeconds: 10, selector, template: template(scratch) } };
}

/** Port of health checks and metrics, by which Prometheus finds it. */
export const HEALTH = { name: 'health', port: HEALTH_PORT } as const;
