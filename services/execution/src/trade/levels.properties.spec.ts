import fc from 'fast-check';
import { Decimal, type Ms, price, quantity, ratio, type Side, signOf, type SignedQuantity } from '@ballast/domain';
import { decodeEvent } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { holdingOf, openOf, unsettledOf } from './quantities.js';
import type { TradeCommand, TradeEvent } from './trade.commands.js';
import { tradeDecider } from './trade.decider.js';
import { approvalOf, ETH, limits, plannedLeg, START, TradeStream } from './trade.fixtures.js';
import { VenueDouble } from './venue-double.fixtures.js';

const STEPS_MAX = 1_500;

interface Held { readonly side: Side; readonly calm: boolean; readonly stopBps: number; readonly targetBps: number; readonly reductions: readonly string[] }

/** One leg with a stop and a target at a venue of dice, which it meets from the entry on or once it stands: prices walk by up to 8 %. */
class Run {
  readonly stream = new TradeStream();
  readonly venue: VenueDouble;
  at: Ms = START;

  constructor(rolls: readonly number[], private readonly held: Held) {
    const calm: number[] = held.calm ? [] : [...rolls];
    const venue = new VenueDouble(calm, { [ETH]: '0.001' });
    this.venue = venue;
    const leg = plannedLeg(0, held.side, ['0.2', '0.22']);
    const away = (share: number) => price(leg.referencePrice.times(1 + (share * signOf(held.side)) / 10_000).toDecimalPlaces(1).toString());
    const approval = approvalOf([{ ...leg, stopPrice: away(-held.stopBps), targetPrice: away(held.targetBps) }], { outcome: 'SINGLE', imbalanceRatio: ratio('0') });
    this.command({ type: 'OpenTrade', approval, limits, tradingState: 'ACTIVE', sight: venue.sight });
    if (!held.calm) return;
    this.until(() => this.stream.state.phase === 'HELD');
    calm.push(...rolls);
  }

  get position(): Decimal {
    return (this.venue.positions.get(ETH) ?? new Decimal(0)).times(signOf(this.held.side));
  }

  command(command: TradeCommand): void {
    const before = this.stream.version;
    let folded = this.stream.state;
    const events = this.stream.run(command, this.at);
    if (before > 0) expect(tradeDecider.decide(this.stream.state, command, this.stream.context(this.at)), `${command.type} repeated`).toEqual([]);
    for (const event of events) {
      folded = tradeDecider.evolve(folded, event);
      if (event.type !== 'OrderSubmitted' || !event.reduceOnly) continue;
      const [leg] = folded.legs;
      const orders = unsettledOf(folded).filter((order) => order.reduceOnly && order.side === event.side);
      const open = orders.reduce((sum, order) => sum.plus(openOf(order)), new Decimal(0));
      if (leg) expect(open.lte(holdingOf(leg).abs()), `${event.purpose}: ${open.toString()} to reduce ${holdingOf(leg).toString()}`).toBe(true);
    }
    expect(this.position.gte(0), 'the position never flips').toBe(true);
    this.venue.hear(events);
    for (const event of events) if (event.type === 'OrderRejected' && event.kind === 'reduceOnly') this.lookAt();
  }

  until(done: () => boolean): void {
    for (let step = 0; step < STEPS_MAX && !done(); step += 1) {
      this.at += this.venue.wild ? (this.venue.roll() * 7) % 2_500 : 1_000;
      const deadline = tradeDecider.deadline?.(this.stream.state);
      if (deadline && deadline.at <= this.at) this.command(deadline.command);
      this.venue.step(this.at);
      const message = this.venue.next();
      if (message) this.command(message);
      this.reduce(step);
      this.command({ type: 'SeeMarket', sight: this.venue.sight });
    }
  }

  private reduce(step: number): void {
    const size = step % 25 === 24 ? this.held.reductions[(step - 24) / 25] : undefined;
    if (size !== undefined) this.command({ type: 'ReduceTrade', reductionId: `r${step}`, instrument: ETH, side: this.held.side === 'BUY' ? 'SELL' : 'BUY', quantity: quantity(size), reason: 'exhausted', askedAt: this.at, sight: this.venue.sight });
  }

  private lookAt(): void {
    const underWay = this.venue.inbox.some(({ type }) => type === 'RecordFill' || type === 'RecordLiquidation');
    if (!underWay) this.command({ type: 'SeePosition', instrument: ETH, position: (this.venue.positions.get(ETH) ?? new Decimal(0)) as SignedQuantity, sight: this.venue.sight });
  }
}

const held: fc.Arbitrary<Held> = fc.record({ side: fc.constantFrom<Side>('BUY', 'SELL'), calm: fc.boolean(), stopBps: fc.integer({ min: 90, max: 500 }), targetBps: fc.integer({ min: 50, max: 700 }), reductions: fc.array(fc.constantFrom('0.001', '0.05', '0.05', '0.1', '0.42'), { maxLength: 2 }) });
const dice = fc.array(fc.nat(999), { minLength: 100, maxLength: 900 });

describe('A stop and a target against any venue', () => {
  it('never send more than the position, never turn it, and end flat with every order ended (W-2)', () => {
    const seen: Record<string, number> = {};
    fc.assert(fc.property(dice, held, (rolls, wanted) => {
      const run = new Run(rolls, wanted);
      run.until(() => run.stream.state.phase === 'CLOSED' && run.venue.idle);
      if (run.stream.state.phase !== 'CLOSED') run.command({ type: 'ExitTrade', reason: 'the test is over', sight: run.venue.sight });
      run.until(() => run.stream.state.phase === 'CLOSED' && run.venue.idle);
      expect([run.stream.state.phase, run.stream.state.unsettled]).toEqual(['CLOSED', []]);
      const [leg] = run.stream.state.legs;
      if (leg) expect(holdingOf(leg).toString()).toBe(run.position.toString());
      for (const { reached, urgent } of run.stream.of('ExitStarted')) seen[reached?.level ?? (urgent ? 'REDUCED' : 'OTHER')] = (seen[reached?.level ?? (urgent ? 'REDUCED' : 'OTHER')] ?? 0) + 1;
      for (const { purpose } of run.stream.of('OrderFilled')) seen[purpose] = (seen[purpose] ?? 0) + 1;
    }), { seed: 20_261_121, endOnFailure: true, numRuns: 70 });
    expect(['STOP', 'TARGET', 'REDUCED', 'REDUCE', 'EXIT', 'UNWIND'].filter((what) => (seen[what] ?? 0) === 0), JSON.stringify(seen)).toEqual([]);
  }, 120_000);

  it('give the same state when their events are read back from the log, so that a restart goes on as before', () => {
    fc.assert(fc.property(dice, held, (rolls, wanted) => {
      const run = new Run(rolls, wanted);
      run.until(() => run.stream.state.phase === 'CLOSED' && run.venue.idle);
      let folded = tradeDecider.initial;
      for (const event of run.stream.events) {
        const read = decodeEvent(JSON.parse(JSON.stringify(event)), { writer: 'execution', kind: 'trade' }) as TradeEvent;
        folded = tradeDecider.evolve(folded, read);
      }
      expect(folded).toEqual(run.stream.state);
    }), { seed: 7, numRuns: 10 });
  });
});
