import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import type { Manifest } from '../manifest.js';
import { containersOf, type PodTemplate, podTemplates, type Selector, selects } from './pods.js';

type Spec = NonNullable<INetworkPolicy['spec']>;
type Peer = NonNullable<NonNullable<Spec['egress']>[number]['to']>[number];
type PolicyPort = NonNullable<NonNullable<Spec['egress']>[number]['ports']>[number];

const NAMESPACE_LABEL = 'kubernetes.io/metadata.name';
/** Ranges that no rule to the internet may open: another pod, or the cloud's metadata server, could be there. */
const NOT_THE_INTERNET = ['10.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'];

const policiesOf = (manifests: readonly Manifest[]): readonly Spec[] => manifests.filter(({ kind }) => kind === 'NetworkPolicy').map((manifest) => manifest['spec'] as Spec);
const applying = (policies: readonly Spec[], direction: 'Ingress' | 'Egress', { labels }: PodTemplate): readonly Spec[] => policies.filter(({ policyTypes = [], podSelector }) => policyTypes.includes(direction) && selects(podSelector as Selector, labels));

/** Who a peer of a rule stands for: pods here, a namespace, the internet, or anybody. */
function placesOf(peers: readonly Peer[] | undefined, pods: readonly PodTemplate[]): readonly string[] {
  if (peers === undefined) return ['anybody'];
  return peers.flatMap(({ podSelector, namespaceSelector, ipBlock }) => {
    if (ipBlock) return [NOT_THE_INTERNET.every((range) => ipBlock.except?.includes(range)) ? 'internet' : `addresses ${ipBlock.cidr}`];
    if (namespaceSelector) return [namespaceSelector.matchLabels?.[NAMESPACE_LABEL] === undefined ? 'every namespace' : `namespace ${namespaceSelector.matchLabels[NAMESPACE_LABEL]}`];
    return pods.filter(({ labels }) => selects((podSelector ?? {}) as Selector, labels)).map(({ name }) => name);
  });
}

const numbersOf = (ports: readonly PolicyPort[] | undefined): readonly (number | string)[] => (ports === undefined ? ['every port'] : ports.map(({ port }) => port ?? 'every port'));
const listensOn = ({ spec }: PodTemplate): readonly (number | string)[] => containersOf(spec).flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort));
const edge = (from: string, to: string, port: number | string): string => `${from} → ${to}:${port}`;

/** What the policies let pass, one `from → to:port` each: between pods only where both ends agree. */
export function allowedConnections(manifests: readonly Manifest[]): ReadonlySet<string> {
  const pods = podTemplates(manifests);
  const policies = policiesOf(manifests);
  const outgoing = pods.flatMap((pod) => {
    const own = applying(policies, 'Egress', pod);
    if (own.length === 0) return [edge(pod.name, 'anybody', 'every port')];
    return own.flatMap(({ egress = [] }) => egress.flatMap(({ to, ports }) => placesOf(to, pods).flatMap((place) => numbersOf(ports).map((port) => edge(pod.name, place, port)))));
  });
  const incoming = pods.flatMap((pod) => {
    const own = applying(policies, 'Ingress', pod);
    if (own.length === 0) return [edge('anybody', pod.name, 'every port')];
    return own.flatMap(({ ingress = [] }) => ingress.flatMap(({ from, ports }) => placesOf(from, pods).flatMap((place) => numbersOf(ports).map((port) => edge(place, pod.name, port)))));
  });
  const names = pods.map(({ name }) => name);
  const isInside = (text: string): boolean => names.some((name) => text.startsWith(`${name} → `)) && names.some((name) => text.includes(` → ${name}:`));
  return new Set([...outgoing.filter((each) => !isInside(each) || incoming.includes(each)), ...incoming.filter((each) => !isInside(each) || outgoing.includes(each))]);
}

/** Rules that open half a way: one end lets pass what the other refuses, or a port where nobody listens. */
function halfOpen(manifests: readonly Manifest[], needed: ReadonlySet<string>): readonly string[] {
  const pods = podTemplates(manifests);
  const isListening = (text: string): boolean => pods.every((pod) => !text.includes(` → ${pod.name}:`) || listensOn(pod).some((port) => text.endsWith(`:${port}`)));
  return [...needed].filter((text) => !isListening(text)).map((text) => `network: ${text}: nobody listens there`);
}

/** Compares what the policies let pass with what is needed, both ways. */
export function networkFaults(manifests: readonly Manifest[], needed: ReadonlySet<string>): readonly string[] {
  const allowed = allowedConnections(manifests);
  return [
    ...[...needed].filter((text) => !allowed.has(text)).map((text) => `network: ${text}: is needed and refused`),
    ...[...allowed].filter((text) => !needed.has(text)).map((text) => `network: ${text}: is allowed and nobody needs it`),
    ...halfOpen(manifests, needed),
  ];
}
