import { connectJetStream } from '@ballast/bus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GenericContainer, Network, type StartedNetwork, type StartedTestContainer, Wait } from 'testcontainers';
import { docker, IMAGE } from './engine.js';

const NATS_CONFIG = 'listen: "0.0.0.0:4222"\nhttp: "0.0.0.0:8222"\njetstream { store_dir: "/tmp/jetstream", sync_interval: always }\n';
const START_MS = 180_000;
const HEALTH = { HEALTH_HOST: '0.0.0.0', HEALTH_PORT: '9100' };
const PAPER = {
  VENUE: 'paper',
  NADO_GATEWAY_URL: 'http://paper-venue:4020/v1',
  NADO_ARCHIVE_URL: 'http://paper-venue:4020/archive/v1',
  NADO_STREAM_URL: 'ws://paper-venue:4020/v1/subscribe',
  NADO_CHAIN_ID: '763373',
  NADO_ENDPOINT_ADDRESS: '0x698D87105274292B5673367DEC81874Ce3633Ac2',
  SIM_CLOCK_URL: 'http://paper-venue:4020',
  INSTRUMENTS: 'ETH-PERP',
};

/** NATS, Redis, and processes of the image under test around them, each started by itself. */
describe('the image beside NATS and Redis', () => {
  let network: StartedNetwork;
  const started: StartedTestContainer[] = [];
  let nats: StartedTestContainer;
  let marketData: StartedTestContainer;

  const start = async (name: string, container: GenericContainer): Promise<StartedTestContainer> => {
    const running = await container.withNetwork(network).withNetworkAliases(name).withStartupTimeout(START_MS).start();
    started.push(running);
    return running;
  };
  const program = (name: string, env: Record<string, string>): Promise<StartedTestContainer> =>
    start(name, new GenericContainer(IMAGE).withCommand([name]).withEnvironment({ ...HEALTH, NATS_URL: 'nats://nats:4222', ...env }).withExposedPorts(9100).withWaitStrategy(Wait.forHttp('/readyz', 9100).forStatusCode(200)));
  const statusOf = async (path: string): Promise<number> => (await fetch(`http://${marketData.getHost()}:${marketData.getMappedPort(9100)}${path}`)).status;

  beforeAll(async () => {
    network = await new Network().start();
    nats = await start('nats', new GenericContainer(process.env['NATS_IMAGE'] ?? 'nats:2.10-alpine').withCopyContentToContainer([{ content: NATS_CONFIG, target: '/etc/nats/nats.conf' }]).withCommand(['--config', '/etc/nats/nats.conf']).withExposedPorts(4222, 8222).withWaitStrategy(Wait.forHttp('/healthz', 8222).forStatusCode(200)));
    await start('redis', new GenericContainer(process.env['REDIS_IMAGE'] ?? 'redis:7-alpine').withCommand(['redis-server', '--save', '']).withExposedPorts(6379).withWaitStrategy(Wait.forListeningPorts()));
    await program('provisioner', { NATS_MONITOR_URL: 'http://nats:8222' });
    await program('paper-venue', { VENUE_HOST: '0.0.0.0', SIM_CALLERS: 'anyone', JOURNAL: '/tmp/journal', INSTRUMENTS: 'ETH-PERP', DURATION: '6h' });
    marketData = await program('market-data', { ...PAPER, REDIS_URL: 'redis://redis:6379', BALLAST_REDIS: 'redis://redis:6379' });
  });
  afterAll(async () => {
    for (const container of started.reverse()) await container.stop();
    await network.stop();
  });

  it('publishes the books of its venue to whoever is on the bus', async () => {
    const bus = await connectJetStream({ url: `nats://${nats.getHost()}:${nats.getMappedPort(4222)}`, service: 'cli', onFault: (error) => expect.unreachable(error.message) });
    const subjects = new Set<string>();
    bus.marketWire.subscribe((subject) => subjects.add(subject));
    await expect.poll(() => [...subjects].some((subject) => subject.startsWith('mkt.book.')), { timeout: 60_000 }).toBe(true);
    await bus.close();
  });

  it('is alive and not ready while NATS does not answer, and ready again by itself', async () => {
    expect((await docker(['stop', '--time', '5', nats.getId()])).code).toBe(0);
    await expect.poll(() => statusOf('/readyz'), { timeout: 60_000 }).toBe(503);
    expect(await statusOf('/healthz')).toBe(200);
    expect((await docker(['start', nats.getId()])).code).toBe(0);
    await expect.poll(() => statusOf('/readyz'), { timeout: 120_000 }).toBe(200);
  });
});
