import { bps, money, type Ms, price, quantity, ratio } from '@ballast/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Sight, TradeCommand, TradeEvent } from './trade.commands.js';
import { approvalOf, ETH, limits, plannedLeg, SOL, START, TradeStream } from './trade.fixtures.js';

const at = (bid: string, ask: string): Sight => ({ [ETH]: { bid: price(bid), ask: price(ask), sequence: 11 }, [SOL]: { bid: price('115.86'), ask: price('115.87'), sequence: 9 } });
const MIDDLE = at('2756.9', '2757');
const CRASH = at('2600', '2600.1');
const long = approvalOf([{ ...plannedLeg(0, 'BUY', ['0.42']), stopPrice: price('2700'), targetPrice: price('2900') }], { outcome: 'SINGLE', imbalanceRatio: ratio('0') });
const reduce = (reductionId: string, askedAt: Ms): TradeCommand => ({ type: 'ReduceTrade', reductionId, instrument: ETH, side: 'SELL', quantity: quantity('0.2'), reason: 'exhausted', askedAt, sight: MIDDLE });

describe('A pause after failures', () => {
  let stream: TradeStream;
  let now: Ms;
  const run = (command: TradeCommand): readonly TradeEvent[] => stream.run(command, now);
  const see = (sight: Sight): readonly TradeEvent[] => run({ type: 'SeeMarket', sight });
  const waits = (): Ms => stream.state.legs[0]!.retryAt - now;
  const sent = (events: readonly TradeEvent[]): readonly string[] => events.flatMap((event) => (event.type === 'OrderSubmitted' ? [`${event.purpose} ${event.quantity.toString()} ${event.timeInForce}`] : []));
  const end = (clientOrderId: string, filled: string, sight: Sight): void => { run({ type: 'RecordEnded', clientOrderId, filled: quantity(filled), reason: 'ended', sight }); };
  /** Every order under way ends with nothing of it filled, in sight of no book. */
  const miss = (): void => { for (const clientOrderId of stream.state.unsettled) end(clientOrderId, '0', {}); };
  /** Each of these taking orders misses, until the pause between them is the longest. */
  const missOften = (): void => {
    for (let time = 0; time < 12; time += 1) {
      now += 31_000;
      see(MIDDLE);
      miss();
    }
    expect(waits()).toBeGreaterThan(10_000);
  };

  beforeEach(() => {
    stream = new TradeStream();
    now = START;
    run({ type: 'OpenTrade', approval: long, limits, tradingState: 'ACTIVE', sight: MIDDLE });
    const [entry] = stream.of('OrderSubmitted');
    run({ type: 'RecordFill', clientOrderId: entry!.clientOrderId, fill: { fillId: 'fill1', quantity: quantity('0.42'), price: price('2756.9'), fee: money('0'), liquidity: 'MAKER', venueTime: now }, sight: MIDDLE });
    expect([stream.state.phase, sent(stream.events)]).toEqual(['HELD', ['ENTRY 0.42 GTC', 'TARGET 0.42 GTC']]);
  });

  it('of a signal’s exit ends when the stop is met: it takes with the very price that met it', () => {
    run({ type: 'ExitTrade', reason: 'trend', slippageBpsMax: bps('1'), sight: MIDDLE });
    missOften();
    now += 10;
    const events = see(CRASH);
    expect(events[0]).toMatchObject({ type: 'ExitStarted', urgent: true, reached: { level: 'STOP' } });
    expect(sent(events)).toEqual(['EXIT 0.42 IOC']);
    miss();
    expect(waits(), 'the urgent exit has failed once').toBeLessThan(1_000);
  });

  it('of a signal’s exit ends when protection asks for less', () => {
    run({ type: 'ExitTrade', reason: 'trend', slippageBpsMax: bps('1'), sight: MIDDLE });
    missOften();
    now += 10;
    expect(sent(run(reduce('r1', now)))).toEqual(['EXIT 0.42 IOC']);
  });

  it('of an exit that is urgent already goes on when it is told again', () => {
    see(CRASH);
    missOften();
    now += 10;
    const pause = waits();
    expect(run({ ...reduce('r1', now), sight: CRASH })).toEqual([]);
    expect([see(CRASH), waits()]).toEqual([[], pause]);
  });

  it('of a target that the venue refuses is none for a reduction, nor are its refusals', () => {
    miss();
    for (let time = 0; time < 7; time += 1) {
      now += 31_000;
      see(MIDDLE);
      for (const clientOrderId of stream.state.unsettled) run({ type: 'RecordRejected', clientOrderId, kind: 'band', message: 'too far', sight: {} });
    }
    expect(waits()).toBeGreaterThan(10_000);
    now += 10;
    expect(sent(run(reduce('r1', now)))).toEqual(['REDUCE 0.2 IOC']);
    miss();
    expect(waits(), 'the reduction has failed once').toBeLessThan(1_000);
  });
});
