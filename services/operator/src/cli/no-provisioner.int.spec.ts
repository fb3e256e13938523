import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectJetStream, type JetStreamBus, type Reply, startProvisioner } from '@ballast/bus';
import { partitionOf } from '@ballast/domain';
import { type NatsServer, startNatsServer } from '@ballast/testing';
import { connectCli } from './connection.js';
import { ALL_PARTITIONS } from './read-log.js';
import { ballast, type Ran, writeLog } from './story.fixtures.js';

const P = partitionOf('main');
const SOON_MS = 10_000;
const fail = (error: Error): void => expect.unreachable(error.message);

describe('a desk whose provisioner is away: nobody gets a reader of the log', () => {
  let server: NatsServer;
  const buses: JetStreamBus[] = [];
  const told: string[] = [];

  const join = async (service: string): Promise<JetStreamBus> => {
    const bus = await connectJetStream({ url: server.url, service, onFault: fail });
    buses.push(bus);
    return bus;
  };
  const run = async (...argv: readonly string[]): Promise<Ran & { readonly ms: number }> => {
    const began = performance.now();
    const ran = await ballast([...argv, '--nats', server.url], undefined, { connect: connectCli });
    return { ...ran, ms: performance.now() - began };
  };

  beforeAll(async () => {
    server = await startNatsServer();
    const provisioner = await startProvisioner({ url: server.url, onFault: fail });
    const [risk, operator, execution] = [await join('risk'), await join('operator'), await join('execution')];
    await writeLog(execution.store);
    const bots = [{ botId: 'pair1', status: 'RUNNING', portfolioId: 'main', accountId: 'acct1', strategy: 'dn-pair', profiles: ['demo'], settings: {} }];
    risk.serve(ALL_PARTITIONS, ({ name, payload, context: { partition } }): Promise<Reply> => {
      const { portfolioId, scope, scopeId } = payload as { readonly portfolioId: string; readonly scope: string; readonly scopeId: string };
      told.push(`risk ${name} ${partition === P ? '' : 'elsewhere '}${scope} ${scopeId}`);
      return Promise.resolve(portfolioId === 'main' ? { ok: true, data: { outcome: 'appended', portfolioId, scope, scopeId, state: name === 'resume' ? 'ACTIVE' : 'HALTED' } } : { ok: false, error: `portfolioId: found "${portfolioId}", allowed is a portfolio with a bot: main` });
    });
    operator.serve(ALL_PARTITIONS, ({ handles, name, context: { partition } }): Promise<Reply> => {
      if (handles === 'command') told.push(`operator ${name}`);
      return Promise.resolve({ ok: true, data: handles === 'command' ? { outcome: 'appended', bot: { status: 'STOPPED' } } : { bots: partition === P ? bots : [] } });
    });
    execution.serve(ALL_PARTITIONS, ({ context: { partition } }) => Promise.resolve({ ok: true, data: { accounts: partition === P ? 1 : 0, cancelled: partition === P ? 2 : 0 } }));
    await provisioner.close();
  });
  afterAll(async () => {
    for (const bus of buses) await bus.close();
    await server.stop();
  });

  it.each<readonly [readonly string[], string, string]>([
    [['halt', '--portfolio', 'main'], 'portfolio main is HALTED', 'risk halt PORTFOLIO main'],
    [['halt'], 'portfolio main is HALTED', 'risk halt PORTFOLIO main'],
    [['halt', '--bot', 'pair1'], 'bot pair1 is HALTED', 'risk halt BOT pair1'],
    [['resume', '--portfolio', 'main'], 'portfolio main is ACTIVE', 'risk resume PORTFOLIO main'],
    [['bot', 'stop', 'pair1'], 'bot pair1: stop-bot done (recorded, status STOPPED)', 'operator stop-bot'],
    [['bot', 'close-all', 'pair1'], 'bot pair1: close-all done (recorded, status STOPPED)', 'operator close-all'],
  ])('carries out ballast %j at once', async (argv, out, command) => {
    told.length = 0;
    const ran = await run(...argv);
    expect(ran).toMatchObject({ code: 0, out, err: '' });
    expect([told, ran.ms < SOON_MS]).toEqual([[command], true]);
  });

  it('stops at the venue and halts in the log what it stopped', async () => {
    told.length = 0;
    expect(await run('halt', '--venue')).toMatchObject({ code: 0, out: expect.stringContaining(`partition ${P}: 2 orders of 1 account cancelled\nportfolio main: HALTED\n`) as string });
    expect(told).toEqual(['risk halt PORTFOLIO main']);
  });
});
