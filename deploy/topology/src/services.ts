import { HEALTH_PORT, HTTP_PORT, type Port, type ProcessSpec, type Resources, VENUE_PORT } from './process.js';
import { address, choice, DAY_BOUNDARY, fixed, HEALTH_ENV, option, optionalSecret, secret, SERVICE_ENV, setting, SHARED_ENV, STALE_AFTER, VENUE_ENV, VENUE_KEY, volume } from './variables.js';

const HEALTH: Port = { name: 'health', port: HEALTH_PORT };
const SMALL: Resources = { memoryMb: 160, memoryLimitMb: 320, cpuMillis: 50 };
const MIDDLE: Resources = { memoryMb: 256, memoryLimitMb: 512, cpuMillis: 100 };
const LARGE: Resources = { memoryMb: 320, memoryLimitMb: 768, cpuMillis: 150 };

const PLAIN = { partitioned: true, orderPath: false, ingress: false, ports: [HEALTH], volumes: [], simulation: false } as const;
const WRITER = { ...PLAIN, kind: 'single-writer', orderPath: true, reaches: ['nats'] } as const;
const entryOf = (name: string): string => `services/${name}/dist/main.js`;

const MARKET_DATA: ProcessSpec = {
  ...PLAIN,
  name: 'market-data',
  description: "The venue's public feeds as books, trades, prices, funding, candles and feed states; makes the market clock",
  entry: entryOf('market-data'),
  kind: 'leader',
  partitioned: false,
  orderPath: true,
  reaches: ['nats', 'redis', 'venue'],
  venue: 'feeds',
  env: [
    ...SERVICE_ENV,
    ...VENUE_ENV,
    choice('INSTRUMENTS', 'instruments, divided by commas'),
    STALE_AFTER,
    address('REDIS_URL', 'redis', 'start-up cache of last values'),
    address('SIM_CLOCK_URL', 'venue-simulation', 'the replayed venue whose clock rules'),
  ],
  resources: MIDDLE,
};

const SIZING: ProcessSpec = { ...WRITER, name: 'sizing', description: 'Turns signals into plans in whole lots, or says why there is none', entry: entryOf('sizing'), env: SERVICE_ENV, resources: MIDDLE };

const RISK: ProcessSpec = {
  ...WRITER,
  name: 'risk',
  description: 'Approves or denies each plan by every limit; ladders, hard stops, trading states',
  entry: entryOf('risk'),
  env: [...SERVICE_ENV, DAY_BOUNDARY, setting('RISK_RULE_PERIOD_MINUTES', '1440', 'after so many minutes without being asked, a rule in force is stale')],
  resources: MIDDLE,
};

const EXECUTION: ProcessSpec = {
  ...WRITER,
  name: 'execution',
  description: "The life of every order and position; the only caller of the venue's order API",
  entry: entryOf('execution'),
  reaches: ['nats', 'redis', 'venue'],
  venue: 'orders',
  env: [
    ...SERVICE_ENV,
    ...VENUE_ENV,
    VENUE_KEY,
    STALE_AFTER,
    option('ON_STOP_ORDERS', 'what becomes of resting entries when this process stops: keep (unless set) or cancel'),
    option('MAKER_TIMEOUT_MS', 'how long both legs may rest as makers'),
    option('NAKED_TIMEOUT_MS', 'how long a trade may be larger on one leg before it is unwound'),
    option('HEDGE_PATIENCE_MS', 'how long the lagging leg may stay maker before it follows as taker'),
    option('ORDER_TIME_TO_LIVE_MS', 'when an order ends by itself at the venue'),
    option('UNWIND_ALARM_MS', 'an exit or an unwind that has not ended for so long is told again'),
    option('VENUE_TIMEOUT_MS', 'when a call to the venue is given up and looked up instead'),
    option('SLIPPAGE_BPS_MAX', 'worst accepted price of an order against its reference'),
  ],
  resources: MIDDLE,
};

const COLLATERAL: ProcessSpec = {
  ...WRITER,
  name: 'collateral',
  description: "Protection of positions, wallet and treasury; the only caller of the venue's margin and transfer API",
  entry: entryOf('collateral'),
  reaches: ['nats', 'redis', 'venue'],
  venue: 'collateral',
  env: [...SERVICE_ENV, ...VENUE_ENV, VENUE_KEY, DAY_BOUNDARY, option('OBSERVE_INTERVAL_MS', 'market time between two observations of an account'), option('COLLATERAL_WALLETS', 'portfolio=account pairs, divided by commas: who holds free collateral')],
  resources: MIDDLE,
};

const REPORTING: ProcessSpec = {
  ...PLAIN,
  name: 'reporting',
  description: 'Read models, exports, reports and notifications; nobody decides on what it says',
  entry: entryOf('reporting'),
  kind: 'stateless',
  reaches: ['nats', 'notifications'],
  env: [
    ...SERVICE_ENV,
    volume('REPORT_DIR', 'reports', 'where reports are written'),
    option('REPORT_PROVENANCE', 'JSON object of texts, told in every report'),
    optionalSecret('NOTIFY_TELEGRAM_TOKEN_FILE', 'notify-telegram', 'token of the Telegram bot'),
    option('NOTIFY_TELEGRAM_CHATS', 'who is told in Telegram'),
    option('NOTIFY_TELEGRAM_API', 'base URL of the Bot API, for a server of your own'),
    option('NOTIFY_WEBHOOK_URL', 'who is told by a webhook'),
    optionalSecret('NOTIFY_WEBHOOK_SECRET_FILE', 'notify-webhook', 'what messages to the webhook are signed with'),
    option('NOTIFY_WINDOW_MS', 'how long further events of a kind are collected into one message'),
    option('NOTIFY_TIMEOUT_MS', 'longest wait for an answer'),
  ],
  volumes: [{ name: 'reports', path: '/var/lib/ballast/reports', meaning: 'reports, for people', sizeMb: 1_024 }],
  resources: LARGE,
};

const OPERATOR: ProcessSpec = {
  ...WRITER,
  name: 'operator',
  description: "A person's decisions about bots; commands to the owners; HTTP API and web console",
  entry: entryOf('operator'),
  orderPath: false,
  reaches: ['nats', 'redis'],
  ingress: true,
  ports: [HEALTH, { name: 'http', port: HTTP_PORT }],
  env: [
    ...SERVICE_ENV,
    fixed('BALLAST_HTTP_HOST', '0.0.0.0', 'address of the HTTP edge: the container has a network of its own'),
    fixed('BALLAST_HTTP_PORT', String(HTTP_PORT), 'port of the HTTP edge'),
    secret('BALLAST_HTTP_TOKENS_FILE', 'http-tokens', 'hashes of the tokens that are let in, with their roles'),
    secret('BALLAST_APPROVER_SEED', 'approver-seed', 'nkey seed of the user approver'),
    address('BALLAST_HTTP_REDIS_URL', 'redis', 'counts of requests'),
    option('BALLAST_HTTP_REQUESTS_PER_MINUTE', 'how many requests each token has'),
  ],
  resources: LARGE,
};

const PROVISIONER: ProcessSpec = {
  ...PLAIN,
  name: 'provisioner',
  description: 'Creates streams, and consumers on request, by the permission table',
  entry: entryOf('provisioner'),
  kind: 'leader',
  partitioned: false,
  orderPath: true,
  reaches: ['nats', 'nats-monitor'],
  env: [...SHARED_ENV, address('NATS_MONITOR_URL', 'nats-monitor', "the server's monitoring, where its flush setting is checked"), setting('NATS_REPLICAS', '1', 'copies of each stream')],
  resources: SMALL,
};

const PAPER_VENUE: ProcessSpec = {
  ...PLAIN,
  name: 'paper-venue',
  description: 'The simulated exchange: replays a market and matches orders against it',
  entry: entryOf('paper-venue'),
  kind: 'leader',
  partitioned: false,
  reaches: [],
  ports: [HEALTH, { name: 'venue', port: VENUE_PORT }],
  env: [
    ...HEALTH_ENV.filter(({ name }) => name !== 'HEALTH_HOST'),
    fixed('VENUE_HOST', '0.0.0.0', 'address of the protocol and of health: the container has a network of its own'),
    fixed('VENUE_PORT', String(VENUE_PORT), "port of the venue's protocol"),
    setting('SIM_CALLERS', 'anyone', "who may use the simulation's own controls; its network lets in only who trades there"),
    fixed('JOURNAL', '/var/lib/ballast/venue/journal', "file of the venue's own history"),
    choice('INSTRUMENTS', 'instruments, divided by commas'),
    setting('DURATION', '12h', 'length of the generated market'),
    setting('SEED', '1', 'of the generated market and of every chance'),
    setting('SPEED', '15', 'market time over wall time'),
  ],
  volumes: [{ name: 'venue', path: '/var/lib/ballast/venue', meaning: "the venue's own history", sizeMb: 1_024 }],
  resources: LARGE,
  simulation: true,
};

/** Every service but the strategies, in the order in which a person reads them. */
export const SERVICES: readonly ProcessSpec[] = [PROVISIONER, MARKET_DATA, SIZING, RISK, EXECUTION, COLLATERAL, REPORTING, OPERATOR, PAPER_VENUE];

/** The process of a strategy, `strategy-<name>`. */
export const strategyProcess = (strategy: { readonly name: string; readonly description: string; readonly memoryMb: number }): ProcessSpec => ({
  ...WRITER,
  name: `strategy-${strategy.name}`,
  description: strategy.description,
  entry: `services/strategies/${strategy.name}/dist/main.js`,
  env: SERVICE_ENV,
  resources: { memoryMb: Math.ceil(strategy.memoryMb / 2), memoryLimitMb: strategy.memoryMb, cpuMillis: 100 },
});
