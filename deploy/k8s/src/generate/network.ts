import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { HEALTH_PORT, HTTP_PORT, type ProcessSpec, VENUE_PORT } from '@ballast/topology';
import { ARCHIVE, CLI, INGRESS_NAMESPACE, labelsOf, MONITORING_NAMESPACE, NAME_LABEL, NATS, REDIS, selectorOf } from './conventions.js';

type Spec = NonNullable<INetworkPolicy['spec']>;
type Egress = NonNullable<Spec['egress']>[number];
type Ingress = NonNullable<Spec['ingress']>[number];
type PolicyPort = NonNullable<Egress['ports']>[number];

const HTTPS = 443;
const DNS = 53;
const NAMESPACE_LABEL = 'kubernetes.io/metadata.name';
/** Every private range: "the internet" is what is left. */
const PRIVATE = ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'];

const tcp = (port: number): PolicyPort => ({ protocol: 'TCP', port });
const toPods = (name: string, port: number): Egress => ({ to: [{ podSelector: { matchLabels: { ...selectorOf(name) } } }], ports: [tcp(port)] });
const named = (names: readonly string[]) => ({ matchExpressions: [{ key: NAME_LABEL, operator: 'In', values: [...names] }] });
const fromPods = (names: readonly string[], port: number): Ingress => ({ from: [{ podSelector: named(names) }], ports: [tcp(port)] });
const fromNamespace = (name: string, port: number): Ingress => ({ from: [{ namespaceSelector: { matchLabels: { [NAMESPACE_LABEL]: name } } }], ports: [tcp(port)] });
/** TLS to any public address: plain policies know addresses, not names of hosts. */
const TO_INTERNET: Egress = { to: [{ ipBlock: { cidr: '0.0.0.0/0', except: [...PRIVATE] } }], ports: [tcp(HTTPS)] };

/** A policy; without rules of a direction it says nothing of it, and default-deny holds. */
function policy(name: string, podSelector: Spec['podSelector'], egress: readonly Egress[], ingress: readonly Ingress[]): INetworkPolicy {
  const policyTypes: Spec['policyTypes'] = [...(ingress.length > 0 ? (['Ingress'] as const) : []), ...(egress.length > 0 ? (['Egress'] as const) : [])];
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, labels: { ...labelsOf(name) } }, spec: { podSelector, policyTypes, ...(egress.length > 0 ? { egress: [...egress] } : {}), ...(ingress.length > 0 ? { ingress: [...ingress] } : {}) } };
}

const matching = (name: string): Spec['podSelector'] => ({ matchLabels: { ...selectorOf(name) } });

const DEFAULT_DENY: INetworkPolicy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'default-deny' }, spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } };
const DNS_FOR_ALL: INetworkPolicy = policy(
  'dns',
  {},
  [{ to: [{ namespaceSelector: { matchLabels: { [NAMESPACE_LABEL]: 'kube-system' } }, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }], ports: [{ protocol: 'UDP', port: DNS } as const, tcp(DNS)] }],
  [],
);

function egressOf({ reaches }: ProcessSpec): readonly Egress[] {
  return [
    ...(reaches.includes('nats') ? [toPods(NATS.name, NATS.clientPort)] : []),
    ...(reaches.includes('nats-monitor') ? [toPods(NATS.name, NATS.monitorPort)] : []),
    ...(reaches.includes('redis') ? [toPods(REDIS.name, REDIS.port)] : []),
    ...(reaches.includes('notifications') ? [TO_INTERNET] : []),
  ];
}

const ofProcess = (process: ProcessSpec): INetworkPolicy =>
  policy(process.name, matching(process.name), egressOf(process), [fromNamespace(MONITORING_NAMESPACE, HEALTH_PORT), ...(process.ingress ? [fromNamespace(INGRESS_NAMESPACE, HTTP_PORT)] : [])]);

const whoReach = (processes: readonly ProcessSpec[], destination: ProcessSpec['reaches'][number]): readonly string[] => processes.filter(({ reaches }) => reaches.includes(destination)).map(({ name }) => name);

/** All that is allowed inside the cluster; the venue is another component's matter. Simulations are left out. */
export function clusterPolicies(all: readonly ProcessSpec[]): readonly INetworkPolicy[] {
  const processes = all.filter(({ simulation }) => !simulation);
  const nats = policy(NATS.name, matching(NATS.name), [], [
    fromPods([...whoReach(processes, 'nats'), CLI, ARCHIVE], NATS.clientPort),
    fromPods(whoReach(processes, 'nats-monitor'), NATS.monitorPort),
  ]);
  const redis = policy(REDIS.name, matching(REDIS.name), [], [fromPods(whoReach(processes, 'redis'), REDIS.port)]);
  const tools = [CLI, ARCHIVE].map((tool) => policy(tool, matching(tool), [toPods(NATS.name, NATS.clientPort)], []));
  return [DEFAULT_DENY, DNS_FOR_ALL, nats, redis, ...tools, ...processes.map(ofProcess)];
}

/** Servers of one cluster talk to each other. */
export const routePolicies = (): readonly INetworkPolicy[] => [policy('nats-routes', matching(NATS.name), [toPods(NATS.name, NATS.routePort)], [fromPods([NATS.name], NATS.routePort)])];

/** Prometheus reads the servers' exporter, where one runs beside them. */
export const exporterPolicies = (): readonly INetworkPolicy[] => [policy('nats-exporter', matching(NATS.name), [], [fromNamespace(MONITORING_NAMESPACE, NATS.exporterPort)])];

const venueCallers = (processes: readonly ProcessSpec[]): readonly string[] => processes.filter(({ venue }) => venue !== undefined).map(({ name }) => name);

/** The venue on the internet: for who has venue access in the topology and for nobody else. */
export const liveVenuePolicies = (processes: readonly ProcessSpec[]): readonly INetworkPolicy[] => [policy('venue-access', named(venueCallers(processes)), [TO_INTERNET], [])];

/** The simulated venue in place of the real one: then nobody reaches the internet for it. */
export function paperVenuePolicies(processes: readonly ProcessSpec[]): readonly INetworkPolicy[] {
  const callers = venueCallers(processes);
  return processes
    .filter(({ simulation }) => simulation)
    .flatMap((venue) => [policy('venue-access', named(callers), [toPods(venue.name, VENUE_PORT)], []), policy(venue.name, matching(venue.name), [], [fromPods(callers, VENUE_PORT), fromNamespace(MONITORING_NAMESPACE, HEALTH_PORT)])]);
}
