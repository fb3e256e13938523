import { HEALTH_PORT, type ProcessSpec } from './process.js';
import { address, BUS_ENV, option, secret } from './variables.js';

const JOB = { kind: 'job', partitioned: false, orderPath: false, ingress: false, ports: [], volumes: [], resources: { memoryMb: 128, memoryLimitMb: 256, cpuMillis: 50 }, simulation: true } as const;

/** Makes every key of a stack that has none and hands each process its own; writes the configuration of its NATS server. */
export const KEYS: ProcessSpec = { ...JOB, name: 'keys', description: 'Makes the keys of a stack of its own, and the configuration of its NATS server', entry: 'deploy/local/dist/containers/keys.js', reaches: [], env: [] };

/** Funds an account at the paper venue and sets a pair bot off in it; stays, and is ready while that bot exists. */
export const DEMO: ProcessSpec = {
  ...JOB,
  name: 'demo',
  kind: 'leader',
  description: 'Funds an account at the paper venue and sets a pair bot off in it',
  entry: 'deploy/local/dist/containers/demo.js',
  reaches: ['nats', 'venue'],
  ports: [{ name: 'health', port: HEALTH_PORT }],
  env: [
    ...BUS_ENV.filter(({ name }) => name !== 'NATS_SEED_FILE'),
    secret('NATS_SEED_FILE', 'cli-seed', 'nkey seed of the user cli'),
    secret('VENUE_SENDER_FILE', 'venue-sender', "the bot's account, as the venue knows it"),
    address('SIM_CLOCK_URL', 'venue-simulation', 'the paper venue'),
  ],
};

/** The command line: `ballast status`, `ballast verify`, … */
export const CLI: ProcessSpec = {
  ...JOB,
  name: 'ballast',
  description: 'The command line of a person',
  entry: 'services/operator/dist/cli.js',
  reaches: ['nats', 'venue'],
  env: [address('NATS_URL', 'nats', 'the NATS servers'), secret('BALLAST_CLI_SEED', 'cli-seed', 'nkey seed of the user cli'), secret('BALLAST_APPROVER_SEED', 'approver-seed', 'nkey seed of the user approver'), option('BALLAST_ARCHIVE', "folder of the log's archive, which `ballast log roll` writes")],
  resources: { memoryMb: 256, memoryLimitMb: 1_024, cpuMillis: 100 },
  simulation: false,
};

/** Beside a NATS server with certificates: has it read them again once they are renewed. */
export const NATS_RELOADER: ProcessSpec = {
  ...JOB,
  name: 'nats-reloader',
  kind: 'stateless',
  description: 'Has the NATS server beside it read its certificates again once they are renewed',
  entry: 'services/provisioner/dist/nats-reloader.js',
  reaches: [],
  env: [],
  resources: { memoryMb: 64, memoryLimitMb: 128, cpuMillis: 5 },
  simulation: false,
};

/** What the image runs beside the services and the strategies. */
export const JOBS: readonly ProcessSpec[] = [KEYS, DEMO, CLI, NATS_RELOADER];
