import type { Manifest } from '../manifest.js';

/** What cert-manager is asked for, and into which Secret it goes. */
export interface CertificateSpec {
  readonly secretName: string;
  readonly dnsNames?: readonly string[];
  readonly usages?: readonly string[];
  readonly isCA?: boolean;
  readonly issuerRef: { readonly kind?: string; readonly name: string };
  readonly privateKey?: { readonly rotationPolicy?: string };
}

export interface Certificate {
  /** `Certificate/nats-tls-risk`. */
  readonly id: string;
  readonly spec: CertificateSpec;
}

/** Who signs; with a Secret that holds the authority, or by itself. */
export interface Issuer {
  /** `Issuer/nats-tls`. */
  readonly id: string;
  readonly secret: string | undefined;
}

/** What a Secret holds that cert-manager makes. */
export const CERTIFICATE_KEYS = ['ca.crt', 'tls.crt', 'tls.key'];

const named = (manifests: readonly Manifest[], kind: string): readonly { readonly id: string; readonly spec: unknown }[] =>
  manifests.filter((manifest) => manifest.kind === kind && manifest.apiVersion.startsWith('cert-manager.io/')).map((manifest) => ({ id: `${kind}/${manifest.metadata.name}`, spec: manifest['spec'] }));

export const certificatesIn = (manifests: readonly Manifest[]): readonly Certificate[] => named(manifests, 'Certificate').map(({ id, spec }) => ({ id, spec: spec as CertificateSpec }));

export const issuersIn = (manifests: readonly Manifest[]): readonly Issuer[] => named(manifests, 'Issuer').map(({ id, spec }) => ({ id, secret: (spec as { readonly ca?: { readonly secretName: string } }).ca?.secretName }));

/** Whoever signs is there, signs with an authority, and changes no key of it; what is signed gets a new key each time. */
export function certificateFaults(manifests: readonly Manifest[]): readonly string[] {
  const [certificates, issuers] = [certificatesIn(manifests), issuersIn(manifests)];
  const isAuthority = (secret: string): boolean => certificates.some(({ spec }) => spec.secretName === secret && spec.isCA === true);
  return [
    ...certificates.filter(({ spec }) => !issuers.some(({ id }) => id === `${spec.issuerRef.kind ?? 'Issuer'}/${spec.issuerRef.name}`)).map(({ id, spec }) => `${id}: needs Issuer/${spec.issuerRef.name}, which is not there`),
    ...issuers.flatMap(({ id, secret }) => (secret === undefined || isAuthority(secret) ? [] : [`${id}: signs with the Secret ${secret}, which holds no authority`])),
    ...certificates.flatMap(({ id, spec }) => {
      const [found = 'not set', allowed] = [spec.privateKey?.rotationPolicy, spec.isCA === true ? 'Never' : 'Always'];
      return found === allowed ? [] : [`${id}: rotationPolicy is ${found}, allowed is ${allowed}`];
    }),
  ];
}
