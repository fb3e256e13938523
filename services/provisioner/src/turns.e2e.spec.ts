import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectJetStream, type JetStreamBus } from '@ballast/bus';
import type { ManagedProcess } from '@ballast/testing';
import { ProcessBed } from './process-bed.fixtures.js';

/** A beat, and what a busy machine adds; less than a TTL. */
const AT_ONCE_MS = 3_500;
/** A TTL, a beat, and what a busy machine adds. */
const TAKEN_OVER_MS = 10_000;
/** Two pings, 2 s each, without an answer, the one that finds that out, and what a busy machine adds. */
const CUT_MS = 20_000;

interface Connections {
  readonly connections: readonly { readonly name?: string }[];
}

describe('two provisioners that take turns', () => {
  let bed: ProcessBed;
  let bus: JetStreamBus;
  const started: ManagedProcess[] = [];

  async function provisioner(name: string): Promise<ManagedProcess> {
    const { process: child } = await bed.provisioner(name, { PARTITIONS: 'lease', LOG_LEVEL: 'debug' });
    started.push(child);
    return child;
  }
  const answeredBy = ({ lines }: ManagedProcess): number => lines.filter((line) => line.includes('"answered"')).length;
  /** How long it takes until a consumer is made, ms; each is the next generation of the same place. */
  async function asked(): Promise<number> {
    const began = performance.now();
    const cursor = await bus.store.cursor('risk', 0, []);
    await cursor.stop();
    return performance.now() - began;
  }
  const isCut = async (): Promise<boolean> => {
    const { connections } = (await (await fetch(`http://127.0.0.1:${bed.monitorPort}/connz?limit=1000`)).json()) as Connections;
    return connections.filter(({ name }) => name === 'provisioner/provisioning').length === 1;
  };

  beforeAll(async () => {
    bed = await ProcessBed.start();
    bus = await connectJetStream({ url: bed.nats.url, service: 'risk', credentialSeedFile: bed.nats.seedFiles['risk'], requestTimeoutMs: 1_000 });
  });
  afterAll(async () => {
    await bus.close();
    await bed.stop();
  });

  it('start on an empty server at the same time, and one of them answers', async () => {
    const [one, other] = await Promise.all([provisioner('one'), provisioner('other')]);
    await asked();
    await asked();
    await asked();
    expect([answeredBy(one), answeredBy(other)].sort()).toEqual([0, 3]);
  });

  it('go on within seconds where the one that answers is killed', async () => {
    const [first, second] = [...started].sort((a, b) => answeredBy(b) - answeredBy(a)) as [ManagedProcess, ManagedProcess];
    await first.kill();
    expect(await asked()).toBeLessThan(TAKEN_OVER_MS);
    expect(answeredBy(second)).toBe(1);
  });

  it('go on at once where it is stopped in order', async () => {
    const third = await provisioner('third');
    await started.find((child) => child.running && child !== third)?.stop();
    expect(await asked()).toBeLessThan(AT_ONCE_MS);
    expect(answeredBy(third)).toBe(1);
  });

  it('go on where it hangs: the server cuts who answers no ping, and what it had in hand is refused when it wakes', async () => {
    const frozen = started.find(({ running }) => running)!;
    const fourth = await provisioner('fourth');
    frozen.signalGroup('SIGSTOP');
    const before = answeredBy(frozen);
    await expect.poll(isCut, { timeout: CUT_MS }).toBe(true);
    expect(await asked()).toBeLessThan(TAKEN_OVER_MS);
    frozen.signalGroup('SIGCONT');
    await expect.poll(isCut, { timeout: CUT_MS }).toBe(false);
    await asked();
    await asked();
    expect(answeredBy(frozen)).toBe(before);
    expect(answeredBy(fourth)).toBe(3);
  });
});
