/**
 * How a process may be multiplied.
 * - `single-writer`: owns partitions of the log and writes in them; replicas share the partitions, no two own the same one.
 * - `leader`: one works at a time; a second one only waits to take over.
 * - `stateless`: decides nothing that lasts; any number runs side by side.
 * - `job`: runs to its end and is not started again.
 */
export type ProcessKind = 'single-writer' | 'leader' | 'stateless' | 'job';

/** What a process opens connections to, and nothing else: network policies are made of it. */
export type Destination = 'nats' | 'nats-monitor' | 'redis' | 'venue' | 'notifications';

/** What a process is to the venue; who has none of these may not reach it. */
export type VenueAccess = 'feeds' | 'orders' | 'collateral';

/** Where an address is taken from that depends on the deployment. */
export type Address = 'nats' | 'nats-monitor' | 'redis' | 'venue-gateway' | 'venue-archive' | 'venue-stream' | 'venue-simulation';

/**
 * Secrets that a process reads from a file.
 * - `nats-seed`: the nkey seed of its own NATS user, which has the name of the process.
 * - `approver-seed`, `cli-seed`: the seeds of the users `approver` and `cli`.
 * - `venue-key`: the key that signs at the venue.
 * - `venue-sender`: an account of that key's wallet, as the venue knows it.
 * - `http-tokens`: hashes of the tokens of the HTTP edge.
 */
export type SecretName = 'nats-seed' | 'approver-seed' | 'cli-seed' | 'venue-key' | 'venue-sender' | 'http-tokens';

/**
 * Secrets that a process does without, and that only a person can bring. Where there is none, the file is absent or empty.
 * - `notify-webhook`: what messages to the webhook are signed with.
 * - `notify-telegram`: the token of the Telegram bot.
 */
export type OptionalSecretName = 'notify-webhook' | 'notify-telegram';

/** Where the value of a variable comes from. */
export type Origin =
  /** The same in every deployment in containers. */
  | { readonly kind: 'fixed'; readonly value: string }
  | { readonly kind: 'address'; readonly of: Address }
  /** The path of a file that holds the secret. */
  | { readonly kind: 'secret'; readonly name: SecretName }
  /** The path of a file that a person may fill. */
  | { readonly kind: 'optional-secret'; readonly name: OptionalSecretName }
  /** A folder of one of the process's volumes. */
  | { readonly kind: 'volume'; readonly volume: string }
  /** Chosen by whoever deploys; absent `standard` = it has to be chosen, or stays unset where `optional`. */
  | { readonly kind: 'setting'; readonly standard?: string; readonly optional?: boolean };

/** One environment variable of a process. */
export interface Variable {
  readonly name: string;
  readonly meaning: string;
  readonly from: Origin;
}

/** A port that a process listens on, in its container. */
export interface Port {
  readonly name: 'health' | 'http' | 'venue';
  readonly port: number;
}

/** A folder that outlives the process. */
export interface Volume {
  readonly name: string;
  /** Where it is mounted, full path. */
  readonly path: string;
  readonly meaning: string;
  /** What a new one is made with, MiB. */
  readonly sizeMb: number;
}

/** What a process is given, and what it must not exceed. */
export interface Resources {
  /** What it has for certain, MiB. */
  readonly memoryMb: number;
  /** More ends it, MiB. */
  readonly memoryLimitMb: number;
  /** What it has for certain, thousandths of a core. It may use more where there is more. */
  readonly cpuMillis: number;
}

/** One kind of process of Ballast: what it is, what it is told, what it may reach. The same in compose and in Kubernetes. */
export interface ProcessSpec {
  /** Unique: the argument of the image, the name in compose and in Kubernetes, the NATS user. */
  readonly name: string;
  readonly description: string;
  /** Program, from the top folder of the working copy or of the image: `services/risk/dist/main.js`. */
  readonly entry: string;
  readonly kind: ProcessKind;
  /** Reads PARTITIONS: a process that shares the log's partitions with its replicas. */
  readonly partitioned: boolean;
  /** Whether an order, a decision on one or the protection of a position waits for it. */
  readonly orderPath: boolean;
  readonly reaches: readonly Destination[];
  readonly venue?: VenueAccess;
  /** Whether anybody but Prometheus may open a connection to it from outside. */
  readonly ingress: boolean;
  readonly ports: readonly Port[];
  readonly env: readonly Variable[];
  readonly volumes: readonly Volume[];
  readonly resources: Resources;
  /** For trials only: never part of a deployment that trades with money. */
  readonly simulation: boolean;
}

/** Folder of the secrets of a process in its container: one file for each, with the name of the secret. */
export const SECRETS_FOLDER = '/var/lib/ballast/secrets';
/** Folder of the log's archive in a container of compose. */
export const ARCHIVE_FOLDER = '/var/lib/ballast/archive';
/** Port of /healthz, /readyz and /metrics of every process in a container. */
export const HEALTH_PORT = 9100;
/** Port of the HTTP edge of the operator service in a container. */
export const HTTP_PORT = 8080;
/** Port of the paper venue in a container. */
export const VENUE_PORT = 4020;
