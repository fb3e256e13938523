import { AckPolicy, type ConsumerMessages } from 'nats';
import type { Bench, BenchRow } from './bench.js';
import { bareStream, bareSubject, NatsBed } from './nats-bed.js';
import { contest } from './pairs.js';
import { signingRow } from './signing.js';
import { percentiles } from './statistics.js';
import { TickDesk } from './tick-desk.js';

/** Signal, plan, approval, order intent: what is durable between a tick and its order. */
const HOPS = 4;
const BOOK = { instrument: 'ETH-PERP', exchangeTime: 1_700_000_000_000, sequence: 1, bids: Array.from({ length: 20 }, (_, level) => [`${2756 - level}.1`, '1.25']), asks: Array.from({ length: 20 }, (_, level) => [`${2757 + level}.1`, '1.25']) };
const FACT = { format: 1, stream: 'bare.chain.x', version: 1, events: [{ type: 'Fact', text: 'x'.repeat(900) }] };
const PAUSE_MS = 25;

/** The same number of hops by the bare client: a tick on core NATS, then durable messages, each sent by the handler of the one before. */
class BareHops {
  private readonly pulls: ConsumerMessages[] = [];
  private arrived: (() => void) | undefined;

  constructor(private readonly bed: NatsBed) {}

  async start(): Promise<void> {
    const { bare, manager } = this.bed;
    const js = bare.jetstream();
    const send = async (hop: number): Promise<void> => {
      const stored = js.publish(bareSubject(0, `hop${hop}`), JSON.stringify(FACT));
      if (hop < HOPS) return void (await stored);
      await stored;
      this.arrived?.();
    };
    bare.subscribe('bare-tick', { callback: (_error, message) => (message.json(), void send(1)) });
    for (let hop = 1; hop < HOPS; hop += 1) {
      await manager.consumers.add(bareStream(0), { durable_name: `hop${hop}`, filter_subject: bareSubject(0, `hop${hop}`), ack_policy: AckPolicy.Explicit });
      const consumer = await js.consumers.get(bareStream(0), `hop${hop}`);
      this.pulls.push(await consumer.consume({
        callback: (message) => {
          message.json();
          send(hop + 1).then(() => message.ack(), (error: unknown) => { throw error; });
        },
      }));
    }
  }

  async next(): Promise<number> {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const arrived = new Promise<void>((resolve) => (this.arrived = resolve));
    const began = performance.now();
    this.bed.bare.publish('bare-tick', JSON.stringify(BOOK));
    await arrived;
    return performance.now() - began;
  }

  async stop(): Promise<void> {
    for (const pull of this.pulls) await pull.close();
  }
}

export const tickBench: Bench = {
  name: 'tick-to-order',
  about: 'From a book on the bus to the order of an entry it led to, handed to the venue adapter: strategy, sizing, risk and execution, every step decided, durable (flushed to the disk) and read back by the next service, against the same number of durable hops of the bare client. All services in one process with connections of their own, as are the bare hops; signing and the network to the venue come after this and are not in it. Signing is reported apart.',
  async run({ quick, progress }) {
    const bed = await NatsBed.start('always');
    const desk = new TickDesk(bed);
    const hops = new BareHops(bed);
    try {
      progress('starts every service');
      await desk.start();
      await hops.start();
      const warmUps = quick ? 4 : 20;
      progress(`lets the bot trade ${warmUps} times that do not count, and the hops go as often`);
      for (let warm = 0; warm < warmUps; warm += 1) {
        await desk.next();
        await hops.next();
      }
      const ways = new Map<string, number>();
      const result = await contest({
        rounds: quick ? 8 : 30,
        ours: async () => {
          const { ms, appends } = await desk.next();
          const way = appends.join(' → ');
          ways.set(way, (ways.get(way) ?? 0) + 1);
          return ms;
        },
        peer: () => hops.next(),
      }, progress);
      const note = [...ways].sort((a, b) => b[1] - a[1]).map(([way, count]) => `${count} × ${way}`)[0] ?? '';
      const way: BenchRow = { what: 'tick to order', ours: percentiles(result.ours), peer: percentiles(result.peer), ratio: result.oursOverPeer, bound: { atMost: 2 }, note: `${HOPS} durable hops; way: ${note}` };
      return [way, await signingRow(quick ? 60 : 500, result.medianOurs, progress)];
    } finally {
      await hops.stop();
      await desk.stop();
      await bed.stop();
    }
  },
};
