import type { IContainer } from 'kubernetes-models/v1';
import type { ProcessSpec } from '@ballast/topology';
import { type Manifest, nameOf } from '../manifest.js';
import { type Certificate, certificateFaults, certificatesIn } from './certificates.js';
import { containersOf, type PodTemplate, podTemplates } from './pods.js';
import { environmentOf } from './settings.js';

const VARIABLES = { NATS_CA_FILE: 'ca.crt', NATS_CERT_FILE: 'tls.crt', NATS_KEY_FILE: 'tls.key' } as const;
/** What connects to NATS beside the processes. */
const TOOLS = ['cli', 'archive'];
const SERVER_FILE = /\b(?:cert|key|ca)_file: "([^"]*)"/g;
/** Where the servers' configuration includes what, by whose connections that is about. */
const INCLUDED: Readonly<Record<string, RegExp>> = { clients: /^include "\.\/tls\.conf"$/m, routes: /^ +include "\.\/tls-routes\.conf"$/m };
const ROUTES = /^\s*routes: \[(.*)\]$/m;

interface Mounted {
  readonly secret: string;
  readonly key: string;
}

/** Which key of which Secret a container reads at a path; undefined where the path leads to none. */
function secretAt(path: string, { volumeMounts = [] }: IContainer, { spec }: PodTemplate): Mounted | undefined {
  const mount = volumeMounts.find(({ mountPath }) => path.startsWith(`${mountPath}/`));
  const secret = spec.volumes?.find(({ name }) => name === mount?.name)?.secret?.secretName;
  return mount === undefined || secret === undefined ? undefined : { secret, key: path.slice(mount.mountPath.length + 1) };
}

/** The servers' configuration: the file that is the same everywhere, and those that say how connections are encrypted. */
function configOf(manifests: readonly Manifest[]): { readonly nats: string; readonly tls: string; readonly routes: string } {
  const data = manifests.filter(({ kind }) => kind === 'ConfigMap').map((manifest) => (manifest['data'] ?? {}) as Readonly<Record<string, string>>).find((each) => each['nats.conf'] !== undefined);
  return { nats: data?.['nats.conf'] ?? '', tls: data?.['tls.conf'] ?? '', routes: data?.['tls-routes.conf'] ?? '' };
}

const isEncrypted = (tls: string): boolean => /^tls \{.*verify: true.*\}$/m.test(tls);

/** Who comes by a route may do everything. */
const isForServers = (routes: string): boolean => routes.includes('verify_cert_and_check_known_urls: true');

/** A client has its three files, or none of them where the servers are plain, and its certificate is a client's alone. */
function clientFaults(pod: PodTemplate, manifests: readonly Manifest[], encrypted: boolean): readonly string[] {
  const [container] = containersOf(pod.spec);
  const told = environmentOf(pod, manifests);
  const files = Object.entries(VARIABLES).map(([name, key]) => ({ name, key, path: told.get(name) }));
  if (!encrypted) return files.filter(({ path }) => path !== undefined).map(({ name }) => `${pod.id}: ${name} is set and the servers are plain: it would refuse them`);
  const found = files.map((file) => ({ ...file, mounted: file.path === undefined || container === undefined ? undefined : secretAt(file.path, container, pod) }));
  const own = certificatesIn(manifests).filter(({ spec }) => found.some(({ mounted }) => mounted?.secret === spec.secretName));
  return [
    ...found.filter(({ key, mounted }) => mounted?.key !== key).map(({ name, key, path }) => `${pod.id}: ${name} is ${path ?? 'not set'}, allowed is ${key} of a Secret that it mounts`),
    ...own.filter(({ spec }) => spec.usages?.includes('client auth') !== true).map(({ id }) => `${id}: is not for clients`),
    ...own.filter(({ spec }) => spec.usages?.includes('server auth') === true).map(({ id }) => `${id}: could be a server's, and ${pod.name} pass for NATS`),
  ];
}

const hostsIn = (urls: string): readonly string[] => [...urls.matchAll(/nats:\/\/([^\s:/",]+)/g)].map(([, host]) => host ?? '');

/** Every host by which a client or another server reaches a server. */
function hostsOf(nats: PodTemplate, clients: readonly PodTemplate[], manifests: readonly Manifest[]): readonly string[] {
  const { serviceName = '' } = nats.manifest['spec'] as { readonly serviceName?: string };
  const own = nats.replicas === 1 ? [] : Array.from({ length: nats.replicas }, (_, ordinal) => `${nats.name}-${ordinal}.${serviceName}`);
  const asked = clients.flatMap((pod) => hostsIn(environmentOf(pod, manifests).get('NATS_URL') ?? ''));
  return [...new Set([...asked, ...hostsIn(ROUTES.exec(configOf(manifests).nats)?.[1] ?? ''), ...own])];
}

const nameFaults = ({ id, spec }: Certificate, hosts: readonly string[]): readonly string[] => hosts.filter((host) => spec.dnsNames?.includes(host) !== true).map((host) => `${id}: does not name ${host}, by which NATS is reached`);

function usageFaults({ id, spec }: Certificate, servers: number): readonly string[] {
  const needed = ['server auth', ...(servers > 1 ? ['client auth'] : [])];
  return needed.filter((usage) => spec.usages?.includes(usage) !== true).map((usage) => `${id}: lacks the usage ${usage}`);
}

/** The servers read files that they mount, encrypt routes too, and are told when the files are renewed. */
function serverFaults(nats: PodTemplate, clients: readonly PodTemplate[], manifests: readonly Manifest[]): readonly string[] {
  const { nats: config, tls, routes } = configOf(manifests);
  const server = containersOf(nats.spec).find(({ name }) => name === nats.name);
  if (server === undefined) return [];
  const isCluster = nats.replicas > 1;
  const files = [...`${tls}${isCluster ? routes : ''}`.matchAll(SERVER_FILE)].map(([, path = '']) => ({ path, mounted: secretAt(path, server, nats) }));
  const [secret] = files.flatMap(({ mounted }) => mounted?.secret ?? []);
  const volume = nats.spec.volumes?.find((each) => each.secret?.secretName === secret)?.name;
  const isReloaded = nats.spec.shareProcessNamespace === true && containersOf(nats.spec).some((each) => each !== server && each.volumeMounts?.some(({ name }) => name === volume) === true);
  const encrypted = { clients: tls, ...(isCluster ? { routes } : {}) };
  const own = certificatesIn(manifests).filter(({ spec }) => spec.secretName === secret);
  return [
    ...Object.entries(encrypted).filter(([of, text]) => INCLUDED[of]?.test(config) !== true || !isEncrypted(text)).map(([of]) => `nats.conf: connections of ${of} are not encrypted`),
    ...(isCluster && !isForServers(routes) ? [`nats.conf: a client's certificate opens a route, by which it may do everything`] : []),
    ...files.filter(({ mounted }) => mounted === undefined).map(({ path }) => `${nats.id}: reads ${path}, which is in no Secret that it mounts`),
    ...(isReloaded ? [] : [`${nats.id}: nothing has the servers read a renewed certificate`]),
    ...own.flatMap((certificate) => [...nameFaults(certificate, hostsOf(nats, clients, manifests)), ...usageFaults(certificate, nats.replicas)]),
  ];
}

/** Connections to NATS: encrypted on both sides or plain on both, by certificates that name who is reached. */
export function encryptionFaults(manifests: readonly Manifest[], processes: readonly ProcessSpec[]): readonly string[] {
  const pods = podTemplates(manifests);
  const names = [...processes.filter(({ reaches }) => reaches.includes('nats')).map(({ name }) => name), ...TOOLS];
  const clients = pods.filter(({ name }) => names.includes(name));
  const encrypted = isEncrypted(configOf(manifests).tls);
  const nats = encrypted ? pods.filter((pod) => nameOf(pod.manifest) === 'StatefulSet/nats') : [];
  return [...clients.flatMap((pod) => clientFaults(pod, manifests, encrypted)), ...nats.flatMap((pod) => serverFaults(pod, clients, manifests)), ...certificateFaults(manifests)];
}
