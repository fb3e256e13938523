import type { ProcessSpec } from '@ballast/topology';
import type { Manifest } from '../manifest.js';
import { containersOf, type PodTemplate, podTemplates } from './pods.js';

/** What a process of this pod is told; `undefined` where the value is in a Secret. */
export function environmentOf(pod: PodTemplate, manifests: readonly Manifest[]): ReadonlyMap<string, string | undefined> {
  const dataOf = (name: string): Readonly<Record<string, string>> => (manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name)?.['data'] ?? {}) as Readonly<Record<string, string>>;
  const told = containersOf(pod.spec).slice(0, 1).flatMap(({ envFrom = [], env = [] }) => [...envFrom.flatMap(({ configMapRef }) => Object.entries(dataOf(configMapRef?.name ?? ''))), ...env.map(({ name, value }) => [name, value] as const)]);
  return new Map(told);
}

/** Settings that go together: what trades with money goes by the wall clock, what is simulated by the market's. */
function venueFaults(pod: PodTemplate, told: ReadonlyMap<string, string | undefined>): readonly string[] {
  const wanted = told.get('VENUE') === 'live' ? 'wall' : 'market';
  const clock = told.get('CLOCK');
  return told.has('VENUE') && clock !== wanted ? [`${pod.id}: CLOCK is ${clock ?? 'not set'} at a venue that is ${told.get('VENUE') ?? ''}, allowed is ${wanted}`] : [];
}

/** Its volumes that are the archive. */
const archivesOf = ({ spec }: PodTemplate): readonly string[] => (spec.volumes ?? []).filter(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === 'archive').map(({ name }) => name);

/** The archive that a process is told of is the one that is written, and this process cannot write it; all have it, or none. */
function archiveFaults(pod: PodTemplate, told: ReadonlyMap<string, string | undefined>, isRead: boolean): readonly string[] {
  const dir = told.get('ARCHIVE_DIR');
  if (dir === undefined) return isRead ? [`${pod.id}: ARCHIVE_DIR is not set, though others read the archive: a partition could not be rolled over`] : [];
  const claims = archivesOf(pod);
  const mount = containersOf(pod.spec).slice(0, 1).flatMap(({ volumeMounts = [] }) => volumeMounts).find(({ name, mountPath }) => claims.includes(name) && dir.startsWith(`${mountPath}/`));
  if (!mount) return [`${pod.id}: ARCHIVE_DIR is ${dir}, allowed is a folder of the claim archive that it mounts`];
  return mount.readOnly === true ? [] : [`${pod.id}: may write the archive, allowed is to read it`];
}

/** Every variable that a process cannot do without is there, and replicas share partitions by lease. */
export function settingFaults(manifests: readonly Manifest[], processes: readonly ProcessSpec[]): readonly string[] {
  const pods = podTemplates(manifests);
  const ofPod = (pod: PodTemplate): ProcessSpec | undefined => processes.find(({ name }) => name === pod.name);
  const isArchiveRead = pods.some((pod) => ofPod(pod) !== undefined && archivesOf(pod).length > 0);
  return pods.flatMap((pod) => {
    const process = ofPod(pod);
    if (!process) return [];
    const told = environmentOf(pod, manifests);
    const isPaper = told.get('VENUE') === 'paper';
    const needed = process.env.filter(({ from }) => !(from.kind === 'setting' && from.optional === true) && !(from.kind === 'address' && from.of === 'venue-simulation' && !isPaper));
    const knowsLease = process.env.some(({ name }) => name === 'PARTITIONS');
    const empty = needed.filter(({ name }) => !told.has(name) || told.get(name) === '');
    return [
      ...empty.map(({ name, meaning }) => `${pod.id}: ${name} is not set (${meaning})`),
      ...(knowsLease && told.get('PARTITIONS') !== 'lease' ? [`${pod.id}: PARTITIONS is ${told.get('PARTITIONS') ?? 'not set'}, allowed is lease: replicas would own the same partitions`] : []),
      ...(!knowsLease && pod.replicas > 1 ? [`${pod.id}: found ${pod.replicas} replicas, allowed is 1 of what knows no lease`] : []),
      ...venueFaults(pod, told),
      ...(process.env.some(({ name }) => name === 'ARCHIVE_DIR') ? archiveFaults(pod, told, isArchiveRead) : []),
    ];
  });
}
