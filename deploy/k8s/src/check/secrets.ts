import { RESTORER } from '@ballast/bus';
import type { SecretSpec } from '../generate/secrets.js';
import { type Manifest, nameOf } from '../manifest.js';
import { CERTIFICATE_KEYS, certificatesIn, issuersIn } from './certificates.js';
import { containersOf, podTemplates } from './pods.js';

interface ExternalSecretSpec {
  readonly target: { readonly name: string };
  readonly data: readonly { readonly secretKey: string }[];
}

/** Every Secret that a deployment may need. */
export interface ExpectedSecrets {
  readonly secrets: readonly SecretSpec[];
  /** Those with certificates, where connections are encrypted. */
  readonly certificates: readonly SecretSpec[];
}

interface Use {
  readonly by: string;
  readonly secret: string;
  /** Undefined: the whole Secret is mounted. */
  readonly key: string | undefined;
  /** The pod starts without it. */
  readonly isOptional: boolean;
}

const usesIn = (manifests: readonly Manifest[]): readonly Use[] => [
  ...issuersIn(manifests).flatMap(({ id, secret }): Use[] => (secret === undefined ? [] : [{ by: id, secret, key: undefined, isOptional: false }])),
  ...podTemplates(manifests).flatMap(({ name, spec }) => [
    ...(spec.volumes ?? []).flatMap(({ secret, projected }): Use[] => [
      ...(secret?.secretName === undefined ? [] : [{ by: name, secret: secret.secretName, key: undefined, isOptional: secret.optional === true }]),
      ...(projected?.sources ?? []).flatMap((source) => (source.secret?.name === undefined ? [] : (source.secret.items ?? [{ key: undefined }]).map(({ key }) => ({ by: name, secret: source.secret?.name ?? '', key, isOptional: false })))),
    ]),
    ...containersOf(spec).flatMap(({ env = [] }) => env.flatMap(({ valueFrom }): Use[] => (valueFrom?.secretKeyRef?.name === undefined ? [] : [{ by: name, secret: valueFrom.secretKeyRef.name, key: valueFrom.secretKeyRef.key, isOptional: false }]))),
  ]),
];

/** Secrets that are there by name, with their keys: made by cert-manager, and fetched by ExternalSecrets, or, where there are none, made by hand from the catalogue. */
function declaredIn(manifests: readonly Manifest[], { secrets }: ExpectedSecrets): ReadonlyMap<string, readonly string[]> {
  const fetched = manifests.filter(({ kind }) => kind === 'ExternalSecret').map((manifest) => manifest['spec'] as ExternalSecretSpec);
  const brought = fetched.length === 0 ? secrets.map(({ name, keys }) => [name, keys] as const) : fetched.map(({ target, data }) => [target.name, data.map(({ secretKey }) => secretKey)] as const);
  return new Map([...brought, ...certificatesIn(manifests).map(({ spec }) => [spec.secretName, CERTIFICATE_KEYS] as const)]);
}

/** Every Secret named is declared, and every declared one has a reader and no other reader than its own. */
function readerFaults(manifests: readonly Manifest[], expected: ExpectedSecrets): readonly string[] {
  const uses = usesIn(manifests);
  const declared = declaredIn(manifests, expected);
  const authorities = certificatesIn(manifests).filter(({ spec }) => spec.isCA === true).map(({ spec }) => ({ name: spec.secretName, keys: CERTIFICATE_KEYS, meaning: 'an authority', readers: issuersIn(manifests).filter(({ secret }) => secret === spec.secretName).map(({ id }) => id) }));
  const catalogue: readonly SecretSpec[] = [...expected.secrets, ...expected.certificates, ...authorities];
  const readersOf = (name: string): readonly string[] => catalogue.find((each) => each.name === name)?.readers ?? [];
  const isProvided = ({ secret, key }: Use): boolean => declared.has(secret) && (key === undefined || declared.get(secret)?.includes(key) === true);
  const isDoneWithout = ({ by, secret, isOptional }: Use): boolean => isOptional && catalogue.some((each) => each.name === secret && each.isOptional === true && each.readers.includes(by));
  const missing = uses.filter((use) => !isProvided(use) && !isDoneWithout(use)).map(({ by, secret, key }) => `${by}: needs ${key === undefined ? '' : `${key} of `}the Secret ${secret}, which nobody provides`);
  const foreign = uses.filter(({ by, secret }) => declared.has(secret) && !readersOf(secret).includes(by)).map(({ by, secret }) => `${by}: reads the Secret ${secret}, allowed are ${readersOf(secret).join(', ') || 'none'}`);
  const present = [...podTemplates(manifests).map(({ name }) => name), ...issuersIn(manifests).map(({ id }) => id)];
  const idle = [...declared.keys()].filter((name) => !uses.some(({ secret }) => secret === name) && (!catalogue.some((each) => each.name === name) || readersOf(name).some((reader) => present.includes(reader))));
  return [...missing, ...foreign, ...idle.map((name) => `Secret ${name}: is provided and nobody reads it`)];
}

const PUBLIC_KEY = /nkey: \$NKEY_([A-Z0-9_]+)/g;

/** A person has its seed, and no Secret: its key is among the servers' only while that person needs it. */
const OCCASIONAL = RESTORER.toUpperCase();

/** The servers let in exactly those users whose seed is provided. */
function userFaults(manifests: readonly Manifest[], expected: ExpectedSecrets): readonly string[] {
  const configs = manifests.filter(({ kind }) => kind === 'ConfigMap').flatMap((manifest) => Object.entries((manifest['data'] ?? {}) as Readonly<Record<string, string>>).filter(([key]) => key === 'nats.conf'));
  if (configs.length !== 1) return [`nats.conf: found ${configs.length}, allowed is one ConfigMap with it`];
  const users = new Set(configs.flatMap(([, text]) => [...text.matchAll(PUBLIC_KEY)].map(([, user]) => user ?? '')));
  const seeds = new Set([...declaredIn(manifests, expected).keys()].filter((name) => name.startsWith('nats-seed-')).map((name) => name.slice('nats-seed-'.length).toUpperCase().replace(/-/g, '_')));
  return [
    ...(users.size === 0 ? ['nats.conf: found no user'] : []),
    ...[...users].filter((user) => user !== OCCASIONAL && !seeds.has(user)).map((user) => `nats.conf: user ${user} has no Secret with its seed`),
    ...[...seeds].filter((user) => !users.has(user)).map((user) => `the Secret of ${user} is the seed of no user of nats.conf`),
    ...configs.filter(([, text]) => !text.includes('sync_interval: always')).map(() => 'nats.conf: sync_interval is not always: what is acknowledged could be lost'),
  ];
}

/** No value of a Secret is written down in a manifest: seeds and keys have forms that are easily known. */
const SECRET_FORMS: readonly (readonly [form: RegExp, what: string])[] = [
  [/\bSU[A-Z2-7]{56}\b/, 'an nkey seed'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
  [/\b0x[0-9a-fA-F]{64}\b/, 'a key of a wallet'],
];
const writtenDown = (manifests: readonly Manifest[]): readonly string[] =>
  manifests.flatMap((manifest) => SECRET_FORMS.filter(([form]) => form.test(JSON.stringify(manifest))).map(([, what]) => `${nameOf(manifest)}: holds ${what}`).concat(manifest.kind === 'Secret' ? [`${nameOf(manifest)}: a Secret is no part of these manifests`] : []));

/** Secrets: provided, read by their owners alone, the same users as on NATS, and none written down. */
export const secretFaults = (manifests: readonly Manifest[], expected: ExpectedSecrets): readonly string[] => [...readerFaults(manifests, expected), ...userFaults(manifests, expected), ...writtenDown(manifests)];
