import { stringify } from 'yaml';
import { CLI, DEMO, KEYS } from '../jobs.js';
import { ARCHIVE_FOLDER, HEALTH_PORT, HTTP_PORT, type ProcessSpec, SECRETS_FOLDER } from '../process.js';
import type { StrategyManifest } from '../strategy-manifest.js';
import { topology } from '../topology.js';
import { checkedBy, type Container, DONE, HARDENED, HEALTHY, limitedTo, onLoopback, STAYS_UP } from './container.js';
import { environmentOf } from './environment.js';
import { INFRASTRUCTURE } from './infrastructure.js';

const IMAGE = '${BALLAST_IMAGE:-ballast:dev}';
const HANDED_FOLDER = '/var/lib/ballast/handed';
const READY = `require('node:http').get('http://127.0.0.1:${HEALTH_PORT}/readyz', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))`;
const HEADER = [
  '# Generated from deploy/topology: `make compose` writes it anew. The whole of Ballast with a paper venue, on one machine:',
  '#   docker compose up --build --wait      everything runs and a pair bot trades; console http://127.0.0.1:8080, Grafana http://127.0.0.1:3000',
  '#   docker compose run --rm ballast status',
  '#   docker compose down -v                nothing is left',
  '',
].join('\n');

const secretsVolume = (name: string): string => `secrets-${name}`;
const readsSecrets = ({ env }: ProcessSpec): boolean => env.some(({ from }) => from.kind === 'secret');

/** Networks by what a process reaches: who has no business with the venue or with Redis has no way to them. */
function networksOf({ reaches, ingress, ports }: ProcessSpec): readonly string[] {
  const serves = ports.some(({ name }) => name === 'venue');
  return [
    ...(reaches.includes('nats') ? ['bus'] : []),
    ...(reaches.includes('venue') || serves ? ['venue'] : []),
    ...(reaches.includes('redis') ? ['cache'] : []),
    ...(ingress || reaches.includes('notifications') ? ['edge'] : []),
  ];
}

function dependenciesOf({ name, reaches }: ProcessSpec): object {
  return {
    ...(reaches.includes('nats') ? { keys: DONE, nats: HEALTHY } : {}),
    ...(reaches.includes('nats') && name !== 'provisioner' ? { provisioner: HEALTHY } : {}),
    ...(reaches.includes('redis') ? { redis: HEALTHY } : {}),
    ...(reaches.includes('venue') ? { 'paper-venue': HEALTHY } : {}),
  };
}

/** Files that a person may name by the variable that the process has for it; else an empty one. */
const broughtBy = ({ env }: ProcessSpec): Readonly<Record<string, { readonly file: string }>> => Object.fromEntries(env.flatMap(({ name, from }) => (from.kind === 'optional-secret' ? [[from.name, { file: `\${${name}:-/dev/null}` }]] : [])));

/** What every container of our image has; one builds the image, the others never ask a registry for it unless they are told to. */
const ours = (process: ProcessSpec): Container => ({ image: IMAGE, pull_policy: '${BALLAST_PULL:-never}', command: [process.name], environment: environmentOf(process), networks: networksOf(process), deploy: limitedTo(process.resources.memoryLimitMb), ...HARDENED });

/** Whoever reads the log reads its archive; who rolls it over writes it. */
const archiveOf = ({ env }: ProcessSpec): readonly string[] => env.flatMap(({ name }) => (name === 'ARCHIVE_DIR' ? [`archive:${ARCHIVE_FOLDER}:ro`] : name === 'BALLAST_ARCHIVE' ? [`archive:${ARCHIVE_FOLDER}`] : []));

const mounts = (process: ProcessSpec): readonly string[] => [...(readsSecrets(process) ? [`${secretsVolume(process.name)}:${SECRETS_FOLDER}:ro`] : []), ...process.volumes.map(({ name, path }) => `${name}:${path}`), ...archiveOf(process)];

const containerOf = (process: ProcessSpec): Container => ({
  ...ours(process),
  volumes: mounts(process),
  ...(Object.keys(broughtBy(process)).length > 0 ? { secrets: Object.keys(broughtBy(process)) } : {}),
  ...(process.ingress ? { ports: [onLoopback('HTTP_PORT', HTTP_PORT)] } : {}),
  depends_on: dependenciesOf(process),
  healthcheck: checkedBy('node', '-e', READY),
  stop_grace_period: '20s',
  ...STAYS_UP,
});

const keysContainer = (receivers: readonly ProcessSpec[]): Container => ({
  ...ours(KEYS),
  pull_policy: '${BALLAST_PULL:-build}',
  build: {
    context: '.',
    dockerfile: 'deploy/Dockerfile',
    args: { BASE_IMAGE: '${BASE_IMAGE:-node:24-bookworm-slim}', RUNTIME_IMAGE: '${RUNTIME_IMAGE:-debian:bookworm-slim}', VERSION: '${VERSION:-dev}', REVISION: '${REVISION:-unknown}' },
    secrets: ['extra_ca', 'npmrc'],
  },
  networks: undefined,
  network_mode: 'none',
  volumes: ['keys:/var/lib/ballast/keys', 'nats-config:/var/lib/ballast/nats', ...receivers.map(({ name }) => `${secretsVolume(name)}:${HANDED_FOLDER}/${name}`)],
});

const cliContainer = (): Container => ({
  ...ours(CLI),
  entrypoint: ['node', '--enable-source-maps', '/app/deploy/local/dist/containers/start.js', CLI.name],
  command: ['--help'],
  profiles: ['tools'],
  volumes: mounts(CLI),
});

/** The text of docker-compose.yml: everything on one machine, with a paper venue and a bot that trades. */
export function composeText(strategies: readonly StrategyManifest[]): string {
  const processes = topology(strategies);
  const receivers = [...processes, DEMO, CLI].filter(readsSecrets);
  const everybody = Object.fromEntries(processes.map(({ name }) => [name, HEALTHY]));
  const services: Readonly<Record<string, Container>> = {
    keys: keysContainer(receivers),
    ...INFRASTRUCTURE,
    ...Object.fromEntries(processes.map((process) => [process.name, containerOf(process)])),
    demo: { ...containerOf(DEMO), depends_on: { keys: DONE, ...everybody } },
    [CLI.name]: cliContainer(),
  };
  const volumes = ['keys', 'nats-config', 'nats-data', 'archive', 'prometheus-data', 'alertmanager-data', 'grafana-data', ...processes.flatMap((process) => process.volumes.map(({ name }) => name)), ...receivers.map(({ name }) => secretsVolume(name))];
  const file = {
    name: 'ballast',
    services,
    networks: { bus: { internal: true }, venue: { internal: true }, cache: { internal: true }, edge: {} },
    volumes: Object.fromEntries(volumes.map((name) => [name, {}])),
    secrets: { extra_ca: { file: '${BUILD_CA:-/dev/null}' }, npmrc: { file: '${BUILD_NPMRC:-/dev/null}' }, ...Object.fromEntries(processes.flatMap((process) => Object.entries(broughtBy(process)))) },
  };
  return HEADER + stringify(file, { aliasDuplicateObjects: false, lineWidth: 0 });
}
