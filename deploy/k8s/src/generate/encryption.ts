import { natsRoutesTls, natsTls } from '@ballast/provisioner';
import { NATS_RELOADER, type ProcessSpec } from '@ballast/topology';
import { stringify } from 'yaml';
import type { Manifest } from '../manifest.js';
import { ARCHIVE, CLI, IMAGE, labelsOf, NATS, NATS_HOSTS, ROUTES_TLS_CONFIG, SECRETS_DIR, SHARED_CONFIG, TLS_CONFIG } from './conventions.js';
import { externalSecret } from './external-secrets.js';
import type { SecretSpec } from './secrets.js';
import { CONTAINER_SECURITY, secretVolume } from './workload.js';

const COMPONENT = 'k8s/components/nats-tls';
const VOLUME = 'nats-tls';
/** The same folder in every pod, each with a certificate of its own. */
const DIR = `${SECRETS_DIR}/${VOLUME}`;
const FILES = { caFile: 'ca.crt', certFile: 'tls.crt', keyFile: 'tls.key' } as const;
const VARIABLES = { NATS_CA_FILE: FILES.caFile, NATS_CERT_FILE: FILES.certFile, NATS_KEY_FILE: FILES.keyFile } as const;
/** Signs itself, and with it the authority once. */
const ROOT_ISSUER = 'nats-tls-root';
const AUTHORITY = 'nats-tls-authority';
const ISSUER = 'nats-tls';
const AUTHORITY_LIFE = { duration: '87600h', renewBefore: '8760h' } as const;
/** Ninety days, renewed a month before: so long an operator may be broken unseen. */
const LIFE = { duration: '2160h', renewBefore: '720h' } as const;
const ORGANIZATION = 'ballast';

/** `nats-tls-server`, or `nats-tls-<workload>`. */
const certificateSecret = (of: string): string => `nats-tls-${of}`;
const SERVER = certificateSecret('server');

/** Workloads that connect to NATS. */
const clientsOf = (processes: readonly ProcessSpec[]): readonly string[] => [...processes.filter(({ reaches, simulation }) => reaches.includes('nats') && !simulation).map(({ name }) => name), CLI, ARCHIVE];

/** The Secrets with certificates, in the form in which cert-manager makes them. */
export function certificateCatalogue(processes: readonly ProcessSpec[]): readonly SecretSpec[] {
  const keys = Object.values(FILES);
  return [
    { name: SERVER, keys, meaning: 'certificate of the NATS servers', readers: [NATS.name] },
    ...clientsOf(processes).map((name) => ({ name: certificateSecret(name), keys, meaning: `certificate by which ${name} connects to NATS`, readers: [name] })),
  ];
}

const issuer = (name: string, spec: unknown): Manifest => ({ apiVersion: 'cert-manager.io/v1', kind: 'Issuer', metadata: { name, labels: { ...labelsOf('nats-tls') } }, spec });

const certificate = (name: string, by: string, spec: object): Manifest => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: { name, labels: { ...labelsOf('nats-tls') } },
  spec: { secretName: name, subject: { organizations: [ORGANIZATION] }, ...spec, issuerRef: { group: 'cert-manager.io', kind: 'Issuer', name: by } },
});

const ofWorkload = (name: string, commonName: string, spec: object): Manifest => certificate(name, ISSUER, { commonName, ...spec, ...LIFE, privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' } });

/**
 * An authority of the namespace's own, and what it signs. The authority keeps its key when it is renewed, so that what it has signed stays good. A server is a
 * client too, of the other servers; a client is never a server: who has its key can't pass for one.
 */
function certificates(processes: readonly ProcessSpec[]): readonly Manifest[] {
  return [
    issuer(ROOT_ISSUER, { selfSigned: {} }),
    certificate(AUTHORITY, ROOT_ISSUER, { commonName: 'ballast nats', isCA: true, usages: ['cert sign', 'crl sign', 'digital signature'], ...AUTHORITY_LIFE, privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Never' } }),
    issuer(ISSUER, { ca: { secretName: AUTHORITY } }),
    ofWorkload(SERVER, NATS.name, { dnsNames: [NATS.name, ...NATS_HOSTS], usages: ['digital signature', 'server auth', 'client auth'] }),
    ...clientsOf(processes).map((name) => ofWorkload(certificateSecret(name), name, { usages: ['digital signature', 'client auth'] })),
  ];
}

const mounted = (secret: string): readonly [volume: object, mount: object] => [{ ...secretVolume(secret), name: VOLUME }, { name: VOLUME, mountPath: DIR, readOnly: true }];

/** Adds its certificate to the pods of a client. */
function clientPatch(name: string): object {
  const pod = name === ARCHIVE ? '/spec/jobTemplate/spec/template/spec' : '/spec/template/spec';
  const [volume, mount] = mounted(certificateSecret(name));
  const operations = [
    { op: 'add', path: `${pod}/volumes/-`, value: volume },
    { op: 'add', path: `${pod}/containers/0/volumeMounts/-`, value: mount },
  ];
  return { target: { kind: name === ARCHIVE ? 'CronJob' : '(StatefulSet|Deployment)', name }, patch: stringify(operations, { lineWidth: 0 }) };
}

const { name: RELOADER, resources } = NATS_RELOADER;

/** The server's certificate, and beside it who has the server read a renewed one: that takes a signal, so the two share their processes. */
function serverPatch(): Manifest {
  const [volume, mount] = mounted(SERVER);
  const reloader = {
    name: 'reloader',
    image: IMAGE,
    args: [RELOADER, '--pid', '/tmp/nats.pid', '--watch', DIR],
    resources: { requests: { cpu: `${resources.cpuMillis}m`, memory: `${resources.memoryMb}Mi`, 'ephemeral-storage': '16Mi' }, limits: { memory: `${resources.memoryLimitMb}Mi`, 'ephemeral-storage': '64Mi' } },
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp', readOnly: true }, mount],
  };
  const pod = { shareProcessNamespace: true, containers: [{ name: NATS.name, volumeMounts: [mount] }, reloader], volumes: [volume] };
  return { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: NATS.name }, spec: { template: { spec: pod } } };
}

const component = (parts: object): object => ({ apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component', ...parts });

function kustomization(processes: readonly ProcessSpec[]): object {
  const literals = Object.entries(VARIABLES).map(([name, file]) => `${name}=${DIR}/${file}`);
  return component({
    configMapGenerator: [
      { name: NATS.name, behavior: 'merge', files: [TLS_CONFIG, ROUTES_TLS_CONFIG] },
      { name: SHARED_CONFIG, behavior: 'merge', literals },
    ],
    patches: [{ path: 'server.yaml', target: { kind: 'StatefulSet', name: NATS.name } }, ...clientsOf(processes).map(clientPatch)],
  });
}

/** One generated file and its objects. */
export interface EncryptionFile {
  readonly path: string;
  readonly objects: readonly unknown[];
}

/** The component nats-tls, and the two ways to its certificates: cert-manager makes them, or they are fetched from the store. */
export const encryptionFiles = (processes: readonly ProcessSpec[]): readonly EncryptionFile[] => [
  { path: `${COMPONENT}/kustomization.yaml`, objects: [kustomization(processes)] },
  { path: `${COMPONENT}/server.yaml`, objects: [serverPatch()] },
  { path: `${COMPONENT}/cert-manager/kustomization.yaml`, objects: [component({ resources: ['certificates.yaml'] })] },
  { path: `${COMPONENT}/cert-manager/certificates.yaml`, objects: certificates(processes) },
  { path: `${COMPONENT}/external-secrets/kustomization.yaml`, objects: [component({ resources: ['external-secrets.yaml'] })] },
  { path: `${COMPONENT}/external-secrets/external-secrets.yaml`, objects: certificateCatalogue(processes).map(externalSecret) },
];

const PLAIN = '# Connections are plain: the component nats-tls has another file in the place of this.\n';
const AT_SERVER = { certFile: `${DIR}/${FILES.certFile}`, keyFile: `${DIR}/${FILES.keyFile}`, caFile: `${DIR}/${FILES.caFile}` };

/** Texts of the files that the servers' configuration includes, by their path. */
export const TLS_CONFIGS: readonly (readonly [path: string, text: string])[] = [
  [`k8s/base/${TLS_CONFIG}`, PLAIN],
  [`k8s/base/${ROUTES_TLS_CONFIG}`, PLAIN],
  [`${COMPONENT}/${TLS_CONFIG}`, `# Certificates on both sides.\n${natsTls(AT_SERVER)}\n`],
  [`${COMPONENT}/${ROUTES_TLS_CONFIG}`, `# Certificates on both sides, and by a route only one with the name of a server: a client's opens none.\n${natsRoutesTls(AT_SERVER)}\n`],
];
