/** A Kubernetes object, as far as every kind has the same fields. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** `Kind/name`, as kubectl names it. */
export const nameOf = (manifest: Manifest): string => `${manifest.kind}/${manifest.metadata.name}`;
