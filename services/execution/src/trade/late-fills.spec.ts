import { Decimal, money, type Ms, price, quantity, ratio, signedQuantity } from '@ballast/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import { holdingOf } from './quantities.js';
import type { Sight, TradeCommand } from './trade.commands.js';
import { approvalOf, ETH, limits, plannedLeg, SOL, START, TradeStream } from './trade.fixtures.js';
import { VenueDouble } from './venue-double.fixtures.js';

const at = (bid: string, ask: string): Sight => ({ [ETH]: { bid: price(bid), ask: price(ask), sequence: 11 }, [SOL]: { bid: price('115.86'), ask: price('115.87'), sequence: 9 } });
const MIDDLE = at('2756.9', '2757');
const CRASH = at('2400', '2400.1');
const long = approvalOf([{ ...plannedLeg(0, 'BUY', ['0.42']), stopPrice: price('2700'), targetPrice: price('2900') }], { outcome: 'SINGLE', imbalanceRatio: ratio('0') });

describe('A late fill below the venue’s minimum', () => {
  let stream: TradeStream;
  let venue: VenueDouble;
  let now: Ms;
  const run = (command: TradeCommand): void => venue.hear(stream.run(command, now));
  const answer = (sight: Sight = MIDDLE): void => {
    for (let step = 0; step < 400 && !venue.idle; step += 1) {
      venue.step(now);
      const message = venue.next();
      if (message) run({ ...message, sight });
    }
  };
  const pass = (ms: Ms, sight: Sight = MIDDLE): void => {
    now += ms;
    run({ type: 'SeeMarket', sight });
    answer(sight);
  };
  const fill = (clientOrderId: string, fillId: string, size: string): void => {
    const { side, instrument } = stream.state.orders[clientOrderId]!;
    const before = venue.positions.get(instrument) ?? new Decimal(0);
    venue.positions.set(instrument, side === 'BUY' ? before.plus(size) : before.minus(size));
    run({ type: 'RecordFill', clientOrderId, fill: { fillId, quantity: quantity(size), price: price('2756.9'), fee: money('0.01'), liquidity: 'MAKER', venueTime: now }, sight: MIDDLE });
    answer();
  };
  const holding = (): string => stream.state.legs.map((leg) => holdingOf(leg).toString()).join(' ');
  const restingTargets = (): readonly string[] => stream.state.unsettled.flatMap((id) => (stream.state.orders[id]?.purpose === 'TARGET' ? [stream.state.orders[id]!.quantity.toString()] : []));
  const makerFillsLate = (): void => fill(stream.of('OrderSubmitted')[0]!.clientOrderId, 'late', '0.01');
  const reduce = (size: string): void => {
    run({ type: 'ReduceTrade', reductionId: 'r1', instrument: ETH, side: 'SELL', quantity: quantity(size), reason: 'exhausted', askedAt: now, sight: MIDDLE });
    answer();
    pass(1_000);
  };

  /** Held, after its maker was cancelled and a taking order filled all of it. */
  beforeEach(() => {
    stream = new TradeStream();
    venue = new VenueDouble([], { [ETH]: '0.001', [SOL]: '0.1' });
    now = START;
    run({ type: 'OpenTrade', approval: long, limits, tradingState: 'ACTIVE', sight: MIDDLE });
    answer();
    for (let step = 0; step < 100 && stream.state.phase === 'ENTERING'; step += 1) {
      now += 1_000;
      run({ type: 'ReachDeadline', sight: MIDDLE });
      answer();
    }
    pass(0);
    expect([stream.state.phase, holding(), restingTargets()]).toEqual(['HELD', '0.42', ['0.42']]);
  });

  it('leaves stop and target in force for all that is held, itself included', () => {
    makerFillsLate();
    pass(10_000);
    expect(stream.of('PairResidual').map((residual) => residual.quantity.toString())).toEqual(['0.01']);
    expect([stream.state.phase, holding(), restingTargets()]).toEqual(['HELD', '0.43', ['0.43']]);
    pass(10_000, CRASH);
    expect(stream.of('ExitStarted')).toMatchObject([{ urgent: true, reached: { level: 'STOP' } }]);
    expect([stream.state.phase, String(venue.positions.get(ETH))]).toEqual(['CLOSED', '0']);
  });

  it('leaves the position to be reduced by what protection asks for', () => {
    makerFillsLate();
    pass(10_000);
    reduce('0.2');
    expect([stream.state.phase, holding(), restingTargets()]).toEqual(['HELD', '0.23', ['0.23']]);
  });

  it('does not hide from the trade that the venue has less than it holds', () => {
    makerFillsLate();
    pass(10_000);
    venue.positions.delete(ETH);
    reduce('0.2');
    for (let step = 0; step < 8; step += 1) pass(31_000);
    run({ type: 'SeePosition', instrument: ETH, position: signedQuantity('0'), sight: MIDDLE });
    expect(stream.of('PairResidual').at(-1)).toMatchObject({ missing: true, quantity: signedQuantity('0.43') });
    expect(stream.state.phase).toBe('CLOSED');
  });

  it('after a reduction is no reason to sell what that has left', () => {
    reduce('0.2');
    makerFillsLate();
    for (let step = 0; step < 5; step += 1) pass(10_000);
    expect(stream.of('ExitStarted')).toEqual([]);
    expect([stream.state.phase, holding(), restingTargets()]).toEqual(['HELD', '0.23', ['0.23']]);
  });

  it('that is all there is left, and that the venue does not take back, ends the trade', () => {
    const [target] = stream.of('OrderSubmitted').slice(-1);
    venue.meet(target!.clientOrderId, quantity('0.42'), now);
    const [maker] = stream.of('OrderSubmitted');
    run({ type: 'RecordFill', clientOrderId: maker!.clientOrderId, fill: { fillId: 'late', quantity: quantity('0.01'), price: price('2756.9'), fee: money('0.01'), liquidity: 'MAKER', venueTime: now }, sight: {} });
    while (venue.inbox.length > 0) run({ ...venue.inbox.shift()!, sight: {} });
    expect([stream.state.phase, holding()]).toEqual(['HELD', '0.01']);
    for (let step = 0; step < 3; step += 1) {
      now += 60_000;
      run({ type: 'SeeMarket', sight: MIDDLE });
      for (const clientOrderId of stream.state.unsettled) run({ type: 'RecordRejected', clientOrderId, kind: 'minimum', message: 'too small', sight: MIDDLE });
    }
    expect([stream.state.phase, stream.of('PairResidual').length > 0]).toEqual(['CLOSED', true]);
  });
});
