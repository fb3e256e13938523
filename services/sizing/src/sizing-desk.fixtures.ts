import { type Concern, MemorySystem } from '@ballast/bus';
import { type Decider, money, notional, partitionOf, ratio } from '@ballast/domain';
import type { BallastEvent, SignalRaised } from '@ballast/events';
import { Metrics } from '@ballast/observability';
import { AT, ETH_BOOK, instrumentOf, signalOf, SOL_BOOK } from './plan/plan.builders.js';
import { sizingModule } from './sizing.module.js';

const partition = partitionOf('p1');
/** Account a1 of bot b1, worth this much. */
export const equityOf = (worth: string): BallastEvent => ({ type: 'EquityObserved', accountId: 'a1', portfolioId: 'p1', botId: 'b1', trigger: 'START', collateral: money(worth), eligibleCollateral: money(worth), equity: money(worth), initialMarginHealth: money(worth), maintenanceMarginHealth: money(worth), grossNotional: notional('0'), accountLeverage: ratio('0'), marks: [], positions: [], venueTime: AT });

/** The sizing service on the in-memory bus, and everybody else as a pen that writes. */
export class SizingDesk {
  readonly lines: string[] = [];
  readonly concerns = new Map<string, string>();
  readonly metrics = new Metrics({ service: 'sizing', version: 'test', commit: 'test' });
  readonly system = new MemorySystem(AT);

  async start(): Promise<void> {
    const concern: Concern = (check, detail) => (detail === undefined ? this.concerns.delete(check) : this.concerns.set(check, detail));
    await this.system.add('sizing', () => sizingModule({ trace: (line) => this.lines.push(line), concern, metrics: this.metrics }));
  }

  stop(): Promise<void> {
    return this.system.stop();
  }

  async wrote(writer: string, kind: string, id: string, event: BallastEvent): Promise<void> {
    const decider: Decider<object, BallastEvent, BallastEvent> = { kind, writer, initial: {}, decide: (_state, command) => [command], evolve: (state) => state };
    const done = this.system.platform(writer).streams.execute(decider, { partition, id }, event, { causationId: `cause-${id}`, correlationId: 't1', lane: 'a1' });
    await this.system.work.idle();
    await done;
    await this.system.run(this.system.clock.now());
  }

  async signalled(id: string, change: Partial<SignalRaised> = {}): Promise<Record<string, unknown> | undefined> {
    await this.wrote('strategy-dn-pair', 'signal', id, signalOf({ signalId: id, ...change }));
    return (await this.plans()).find(({ signalId }) => signalId === id);
  }

  async plans(): Promise<readonly Record<string, unknown>[]> {
    const events: Record<string, unknown>[] = [];
    const read = this.system.store.read(partition, { filters: [`evt.${partition}.sizing.plan.*`] }, ({ bytes }) => {
      events.push(...(JSON.parse(Buffer.from(bytes).toString('utf8')) as { events: Record<string, unknown>[] }).events);
    });
    await this.system.work.idle();
    await read;
    return events;
  }

  async market(): Promise<void> {
    const { market: feed } = this.system.platform('market-data');
    for (const book of [ETH_BOOK, SOL_BOOK]) feed.publish('book', book.instrument, book);
    feed.publish('instrument', 'ETH-PERP', instrumentOf('ETH-PERP', '0.001', '0.1'));
    feed.publish('instrument', 'SOL-PERP', instrumentOf('SOL-PERP', '0.1', '0.01'));
    await this.system.run(this.system.clock.now());
  }

  bot(profiles: readonly string[] = ['demo']): Promise<void> {
    return this.wrote('operator', 'bot', 'b1', { type: 'BotCreated', botId: 'b1', portfolioId: 'p1', accountId: 'a1', strategy: 'dn-pair', profiles, settings: {}, by: 'test' });
  }

  worth(worth: string): Promise<void> {
    return this.wrote('collateral', 'equity', 'a1', equityOf(worth));
  }
}
