import { checkedBy, type Container, DONE, HARDENED, HEALTHY, limitedTo, onLoopback, STAYS_UP } from './container.js';

const MONITORING = './deploy/monitoring/out';

/** What Ballast runs on, and what watches it. */
export const INFRASTRUCTURE: Readonly<Record<string, Container>> = {
  nats: {
    image: '${NATS_IMAGE:-nats:2.10-alpine}',
    command: ['--config', '/etc/nats/nats.conf'],
    volumes: ['nats-config:/etc/nats:ro', 'nats-data:/data'],
    networks: ['bus'],
    // Users and what each may do are read at the start, and a reload does not resolve what a new account imports.
    depends_on: { keys: { ...DONE, restart: true } },
    healthcheck: checkedBy('wget', '-q', '-O-', 'http://127.0.0.1:8222/healthz'),
    deploy: limitedTo(512),
    ...HARDENED,
    ...STAYS_UP,
  },
  redis: {
    image: '${REDIS_IMAGE:-redis:7-alpine}',
    command: ['redis-server', '--save', '', '--appendonly', 'no'],
    // The user of the official image: it may not change users itself, since it has no privileges.
    user: '999:1000',
    networks: ['cache'],
    healthcheck: checkedBy('redis-cli', 'ping'),
    deploy: limitedTo(128),
    ...HARDENED,
    tmpfs: [...HARDENED.tmpfs, '/data:size=16m,mode=1777'],
    ...STAYS_UP,
  },
  prometheus: {
    image: '${PROMETHEUS_IMAGE:-prom/prometheus:v3.5.0}',
    // Its files are the working copy's: they change with a version and with a strategy, and the container does not.
    command: ['--config.file=/etc/prometheus/prometheus.yml', '--storage.tsdb.path=/prometheus', '--storage.tsdb.retention.time=15d', '--enable-feature=exemplar-storage,auto-reload-config'],
    volumes: [`${MONITORING}/prometheus:/etc/prometheus:ro`, 'prometheus-data:/prometheus'],
    networks: ['bus', 'venue', 'edge'],
    ports: [onLoopback('PROMETHEUS_PORT', 9090)],
    healthcheck: checkedBy('wget', '-q', '-O-', 'http://127.0.0.1:9090/-/healthy'),
    deploy: limitedTo(512),
    ...HARDENED,
    ...STAYS_UP,
  },
  alertmanager: {
    image: '${ALERTMANAGER_IMAGE:-prom/alertmanager:v0.28.1}',
    command: ['--config.file=/etc/alertmanager/alertmanager.yml', '--storage.path=/alertmanager', '--cluster.listen-address='],
    volumes: [`${MONITORING}/alertmanager/alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro`, './deploy/docker/receivers:/etc/alertmanager/receivers:ro', 'alertmanager-data:/alertmanager'],
    networks: ['edge'],
    ports: [onLoopback('ALERTMANAGER_PORT', 9093)],
    healthcheck: checkedBy('wget', '-q', '-O-', 'http://127.0.0.1:9093/-/healthy'),
    deploy: limitedTo(128),
    ...HARDENED,
    ...STAYS_UP,
  },
  grafana: {
    image: '${GRAFANA_IMAGE:-grafana/grafana:12.0.2}',
    environment: { GF_SECURITY_ADMIN_PASSWORD: '${GRAFANA_PASSWORD:-ballast}', GF_ANALYTICS_REPORTING_ENABLED: 'false', GF_ANALYTICS_CHECK_FOR_UPDATES: 'false', GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false' },
    volumes: [`${MONITORING}/grafana/provisioning:/etc/grafana/provisioning:ro`, `${MONITORING}/grafana/dashboards:/var/lib/grafana/dashboards:ro`, 'grafana-data:/var/lib/grafana'],
    networks: ['edge'],
    ports: [onLoopback('GRAFANA_PORT', 3000)],
    depends_on: { prometheus: HEALTHY },
    healthcheck: checkedBy('wget', '-q', '-O-', 'http://127.0.0.1:3000/api/health'),
    deploy: limitedTo(512),
    ...HARDENED,
    ...STAYS_UP,
  },
  'nats-exporter': {
    image: '${NATS_EXPORTER_IMAGE:-natsio/prometheus-nats-exporter:0.16.0}',
    command: ['-port', '7777', '-prefix=nats', '-varz', '-jsz=all', 'http://nats:8222'],
    networks: ['bus'],
    depends_on: { nats: HEALTHY },
    deploy: limitedTo(64),
    ...HARDENED,
    ...STAYS_UP,
  },
};
