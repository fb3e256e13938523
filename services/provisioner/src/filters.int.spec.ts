import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectJetStream, type JetStreamBus, matchesAny, type RunningProvisioner, startProvisioner } from '@ballast/bus';
import { startNatsServer, type NatsServer } from '@ballast/testing';

const FILTERS = ['evt.*.*.signal.*', 'evt.*.collateral.equity.*', 'evt.*.operator.bot.*', 'evt.*.sizing.plan.*'];
const SUBJECTS = ['operator.bot.pair', 'collateral.equity.pair', 'strategy-dn.signal.pair', 'sizing.plan.one', 'risk.exposure.main', 'execution.trade.one', 'execution.position.pair', 'collateral.equity.pair', 'operator.bot.pair', 'strategy-dn.signal.pair', 'sizing.plan.two'];
const fail = (error: Error): void => {
  throw error;
};

let server: NatsServer;
let provisioner: RunningProvisioner;
let bus: JetStreamBus;

beforeAll(async () => {
  server = await startNatsServer();
  provisioner = await startProvisioner({ url: server.url, onFault: fail });
  bus = await connectJetStream({ url: server.url, service: 'sizing', onFault: fail });
  const last = new Map<string, number>();
  for (const [index, name] of SUBJECTS.entries()) {
    const subject = `evt.0.${name}`;
    const appended = await bus.store.append(0, subject, last.get(subject) ?? 0, new TextEncoder().encode(String(index)), `m${index}`);
    if (appended.status === 'appended') last.set(subject, appended.sequence);
  }
});
afterAll(async () => {
  await bus.close();
  await provisioner.close();
  await server.stop();
});

const wanted = SUBJECTS.flatMap((name, index) => (matchesAny(FILTERS, `evt.0.${name}`) ? [index + 1] : []));

it('reads everything that any of several filters matches, also where one has a wildcard beside a name of another', async () => {
  const read: number[] = [];
  await bus.store.read(0, { filters: FILTERS }, ({ sequence }) => read.push(sequence));
  expect(read).toEqual(wanted);
});

it('delivers the same to a durable place', async () => {
  const delivered: number[] = [];
  const cursor = await bus.store.cursor('sizing', 0, FILTERS);
  await cursor.start(({ message, ack }) => {
    delivered.push(message.sequence);
    ack();
  });
  await expect.poll(() => delivered).toEqual(wanted);
  await cursor.stop();
});
