/** The product that every object belongs to; Prometheus, policies and `kubectl -l` select by it. */
export const PART_OF = 'ballast';
export const NAME_LABEL = 'app.kubernetes.io/name';
export const PART_OF_LABEL = 'app.kubernetes.io/part-of';

/** Name of the image in the manifests; an overlay says from where it comes and by which digest. */
export const IMAGE = 'ballast';
/** The user of the image; files of volumes and secrets are readable to this group. */
export const USER_ID = 1000;
/** Below this folder each secret is a folder of files. */
export const SECRETS_DIR = '/var/run/secrets/ballast';
/** Settings that more than one process is told, and how the venue is reached. */
export const SHARED_CONFIG = 'ballast';
export const VENUE_CONFIG = 'venue';
/** Users of the NATS monitoring port and of Redis reach them here. */
export const NATS = { name: 'nats', clientPort: 4222, monitorPort: 8222, routePort: 6222, exporterPort: 7777 } as const;
const NATS_SERVERS = 3;
/** Where each of the three servers is found by its own name. */
export const NATS_HOSTS: readonly string[] = Array.from({ length: NATS_SERVERS }, (_, ordinal) => `${NATS.name}-${ordinal}.${NATS.name}-headless`);
/** Variable of the servers: how much of its volume each may store. */
export const LOG_STORAGE = 'LOG_STORAGE';
/** Beside the servers' configuration: how connections are encrypted, or that they are not. */
export const TLS_CONFIG = 'tls.conf';
/** The same for the routes between servers. */
export const ROUTES_TLS_CONFIG = 'tls-routes.conf';
export const REDIS = { name: 'redis', port: 6379 } as const;
/** What the cluster brings, by its namespace: Prometheus, which may read metrics. Another name is changed here, and nowhere else. */
export const MONITORING_NAMESPACE = 'monitoring';
/** Prometheus of the environment whose strategies KEDA scales. */
export const PROMETHEUS_URL = `http://prometheus-operated.${MONITORING_NAMESPACE}.svc:9090`;
/** The cluster's ingress controller: the only way in, to operator. Another name is changed here, and nowhere else. */
export const INGRESS_NAMESPACE = 'ingress-nginx';
/** People's command line: a pod that waits for `kubectl exec`. */
export const CLI = 'cli';
/** The job that copies the log out of NATS. */
export const ARCHIVE = 'archive';

export const selectorOf = (name: string): Readonly<Record<string, string>> => ({ [NAME_LABEL]: name });
export const labelsOf = (name: string): Readonly<Record<string, string>> => ({ [NAME_LABEL]: name, [PART_OF_LABEL]: PART_OF });
