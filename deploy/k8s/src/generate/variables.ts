import type { Address, ProcessSpec, Variable } from '@ballast/topology';
import { NATS } from './conventions.js';
import { REDIS_URL_KEY, redisSecret, secretFile } from './secrets.js';

/** Where a variable of a process is written in the manifests. */
export type Placement =
  /** A ConfigMap, where overlays may change it. */
  | { readonly kind: 'config'; readonly value: string }
  /** In the ConfigMap of the venue: a component says it, since it is not the same with the paper venue. */
  | { readonly kind: 'venue' }
  /** In the pod itself: the path of a mounted file. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'secret'; readonly secret: string; readonly key: string }
  /** Nowhere, unless an overlay adds it to the process's ConfigMap. */
  | { readonly kind: 'optional' };

const ADDRESSES: Readonly<Record<Address, Placement | 'redis'>> = {
  nats: { kind: 'config', value: `nats://${NATS.name}:${NATS.clientPort}` },
  'nats-monitor': { kind: 'config', value: `http://${NATS.name}:${NATS.monitorPort}` },
  redis: 'redis',
  'venue-gateway': { kind: 'venue' },
  'venue-archive': { kind: 'venue' },
  'venue-stream': { kind: 'venue' },
  'venue-simulation': { kind: 'venue' },
};

/** What Kubernetes says otherwise than the topology: two replicas of each service share the partitions by lease. */
const OVERRIDES: Readonly<Record<string, string>> = { PARTITIONS: 'lease', BALLAST_REPLICAS: '2' };

/** Where a process finds this variable. @throws Error where the topology names a volume that the process has not */
export function placementOf(process: ProcessSpec, { name, from }: Variable): Placement {
  switch (from.kind) {
    case 'fixed':
      return { kind: 'config', value: from.value };
    case 'setting': {
      const value = OVERRIDES[name] ?? from.standard;
      if (value !== undefined) return { kind: 'config', value };
      return from.optional === true ? { kind: 'optional' } : { kind: 'venue' };
    }
    case 'secret':
    case 'optional-secret':
      return { kind: 'file', path: secretFile(process.name, from.name).path };
    case 'volume': {
      const volume = process.volumes.find((each) => each.name === from.volume);
      if (!volume) throw new Error(`${process.name}.${name}: found the volume "${from.volume}", allowed are ${process.volumes.map((each) => each.name).join(', ') || 'none'}`);
      return { kind: 'config', value: volume.path };
    }
    case 'address': {
      const placement = ADDRESSES[from.of];
      return placement === 'redis' ? { kind: 'secret', secret: redisSecret(process.name), key: REDIS_URL_KEY } : placement;
    }
  }
}

/** A line of a ConfigMap: with a value, or only told of for who wants to add it. */
export interface Setting {
  readonly name: string;
  readonly value: string | undefined;
  readonly meaning: string;
}

/** The ConfigMaps' contents: what several processes are told, and what one alone is. */
export interface Settings {
  readonly shared: readonly Setting[];
  readonly own: ReadonlyMap<string, readonly Setting[]>;
}

interface Told extends Setting {
  readonly process: string;
}

/**
 * What more than one process is told stands once, in the shared ConfigMap; the rest in the ConfigMap of its process.
 * @throws Error where two processes are told different things by one name
 */
export function settingsOf(processes: readonly ProcessSpec[]): Settings {
  const told: readonly Told[] = processes.flatMap((process) =>
    process.env.flatMap((variable) => {
      const placement = placementOf(process, variable);
      if (placement.kind !== 'config' && placement.kind !== 'optional') return [];
      return [{ process: process.name, name: variable.name, meaning: variable.meaning, value: placement.kind === 'config' ? placement.value : undefined }];
    }),
  );
  const usersOf = (name: string): readonly Told[] => told.filter((each) => each.name === name);
  const isShared = (name: string): boolean => usersOf(name).length > 1;
  for (const { name, value } of told) {
    const other = usersOf(name).find((each) => each.value !== value);
    if (other) throw new Error(`${name}: found ${value ?? 'nothing'} and, of ${other.process}, ${other.value ?? 'nothing'}; allowed is one value`);
  }
  const shared = [...new Set(told.map(({ name }) => name))].filter(isShared).flatMap((name) => usersOf(name).slice(0, 1));
  const own = new Map(processes.map((process) => [process.name, told.filter((each) => each.process === process.name && !isShared(each.name))] as const));
  return { shared, own };
}

/** Whether a process needs the ConfigMap that says what the venue is. */
export const meetsVenueConfig = (process: ProcessSpec): boolean => process.env.some((variable) => placementOf(process, variable).kind === 'venue');

/** The text of an env file for kustomize's ConfigMap generator. */
export const envFile = (settings: readonly Setting[]): string => settings.map(({ name, value, meaning }) => `# ${meaning}\n${value === undefined ? `# ${name}=` : `${name}=${value}`}\n`).join('');
