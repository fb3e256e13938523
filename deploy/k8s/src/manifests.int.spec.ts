import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE_ROOT } from '@ballast/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Expected, expectedIn, overlayFaults } from './check/checks.js';
import { OVERLAYS, type Overlay, type OverlayName, readManifests, renderOverlay } from './check/render.js';
import { allowedConnections } from './check/network.js';
import { podTemplates } from './check/pods.js';
import { INGRESS_NAMESPACE } from './generate/conventions.js';
import type { Manifest } from './manifest.js';

type Rendered = Overlay & { readonly text: string };
type Sabotaged = Pick<Overlay, 'manifests' | 'faults'>;
const rendered = new Map<OverlayName, Rendered>();
let expected: Expected;
const overlay = (name: OverlayName): Rendered => rendered.get(name)!;
/** Production as it would be rendered with this digit in every digest, whatever stands there in this commit. */
const withDigest = (digit: string): Overlay => ({ name: 'prod', ...readManifests(overlay('prod').text.replace(/@sha256:[0-9a-f]{64}/g, `@sha256:${digit.repeat(64)}`)) });

beforeAll(async () => {
  expected = expectedIn(WORKSPACE_ROOT);
  for (const each of await Promise.all(OVERLAYS.map((name) => renderOverlay(WORKSPACE_ROOT, name)))) rendered.set(each.name, each);
});

describe('the manifests of Kubernetes', () => {
  it.each(OVERLAYS)('of %s have nothing wrong with them', async (name) => {
    expect(overlay(name).manifests.length).toBeGreaterThan(80);
    expect(await overlayFaults(overlay(name), expected)).toEqual([]);
  });

  it('are released with every digest set, and not while one is the placeholder', async () => {
    expect(await overlayFaults(withDigest('a'), expected, true)).toEqual([]);
    const faults = await overlayFaults(withDigest('0'), expected, true);
    expect(faults.length).toBeGreaterThan(expected.processes.length - 1);
    expect(faults.every((fault) => fault.includes('still the placeholder'))).toBe(true);
  });

  it('have what notifications need where an overlay fetches it, and nothing wrong without', async () => {
    const fetched = ['notify-webhook', 'notify-telegram'].flatMap((name) => readManifests(readFileSync(join(WORKSPACE_ROOT, 'k8s/components', name, 'external-secret.yaml'), 'utf8')).manifests);
    expect(fetched.map(({ kind }) => kind)).toEqual(['ExternalSecret', 'ExternalSecret']);
    expect(await overlayFaults({ ...overlay('prod'), manifests: [...overlay('prod').manifests, ...fetched] }, expected)).toEqual([]);
  });

  it('have certificates from the store of secrets where there is no cert-manager, and nothing wrong then', async () => {
    const fetched = readManifests(readFileSync(join(WORKSPACE_ROOT, 'k8s/components/nats-tls/external-secrets/external-secrets.yaml'), 'utf8')).manifests;
    const others = overlay('prod').manifests.filter(({ apiVersion }) => apiVersion !== 'cert-manager.io/v1');
    expect(await overlayFaults({ ...overlay('prod'), manifests: [...others, ...fetched] }, expected)).toEqual([]);
    const [fault = ''] = await overlayFaults({ ...overlay('prod'), manifests: [...others, ...fetched.slice(1)] }, expected);
    expect(fault).toBe('nats: needs the Secret nats-tls-server, which nobody provides');
  });

  it('encrypt connections to NATS where money or the venue outside is, and leave them plain in dev', () => {
    const kinds = (name: OverlayName): readonly string[] => overlay(name).manifests.filter(({ kind }) => kind === 'Certificate').map(({ metadata }) => metadata.name);
    expect(kinds('dev')).toEqual([]);
    expect(kinds('staging')).toEqual(kinds('prod'));
    expect(kinds('prod')).toEqual(expect.arrayContaining(['nats-tls-authority', 'nats-tls-server', 'nats-tls-risk', 'nats-tls-strategy-dn-pair', 'nats-tls-cli', 'nats-tls-archive']));
  });

  it('may leave out that services read the archive, where no partition is rolled over', async () => {
    const read = structuredClone(overlay('prod').manifests);
    for (const { name, spec } of podTemplates(read)) {
      if (name === 'archive') continue;
      const named = ({ name: of }: { readonly name: string }): boolean => of !== 'archive';
      Object.assign(spec, { volumes: spec.volumes?.filter(named), containers: spec.containers.map((each) => ({ ...each, volumeMounts: each.volumeMounts?.filter(named) ?? [] })) });
    }
    for (const { kind, data } of read) if (kind === 'ConfigMap') delete (data as Record<string, string> | undefined)?.['ARCHIVE_DIR'];
    expect(await overlayFaults({ name: 'prod', manifests: read, faults: [] }, expected)).toEqual([]);
  });

  it('mean the server, and not the exporter beside it, where a person runs a command in a pod of NATS', () => {
    for (const name of OVERLAYS) {
      const template = podTemplates(overlay(name).manifests).find((pod) => pod.id === 'StatefulSet/nats');
      expect([name, template?.annotations['kubectl.kubernetes.io/default-container']]).toEqual([name, 'nats']);
    }
  });

  it('let execution, collateral and market-data reach the venue and nobody else, and people in to operator alone', () => {
    const allowed = [...allowedConnections(overlay('prod').manifests)];
    const out = allowed.filter((each) => each.endsWith('internet:443')).map((each) => each.split(' ')[0]);
    expect(new Set(out)).toEqual(new Set(['execution', 'collateral', 'market-data', 'reporting']));
    expect(allowed.filter((each) => each.startsWith(`namespace ${INGRESS_NAMESPACE}`))).toEqual([`namespace ${INGRESS_NAMESPACE} → operator:8080`]);
    expect([...allowedConnections(overlay('dev').manifests)].filter((each) => each.includes('internet') && !each.startsWith('reporting'))).toEqual([]);
  });
});

/** A JSON-like view that can be written to: sabotage reaches into documents of any kind. */
interface Open {
  [field: string]: Open;
}

const open = (value: unknown): Open => value as Open;
/** Changes one object of the rendered production manifests. */
const change = (id: string, how: (object: Open) => void) => (prod: Rendered): Sabotaged => {
  const read: Sabotaged = structuredClone({ manifests: prod.manifests, faults: prod.faults });
  const found = read.manifests.filter(({ kind, metadata }) => id === `${kind}/${metadata.name.replace(/-[a-z0-9]{10}$/, kind === 'ConfigMap' ? '' : '$&')}`);
  expect(found, `${id} is there once`).toHaveLength(1);
  for (const object of found) how(open(object));
  return read;
};
const pod = (object: Open): Open => object['spec']!['template']!['spec']!;
const container = (object: Open): Open => pod(object)['containers']!['0']!;
const set = (target: Open, field: string, value: unknown): void => {
  target[field] = open(value);
};
const push = (list: Open, value: unknown): void => {
  (list as unknown as unknown[]).push(value);
};
const drop = (target: Open, list: string, value: string): void => set(target, list, (target[list] as unknown as readonly string[]).filter((each) => each !== value));
/** The item of a list by its name. */
const named = (list: Open, name: string): Open => Object.values(list).find((each) => (each['name'] as unknown) === name)!;
const logStorage = (nats: Open): Open => named(named(pod(nats)['containers']!, 'nats')['env']!, 'LOG_STORAGE');
const without = (id: string) => ({ manifests, faults }: Rendered): Sabotaged => {
  const left = manifests.filter(({ kind, metadata }) => `${kind}/${metadata.name}` !== id);
  expect(left.length).toBe(manifests.length - 1);
  return { manifests: left, faults };
};
const added = (manifest: unknown) => ({ manifests, faults }: Rendered): Sabotaged => ({ manifests: [...manifests, manifest as Manifest], faults });
const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'other', namespace: 'ballast' }, spec: { maxUnavailable: 1, selector: { matchLabels: { 'app.kubernetes.io/name': 'rsk' } } } };
const openPolicy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'venue-for-risk', namespace: 'ballast' }, spec: { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'risk' } }, policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'] } }], ports: [{ protocol: 'TCP', port: 443 }] }] } };

const SABOTAGES: readonly (readonly [what: string, sabotage: (prod: Rendered) => Sabotaged, found: RegExp])[] = [
  ['a field that Kubernetes has not', change('StatefulSet/risk', (object) => set(pod(object)['securityContext']!, 'runAsNonroot', true)), /StatefulSet\/risk: unknown field .*runAsNonroot/],
  ['a misspelt field of a budget', change('PodDisruptionBudget/risk', (object) => set(object['spec']!, 'maxUnavailble', 1)), /PodDisruptionBudget\/risk: unknown field spec\.maxUnavailble/],
  ['a text where a number belongs', change('StatefulSet/risk', (object) => set(container(object)['ports']!['0']!, 'containerPort', '9100')), /StatefulSet\/risk: .*containerPort.*must be/],
  ['a required field left out', change('StatefulSet/risk', (object) => delete object['spec']!['selector']), /StatefulSet\/risk: .*selector/],
  ['a kind that nobody has a schema of', added({ apiVersion: 'apps/v1', kind: 'StatefullSet', metadata: { name: 'x' } }), /no schema for apps\/v1 StatefullSet/],
  ['a field of another operator that is misspelt', change('PodMonitor/ballast', (object) => set(object['spec']!, 'podMetricEndpoints', [])), /PodMonitor\/ballast: unknown field spec\.podMetricEndpoints/],
  ['a field of a trigger that KEDA has not', change('ScaledObject/strategy-dn-pair', (object) => set(object['spec']!, 'maxReplicas', 9)), /ScaledObject\/strategy-dn-pair: unknown field spec\.maxReplicas/],
  ['a field of an ExternalSecret that is misspelt', change('ExternalSecret/http-tokens', (object) => set(object['spec']!, 'refreshIntervall', '1h')), /ExternalSecret\/http-tokens: unknown field spec\.refreshIntervall/],
  ['an object twice', added({ ...budget, metadata: { name: 'risk', namespace: 'ballast' } }), /policy\/v1 PodDisruptionBudget\/risk: is there twice/],
  ['a key twice', ({ text }) => readManifests(text.replace('kind: Namespace\n', 'kind: Namespace\nkind: Namespace\n')), /Map keys must be unique/],
  ['a namespace that refuses nothing', change('Namespace/ballast', (object) => set(object['metadata']!['labels']!, 'pod-security.kubernetes.io/enforce', 'baseline')), /Namespace\/ballast: pod-security.kubernetes.io\/enforce is baseline/],
  ['a pod that runs as root', change('StatefulSet/risk', (object) => set(pod(object)['securityContext']!, 'runAsUser', 0)), /StatefulSet\/risk: risk: runAsUser is 0/],
  ['a container that may gain rights', change('StatefulSet/risk', (object) => delete container(object)['securityContext']!['allowPrivilegeEscalation']), /StatefulSet\/risk: risk: allowPrivilegeEscalation/],
  ['a container that keeps capabilities', change('CronJob/archive', (object) => delete pod(object['spec']!['jobTemplate']!)['containers']!['0']!['securityContext']!['capabilities']), /CronJob\/archive: archive: does not drop ALL/],
  ['a folder of the host', change('StatefulSet/risk', (object) => push(pod(object)['volumes']!, { name: 'host', hostPath: { path: '/' } })), /StatefulSet\/risk: volume host: found a kind that is not allowed/],
  ['a root file system that can be written', change('Deployment/redis', (object) => set(container(object)['securityContext']!, 'readOnlyRootFilesystem', false)), /Deployment\/redis: redis: its root file system can be written/],
  ['a token of the API server', change('StatefulSet/risk', (object) => delete pod(object)['automountServiceAccountToken']), /StatefulSet\/risk: mounts a token/],
  ['no memory limit', change('StatefulSet/risk', (object) => delete container(object)['resources']!['limits']!['memory']), /StatefulSet\/risk: risk: has no memory limit/],
  ['a liveness probe that depends on others', change('StatefulSet/risk', (object) => set(container(object)['livenessProbe']!['httpGet']!, 'path', '/readyz')), /StatefulSet\/risk: risk: liveness asks \/readyz/],
  ['a drain that is cut short', change('StatefulSet/execution', (object) => set(pod(object), 'terminationGracePeriodSeconds', 10)), /StatefulSet\/execution has 10 s to end/],
  ['a probe of a port that is not there', change('StatefulSet/risk', (object) => set(container(object)['readinessProbe']!['httpGet']!, 'port', 'helth')), /StatefulSet\/risk: risk: a probe asks port helth/],
  ['a Service that finds no pod', change('Service/operator-http', (object) => set(object['spec']!['selector']!, 'app.kubernetes.io/name', 'operater')), /Service\/operator-http: selects no pod/],
  ['a Service for a port that is not there', change('Service/operator-http', (object) => set(object['spec']!['ports']!['0']!, 'targetPort', 'htp')), /Service\/operator-http: port htp/],
  ['a budget for nobody', added(budget), /PodDisruptionBudget\/other: selects no pod/],
  ['no budget', without('PodDisruptionBudget/execution'), /StatefulSet\/execution: has 0 disruption budgets/],
  ['a ConfigMap that is not there', change('StatefulSet/risk', (object) => set(container(object)['envFrom']!['0']!['configMapRef']!, 'name', 'balast')), /StatefulSet\/risk: needs ConfigMap\/balast/],
  ['a volume that is not there', change('StatefulSet/risk', (object) => push(container(object)['volumeMounts']!, { name: 'state', mountPath: '/state' })), /StatefulSet\/risk: mounts state/],
  ['a priority class that is not there', without('PriorityClass/ballast-order-path'), /StatefulSet\/risk: needs PriorityClass\/ballast-order-path/],
  ['a way to the venue for risk', added(openPolicy), /network: risk → internet:443: is allowed and nobody needs it/],
  ['no way to the venue for execution', change('NetworkPolicy/venue-access', (object) => set(object['spec']!['podSelector']!['matchExpressions']!['0']!, 'values', ['collateral', 'market-data'])), /network: execution → internet:443: is needed and refused/],
  ['a server that refuses a client whose policy lets it out', change('NetworkPolicy/nats', (object) => set(object['spec']!['ingress']!['0']!['from']!['0']!['podSelector']!['matchExpressions']!['0']!, 'values', ['provisioner'])), /network: risk → nats:4222: is needed and refused/],
  ['everything open', without('NetworkPolicy/default-deny'), /network: anybody → cli:every port: is allowed and nobody needs it/],
  ['a way in for everybody', change('NetworkPolicy/operator', (object) => delete object['spec']!['ingress']!['1']!['from']), /network: anybody → operator:8080: is allowed and nobody needs it/],
  ['the private networks as the internet', change('NetworkPolicy/venue-access', (object) => delete object['spec']!['egress']!['0']!['to']!['0']!['ipBlock']!['except']), /network: execution → addresses 0\.0\.0\.0\/0:443: is allowed/],
  ['a Secret that nobody provides', without('ExternalSecret/venue-key-execution'), /execution: needs the Secret venue-key-execution, which nobody provides/],
  ["another's Secret", change('StatefulSet/risk', (object) => push(pod(object)['volumes']!, { name: 'key', secret: { secretName: 'venue-key-execution' } })), /risk: reads the Secret venue-key-execution, allowed are execution/],
  ["another's Secret, which it does without", change('StatefulSet/risk', (object) => push(pod(object)['volumes']!, { name: 'hook', secret: { secretName: 'notify-webhook', optional: true } })), /risk: needs the Secret notify-webhook, which nobody provides/],
  ['the seed of the restorer as a Secret', added({ apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', metadata: { name: 'nats-seed-restorer', namespace: 'ballast' }, spec: { secretStoreRef: { kind: 'SecretStore', name: 'ballast' }, target: { name: 'nats-seed-restorer' }, data: [{ secretKey: 'seed.nk', remoteRef: { key: 'nats-seed-restorer', property: 'seed.nk' } }] } }), /Secret nats-seed-restorer: is provided and nobody reads it/],
  ['a Secret without its key', change('ExternalSecret/nats-public-keys', (object) => set(object['spec']!['data']!['0']!, 'secretKey', 'key.conf')), /nats: needs keys\.conf of the Secret nats-public-keys, which nobody provides/],
  ['a user of NATS that nobody can be', change('ConfigMap/nats', (object) => set(object['data']!, 'nats.conf', String(object['data']!['nats.conf']).replace('$NKEY_RISK', '$NKEY_RISKY'))), /nats\.conf: user RISKY has no Secret with its seed[\s\S]*the Secret of RISK is the seed of no user/],
  ['a log that is not flushed', change('ConfigMap/nats', (object) => set(object['data']!, 'nats.conf', String(object['data']!['nats.conf']).replace('sync_interval: always', 'sync_interval: "2m"'))), /sync_interval is not always/],
  ['a log that may fill its disk', change('StatefulSet/nats', (object) => set(logStorage(object), 'value', '180GB')), /StatefulSet\/nats: LOG_STORAGE is 180GB of a volume of 200Gi, allowed is from half of it to three quarters/],
  ['a larger disk that the log may not use', change('StatefulSet/nats', (object) => set(object['spec']!['volumeClaimTemplates']!['0']!['spec']!['resources']!['requests']!, 'storage', '500Gi')), /StatefulSet\/nats: LOG_STORAGE is 150GB of a volume of 500Gi/],
  ['a log that is not told how much it may store', change('StatefulSet/nats', (object) => delete logStorage(object)['value']), /StatefulSet\/nats: LOG_STORAGE is not set/],
  ['a seed written down', change('ConfigMap/venue', (object) => set(object['data']!, 'SEED', `SU${'A'.repeat(56)}`)), /ConfigMap\/venue-\w+: holds an nkey seed/],
  ['a certificate that lacks the name of the Service', change('Certificate/nats-tls-server', (object) => drop(object['spec']!, 'dnsNames', 'nats')), /Certificate\/nats-tls-server: does not name nats, by which NATS is reached/],
  ['a certificate that lacks the name of a server', change('Certificate/nats-tls-server', (object) => drop(object['spec']!, 'dnsNames', 'nats-2.nats-headless')), /Certificate\/nats-tls-server: does not name nats-2\.nats-headless/],
  ['a certificate by which no route can be opened', change('Certificate/nats-tls-server', (object) => drop(object['spec']!, 'usages', 'client auth')), /Certificate\/nats-tls-server: lacks the usage client auth/],
  ["a client's certificate that could be a server's", change('Certificate/nats-tls-risk', (object) => push(object['spec']!['usages']!, 'server auth')), /Certificate\/nats-tls-risk: could be a server's/],
  ["a client's certificate that is for no client", change('Certificate/nats-tls-risk', (object) => drop(object['spec']!, 'usages', 'client auth')), /Certificate\/nats-tls-risk: is not for clients/],
  ['a certificate with the same key for ever', change('Certificate/nats-tls-risk', (object) => set(object['spec']!['privateKey']!, 'rotationPolicy', 'Never')), /Certificate\/nats-tls-risk: rotationPolicy is Never, allowed is Always/],
  ['a certificate that nobody signs', without('Issuer/nats-tls'), /Certificate\/nats-tls-risk: needs Issuer\/nats-tls, which is not there/],
  ['an issuer that is no authority', change('Issuer/nats-tls', (object) => set(object['spec']!['ca']!, 'secretName', 'nats-tls-risk')), /Issuer\/nats-tls: signs with the Secret nats-tls-risk, which holds no authority/],
  ['a certificate that nobody asks for', without('Certificate/nats-tls-risk'), /risk: needs the Secret nats-tls-risk, which nobody provides/],
  ["another's certificate", change('StatefulSet/risk', (object) => set(named(pod(object)['volumes']!, 'nats-tls')['secret']!, 'secretName', 'nats-tls-execution')), /risk: reads the Secret nats-tls-execution, allowed are execution/],
  ['the key of the authority in a pod', change('StatefulSet/risk', (object) => push(pod(object)['volumes']!, { name: 'authority', secret: { secretName: 'nats-tls-authority' } })), /risk: reads the Secret nats-tls-authority, allowed are Issuer\/nats-tls$/],
  ['a client that is not told of its key', change('ConfigMap/ballast', (object) => delete object['data']!['NATS_KEY_FILE']), /StatefulSet\/risk: NATS_KEY_FILE is not set, allowed is tls\.key of a Secret that it mounts/],
  ['a job that does not mount its certificate', change('CronJob/archive', (object) => set(named(pod(object['spec']!['jobTemplate']!)['containers']!['0']!['volumeMounts']!, 'nats-tls'), 'mountPath', '/tls')), /CronJob\/archive: NATS_CA_FILE is \/var\/run\/secrets\/ballast\/nats-tls\/ca\.crt, allowed is ca\.crt of a Secret that it mounts/],
  ['servers that are plain to clients with certificates', change('ConfigMap/nats', (object) => set(object['data']!, 'tls.conf', '# plain')), /Deployment\/cli: NATS_CA_FILE is set and the servers are plain/],
  ['routes that are plain', change('ConfigMap/nats', (object) => set(object['data']!, 'nats.conf', String(object['data']!['nats.conf']).replace('  include "./tls-routes.conf"', ''))), /nats\.conf: connections of routes are not encrypted/],
  ['routes that a file leaves plain', change('ConfigMap/nats', (object) => set(object['data']!, 'tls-routes.conf', '# plain')), /nats\.conf: connections of routes are not encrypted/],
  ["routes that a client's certificate opens", change('ConfigMap/nats', (object) => set(object['data']!, 'tls-routes.conf', object['data']!['tls.conf'])), /nats\.conf: a client's certificate opens a route/],
  ['servers that read a certificate from nowhere', change('ConfigMap/nats', (object) => set(object['data']!, 'tls.conf', String(object['data']!['tls.conf']).replace('/nats-tls/tls.crt', '/tls.crt'))), /StatefulSet\/nats: reads \/var\/run\/secrets\/ballast\/tls\.crt, which is in no Secret that it mounts/],
  ['servers that are not told of a renewed certificate', change('StatefulSet/nats', (object) => delete pod(object)['shareProcessNamespace']), /StatefulSet\/nats: nothing has the servers read a renewed certificate/],
  ['a field of a Certificate that is misspelt', change('Certificate/nats-tls-server', (object) => set(object['spec']!, 'dnsName', ['nats'])), /Certificate\/nats-tls-server: unknown field spec\.dnsName/],
  ['a setting that execution cannot do without', change('ConfigMap/venue', (object) => delete object['data']!['NADO_CHAIN_ID']), /StatefulSet\/execution: NADO_CHAIN_ID is not set/],
  ['money by a simulated clock', change('ConfigMap/ballast', (object) => set(object['data']!, 'CLOCK', 'market')), /StatefulSet\/execution: CLOCK is market at a venue that is live/],
  ['a service that is told of no archive', change('ConfigMap/ballast', (object) => delete object['data']!['ARCHIVE_DIR']), /StatefulSet\/strategy-dn-pair: ARCHIVE_DIR is not set/],
  ['a service that is told of an archive that it has not', change('Deployment/reporting', (object) => pod(object)['volumes'] = open((pod(object)['volumes'] as unknown as { name: string }[]).map((volume) => (volume.name === 'archive' ? { name: 'archive', emptyDir: {} } : volume)))), /Deployment\/reporting: ARCHIVE_DIR is \/archive\/ballast, allowed is a folder of the claim archive/],
  ['a service that may write the archive', change('StatefulSet/risk', (object) => (container(object)['volumeMounts'] as unknown as Open[]).forEach((mount) => delete mount['readOnly'])), /StatefulSet\/risk: may write the archive/],
  ['an archive that only one node can read', change('PersistentVolumeClaim/archive', (object) => set(object['spec']!, 'accessModes', ['ReadWriteOnce'])), /PersistentVolumeClaim\/archive: is read on several nodes, allowed is ReadWriteMany/],
  ['replicas that own the same partitions', change('ConfigMap/ballast', (object) => set(object['data']!, 'PARTITIONS', '0-7')), /StatefulSet\/risk: PARTITIONS is 0-7, allowed is lease/],
  ['a second one of what must be alone', added({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'paper-venue', namespace: 'ballast' }, spec: { serviceName: 'paper-venue', replicas: 2, selector: { matchLabels: {} }, template: { spec: { containers: [] } } } }), /StatefulSet\/paper-venue: found 2 replicas, allowed is 1 of what knows no lease/],
  ['an image without a digest', change('StatefulSet/risk', (object) => set(container(object), 'image', 'registry.example.com/ballast:1.0.0')), /StatefulSet\/risk: risk: image registry\.example\.com\/ballast:1\.0\.0: allowed is a digest/],
  ['the latest image', change('StatefulSet/risk', (object) => set(container(object), 'image', 'registry.example.com/ballast:latest')), /image registry\.example\.com\/ballast:latest: allowed is a version or a digest/],
  ['a service that runs nowhere', without('StatefulSet/sizing'), /sizing: is in no workload/],
  ['a simulated venue', added({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'paper-venue', namespace: 'ballast' } }), /ServiceAccount\/paper-venue: is for trials and has no place in prod/],
];

describe('the checks of manifests', () => {
  it.each(SABOTAGES)('find in rendered manifests %s', async (_, sabotage, found) => {
    const faults = await overlayFaults({ name: 'prod', ...sabotage(overlay('prod')) }, expected);
    expect(faults.join('\n')).toMatch(found);
  });
});
