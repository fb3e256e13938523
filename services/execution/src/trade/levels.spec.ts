import { type Ms, price, quantity, ratio } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { holdingOf } from './quantities.js';
import type { Sight, TradeCommand } from './trade.commands.js';
import { tradeDecider } from './trade.decider.js';
import { approvalOf, ETH, limits, pair, plannedLeg, SOL, START, TradeStream } from './trade.fixtures.js';
import { VenueDouble } from './venue-double.fixtures.js';

const LOTS = { [ETH]: '0.001', [SOL]: '0.1' };
const long = { ...plannedLeg(0, 'BUY', ['0.42']), stopPrice: price('2700'), targetPrice: price('2900') };
const short = { ...plannedLeg(0, 'SELL', ['0.42']), stopPrice: price('2900'), targetPrice: price('2700') };
const single = (leg: typeof long) => approvalOf([leg], { outcome: 'SINGLE', imbalanceRatio: ratio('0') });
const at = (bid: string, ask: string): Sight => ({ [ETH]: { bid: price(bid), ask: price(ask), sequence: 11 }, [SOL]: { bid: price('115.86'), ask: price('115.87'), sequence: 9 } });
const MIDDLE = at('2756.9', '2757');

/** One trade at a venue that behaves, and the books that the test says. */
class Desk {
  readonly stream = new TradeStream();
  readonly venue = new VenueDouble([], LOTS);
  now: Ms = START;

  constructor(approval = single(long), readonly settle = true) {
    this.run({ type: 'OpenTrade', approval, limits, tradingState: 'ACTIVE', sight: MIDDLE });
  }

  get leg() {
    const [leg] = this.stream.state.legs;
    if (!leg) throw new Error('no leg');
    return leg;
  }

  run(command: TradeCommand): void {
    const events = this.stream.run(command, this.now);
    if (this.stream.version > 1) expect(tradeDecider.decide(this.stream.state, command, this.stream.context(this.now)), `${command.type} repeated`).toEqual([]);
    this.venue.hear(events);
  }

  /** The venue answers all that it was asked, in this market; nothing rests there that it would meet. */
  answer(sight: Sight = MIDDLE): this {
    for (let step = 0; step < 400 && !this.venue.idle; step += 1) {
      this.venue.step(this.now);
      const message = this.venue.next();
      if (message) this.run({ ...message, sight });
    }
    return this;
  }

  see(sight: Sight): this {
    this.run({ type: 'SeeMarket', sight });
    return this;
  }

  /** Until the leg is whole: its makers are missed, and it takes. */
  hold(): this {
    for (let step = 0; step < 100 && this.stream.state.phase === 'ENTERING'; step += 1) {
      this.now += 1_000;
      this.run({ type: 'ReachDeadline', sight: MIDDLE });
      this.answer();
    }
    expect(this.stream.state.phase).toBe('HELD');
    return this.see(MIDDLE).answer();
  }

  orders(purpose: string) {
    return this.stream.of('OrderSubmitted').filter((order) => order.purpose === purpose);
  }

  /** The resting target is met, in part or whole. */
  meet(size: string): this {
    const [order] = this.orders('TARGET').slice(-1);
    if (!order) throw new Error('no target rests');
    this.venue.meet(order.clientOrderId, quantity(size), this.now);
    return this.answer();
  }
}

describe('a trade of one leg', () => {
  it('enters, stands and is left as any other, with nothing unhedged (R36)', () => {
    const desk = new Desk(approvalOf([plannedLeg(0, 'BUY', ['0.2', '0.22'])], { outcome: 'SINGLE', imbalanceRatio: ratio('0') })).hold();
    desk.run({ type: 'ExitTrade', reason: 'time', sight: MIDDLE });
    for (let step = 0; step < 100 && desk.stream.state.phase !== 'CLOSED'; step += 1) {
      desk.now += 1_000;
      desk.run({ type: 'ReachDeadline', sight: MIDDLE });
      desk.answer();
    }
    const [closed] = desk.stream.of('TradeClosed');
    expect([closed?.outcome, closed?.nakedNotionalSeconds.toString(), closed?.legs.map(({ filled, exited }) => [filled.toString(), exited.toString()])]).toEqual(['COMPLETED', '0', [['0.42', '0.42']]]);
    expect(desk.orders('TARGET')).toEqual([]);
  });
});

describe('a target', () => {
  it.each([[long, 'SELL', '2900'], [short, 'BUY', '2700']] as const)('rests at the venue, reduce-only, for what the leg holds, once it is whole', (leg, side, limit) => {
    const desk = new Desk(single(leg)).hold();
    expect(desk.orders('TARGET')).toMatchObject([{ side, quantity: quantity('0.42'), limitPrice: price(limit), postOnly: true, reduceOnly: true, timeInForce: 'GTC' }]);
    desk.now += 3_600_000;
    expect(desk.see(MIDDLE).orders('TARGET')).toHaveLength(1);
  });

  it('that is met closes the trade, and no order is left', () => {
    const desk = new Desk().hold().meet('0.42');
    expect([desk.stream.state.phase, desk.stream.of('TradeClosed')[0]?.outcome, desk.stream.state.unsettled]).toEqual(['CLOSED', 'COMPLETED', []]);
    expect(desk.orders('EXIT')).toEqual([]);
  });

  it('is sent anew for what is left where the venue has ended it', () => {
    const desk = new Desk().hold().meet('0.2');
    const [first] = desk.orders('TARGET');
    desk.run({ type: 'RecordEnded', clientOrderId: first?.clientOrderId ?? '', filled: quantity('0.2'), reason: 'expired', sight: MIDDLE });
    desk.now += 60_000;
    desk.see(MIDDLE);
    expect(desk.orders('TARGET').map((order) => [order.quantity.toString(), order.replaces])).toEqual([['0.42', undefined], ['0.22', first?.clientOrderId]]);
  });

  it('that is worth less than the venue takes does not rest: it is taken when a price reaches it', () => {
    const desk = new Desk(single({ ...plannedLeg(0, 'BUY', ['0.037']), stopPrice: price('2600'), targetPrice: price('2900') })).hold().meet('0.01');
    const [first] = desk.orders('TARGET');
    desk.run({ type: 'RecordEnded', clientOrderId: first?.clientOrderId ?? '', filled: quantity('0.01'), reason: 'expired', sight: MIDDLE });
    desk.now += 60_000;
    expect(desk.see(MIDDLE).orders('TARGET')).toHaveLength(1);
    desk.see(at('2900', '2900.1'));
    expect(desk.stream.of('ExitStarted').at(-1)?.reached).toMatchObject({ level: 'TARGET', price: price('2900') });
  });
});

describe('a stop', () => {
  it.each([[long, at('2700', '2700.1'), at('2700.1', '2700.2')], [short, at('2899.9', '2900'), at('2899.8', '2899.9')]] as const)('fires at the first fresh price that reaches it, and takes in the same stream once the target is back', (leg, through, before) => {
    const desk = new Desk(single(leg)).hold().see(before).see({});
    expect(desk.stream.of('ExitStarted')).toEqual([]);
    desk.see(through);
    const [order] = desk.orders('TARGET');
    expect(desk.stream.of('ExitStarted')).toMatchObject([{ urgent: true, reached: { level: 'STOP', bookSequence: 11 } }]);
    expect(desk.stream.of('OrderCancelRequested').map(({ clientOrderId }) => clientOrderId)).toContain(order?.clientOrderId);
    expect(desk.orders('EXIT')).toEqual([]);
    desk.answer(through);
    expect(desk.orders('EXIT')).toMatchObject([{ quantity: quantity('0.42'), timeInForce: 'IOC', reduceOnly: true, postOnly: false }]);
    expect([desk.stream.state.phase, String(desk.venue.positions.get(ETH))]).toEqual(['CLOSED', '0']);
  });

  it('takes what a target left, where that was met in part while it was asked back', () => {
    const desk = new Desk().hold();
    desk.see(at('2699', '2699.1'));
    desk.meet('0.3');
    expect(desk.orders('EXIT').map((order) => order.quantity.toString())).toEqual(['0.12']);
    expect(String(desk.venue.positions.get(ETH))).toBe('0');
  });

  it('makes an exit that a signal has started take at once', () => {
    const desk = new Desk().hold();
    desk.run({ type: 'ExitTrade', reason: 'time', sight: MIDDLE });
    desk.answer();
    expect(desk.orders('EXIT').at(-1)?.postOnly).toBe(true);
    desk.see(at('2690', '2690.1')).answer(at('2690', '2690.1'));
    expect(desk.orders('EXIT').at(-1)).toMatchObject({ postOnly: false, quantity: quantity('0.42') });
    expect(desk.stream.state.phase).toBe('CLOSED');
  });

  it('takes an entry back that is not whole', () => {
    const desk = new Desk();
    desk.see(at('2690', '2690.1')).answer(at('2690', '2690.1'));
    expect([desk.stream.of('UnwindStarted')[0]?.reason, desk.stream.state.phase]).toEqual([expect.stringContaining('the stop of ETH-PERP at 2700 was reached'), 'CLOSED']);
  });

  it('of a pair leaves both legs, and a target of a pair never rests', () => {
    const [first, second] = pair.legs;
    const desk = new Desk(approvalOf([{ ...first!, stopPrice: price('2700'), targetPrice: price('2900') }, second!])).hold();
    expect(desk.orders('TARGET')).toEqual([]);
    desk.see(at('2690', '2690.1')).answer(at('2690', '2690.1'));
    expect([desk.stream.state.phase, [...desk.venue.positions.values()].map(String)]).toEqual(['CLOSED', ['0', '0']]);
  });

  it('fires after a restart as it would have before: from the state that its events give', () => {
    const desk = new Desk().hold().meet('0.1');
    const folded = desk.stream.events.reduce((state, event) => tradeDecider.evolve(state, event), tradeDecider.initial);
    expect(folded).toEqual(desk.stream.state);
    expect(tradeDecider.decide(folded, { type: 'SeeMarket', sight: at('2690', '2690.1') }, desk.stream.context(desk.now)).map(({ type }) => type)).toEqual(['ExitStarted', 'OrderCancelRequested']);
  });
});

describe('a reduction of a leg whose collateral can not be kept up', () => {
  const reduce = (size: string, id = 'r1'): Extract<TradeCommand, { type: 'ReduceTrade' }> => ({ type: 'ReduceTrade', reductionId: id, instrument: ETH, side: 'SELL', quantity: quantity(size), reason: 'exhausted', askedAt: START + 10_000, sight: MIDDLE });

  it('takes so much back once, after the target has made way, which then rests for what is left', () => {
    const desk = new Desk().hold();
    desk.run(reduce('0.15'));
    desk.answer();
    desk.run(reduce('0.15'));
    desk.see(MIDDLE).answer();
    expect(desk.orders('REDUCE').map((order) => order.quantity.toString())).toEqual(['0.15']);
    expect(desk.orders('TARGET').map((order) => order.quantity.toString())).toEqual(['0.42', '0.27']);
    expect([holdingOf(desk.leg).toString(), desk.stream.state.phase]).toEqual(['0.27', 'HELD']);
  });

  it('asked for again before it was done is for the whole need of that time, and is not added to the first', () => {
    const desk = new Desk().hold();
    desk.run({ ...reduce('0.15'), sight: {} });
    desk.run({ ...reduce('0.2', 'r2'), sight: {} });
    desk.answer();
    desk.see(MIDDLE).answer();
    expect([desk.orders('REDUCE').map((order) => order.quantity.toString()), holdingOf(desk.leg).toString()]).toEqual([['0.2'], '0.22']);
  });

  it('of all that is held leaves the trade by taking, as does one of a pair', () => {
    for (const approval of [single(long), pair]) {
      const desk = new Desk(approval).hold();
      desk.run(reduce(approval === pair ? '0.1' : '0.5'));
      desk.answer();
      expect([desk.stream.state.phase, String(desk.venue.positions.get(ETH))]).toEqual(['CLOSED', '0']);
    }
  });

  it('that no fresh book has let it carry out for two minutes is left, its target rests again, and the next one is for itself alone', () => {
    const desk = new Desk().hold();
    const askedAt = desk.now;
    desk.run({ ...reduce('0.2'), askedAt, sight: {} });
    desk.answer({});
    desk.now = askedAt + 120_000;
    desk.see(MIDDLE).answer();
    expect([desk.orders('REDUCE'), holdingOf(desk.leg).toString()]).toEqual([[], '0.42']);
    expect(desk.orders('TARGET').map((order) => order.quantity.toString())).toEqual(['0.42', '0.42']);
    desk.run({ ...reduce('0.1', 'r2'), askedAt: desk.now });
    desk.answer().see(MIDDLE).answer();
    expect([desk.orders('REDUCE').map((order) => order.quantity.toString()), holdingOf(desk.leg).toString()]).toEqual([['0.1'], '0.32']);
  });

  it('that leaves a whole trade, or takes its entry back, is known to it from then on', () => {
    const [entering, held] = [new Desk(), new Desk().hold()];
    for (const desk of [entering, held]) {
      desk.run({ ...reduce('0.42'), askedAt: desk.now });
      expect(desk.stream.state.reductions).toEqual({ r1: quantity('0.42') });
    }
    expect([entering.stream.of('UnwindStarted'), held.stream.of('ExitStarted')]).toMatchObject([[{ reduction: { reductionId: 'r1' } }], [{ reduction: { reductionId: 'r1' } }]]);
  });

  it('that was asked for two minutes ago or more starts nothing, whatever the trade does', () => {
    for (const approval of [single(long), pair]) {
      const desk = new Desk(approval);
      desk.now += 120_000;
      expect(desk.stream.run({ ...reduce('0.42'), askedAt: START }, desk.now)).toEqual([]);
    }
    const desk = new Desk().hold();
    desk.run({ ...reduce('0.42'), askedAt: desk.now - 120_000 });
    expect([desk.stream.state.phase, desk.stream.of('ReductionStarted')]).toEqual(['HELD', []]);
  });

  it('takes at least what the venue takes as an order', () => {
    const desk = new Desk().hold();
    desk.run(reduce('0.001'));
    desk.answer();
    expect(desk.orders('REDUCE').map((order) => order.quantity.toString())).toEqual(['0.038']);
  });
});
