import type { ProcessSpec } from '@ballast/topology';
import { INGRESS_NAMESPACE, MONITORING_NAMESPACE } from '../generate/conventions.js';
import type { Manifest } from '../manifest.js';
import { podTemplates } from './pods.js';

/** Which venue the overlay trades at: the simulated one runs in it, the real one is on the internet. */
const hasPaperVenue = (manifests: readonly Manifest[]): boolean => podTemplates(manifests).some(({ name }) => name === 'paper-venue');

function reachedBy({ name, reaches, venue, ingress }: ProcessSpec, isPaper: boolean): readonly string[] {
  const venueAt = isPaper ? 'paper-venue:4020' : 'internet:443';
  return [
    ...(reaches.includes('nats') ? [`${name} → nats:4222`] : []),
    ...(reaches.includes('nats-monitor') ? [`${name} → nats:8222`] : []),
    ...(reaches.includes('redis') ? [`${name} → redis:6379`] : []),
    ...(reaches.includes('notifications') ? [`${name} → internet:443`] : []),
    ...(venue === undefined ? [] : [`${name} → ${venueAt}`]),
    ...(ingress ? [`namespace ${INGRESS_NAMESPACE} → ${name}:8080`] : []),
    `namespace ${MONITORING_NAMESPACE} → ${name}:9100`,
  ];
}

/**
 * Every connection that this overlay lives by, as the topology says it, and what runs beside the processes. Written apart
 * from what generates the policies, so that a mistake there is found here.
 */
export function neededConnections(manifests: readonly Manifest[], processes: readonly ProcessSpec[]): ReadonlySet<string> {
  const pods = podTemplates(manifests);
  const isPaper = hasPaperVenue(manifests);
  const running = processes.filter(({ name }) => pods.some((pod) => pod.name === name));
  const nats = pods.find(({ name }) => name === 'nats');
  return new Set([
    ...pods.flatMap(({ name }) => [`${name} → namespace kube-system:53`]),
    ...running.flatMap((process) => reachedBy(process, isPaper)),
    'cli → nats:4222',
    'archive → nats:4222',
    ...((nats?.replicas ?? 1) > 1 ? ['nats → nats:6222'] : []),
    ...(nats?.spec.containers.some(({ name }) => name === 'exporter') === true ? [`namespace ${MONITORING_NAMESPACE} → nats:7777`] : []),
  ]);
}
