import type { Manifest } from '../manifest.js';
import { LOG_STORAGE, NATS } from '../generate/conventions.js';
import { containersOf, podTemplates } from './pods.js';

/** Of a volume, the servers take at most so much: a stream's files are larger than what it counts, and a disk that is full stops it. */
const SHARE_MAX = 0.75;
const SHARE_MIN = 0.5;
const POWERS: Readonly<Record<string, number>> = { M: 2, G: 3, T: 4 };
const KIB = 1_024;

interface Claims {
  readonly volumeClaimTemplates?: readonly { readonly spec: { readonly resources: { readonly requests: { readonly storage: string } } } }[];
}

/** `150GB` of nats-server and `200Gi` of Kubernetes, both in powers of 1,024. NaN where it is neither. */
function bytesOf(size: string): number {
  const [, count = '', unit = ''] = /^(\d+)([MGT])[iB]$/.exec(size) ?? [];
  return Number(count || NaN) * KIB ** (POWERS[unit] ?? NaN);
}

/** What the log may take is said, and fits its volume with room to spare; else a restart of a server lets it take less than it holds. */
export function logStorageFaults(manifests: readonly Manifest[]): readonly string[] {
  return podTemplates(manifests).filter(({ id }) => id === `StatefulSet/${NATS.name}`).flatMap((pod) => {
    const said = containersOf(pod.spec).find(({ name }) => name === NATS.name)?.env?.find(({ name }) => name === LOG_STORAGE)?.value ?? '';
    const [volume = ''] = ((pod.manifest['spec'] ?? {}) as Claims).volumeClaimTemplates?.map(({ spec }) => spec.resources.requests.storage) ?? [];
    const share = bytesOf(said) / bytesOf(volume);
    return share >= SHARE_MIN && share <= SHARE_MAX ? [] : [`${pod.id}: ${LOG_STORAGE} is ${said || 'not set'} of a volume of ${volume || 'no size'}, allowed is from half of it to three quarters`];
  });
}
