import { type Manifest, nameOf } from '../manifest.js';

/** A compiled schema of one kind, as the packages of kubernetes-models have them. */
interface Model {
  readonly prototype: { validate(this: unknown): void };
}

/** Packages with the schemas of kinds that are not Kubernetes' own. */
const PACKAGES: Readonly<Record<string, string>> = {
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
  'cert-manager.io': '@kubernetes-models/cert-manager',
  'keda.sh': '@kubernetes-models/keda',
  'external-secrets.io': '@kubernetes-models/external-secrets',
};
/** The package that runs on Node 20 has External Secrets as v1beta1; v1 has the same fields. */
const SAME_SCHEMA: Readonly<Record<string, string>> = { 'external-secrets.io/v1': 'external-secrets.io/v1beta1' };

async function modelOf({ apiVersion, kind }: Manifest): Promise<Model | undefined> {
  const known = SAME_SCHEMA[apiVersion] ?? apiVersion;
  const group = known.includes('/') ? (known.split('/')[0] ?? '') : '';
  try {
    const found = (await import(`${PACKAGES[group] ?? 'kubernetes-models'}/${known}/${kind}`)) as Readonly<Record<string, Model>>;
    return found[kind];
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

/**
 * The object as the schema sees it: each field that is looked at is noted by its path. A compiled schema looks at every field
 * that it knows and at no other, so what was never looked at is a field that Kubernetes does not have.
 */
function watched(value: unknown, path: string, seen: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, key, receiver) {
      const found: unknown = Reflect.get(target, key, receiver);
      if (typeof key !== 'string' || !Object.hasOwn(target, key)) return found;
      seen.add(`${path}.${key}`);
      return watched(found, `${path}.${key}`, seen);
    },
  });
}

function pathsIn(value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [`${path}.${key}`, ...pathsIn(inner, `${path}.${key}`)]);
}

/** Where a path is inside of another one that is told already. */
const isInside = (path: string, outer: readonly string[]): boolean => outer.some((each) => path !== each && path.startsWith(`${each}.`));

async function faultsOf(manifest: Manifest): Promise<readonly string[]> {
  const model = await modelOf(manifest);
  if (!model) return [`${nameOf(manifest)}: no schema for ${manifest.apiVersion} ${manifest.kind}`];
  const seen = new Set<string>();
  const type = SAME_SCHEMA[manifest.apiVersion];
  const faults: string[] = [];
  try {
    model.prototype.validate.call(watched(type === undefined ? manifest : { ...manifest, apiVersion: type }, '', seen));
  } catch (error) {
    faults.push(`${nameOf(manifest)}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const unknown = pathsIn(manifest, '').filter((path) => !seen.has(path));
  return [...faults, ...unknown.filter((path) => !isInside(path, unknown)).map((path) => `${nameOf(manifest)}: unknown field ${path.slice(1)}`)];
}

/** Required fields, types of values and fields that do not exist, by the schemas of each kind. */
export const schemaFaults = async (manifests: readonly Manifest[]): Promise<readonly string[]> => (await Promise.all(manifests.map(faultsOf))).flat();
