import { money, type Ms, price, quantity, signedQuantity } from '@ballast/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import { tradeDecider } from './trade.decider.js';
import { ETH, limits, pair, sight, SOL, START, TradeStream } from './trade.fixtures.js';

const EXIT_AT: Ms = START + 60_000;
/** The first of them is of an order that would have rested. */
const REFUSALS = 7;

describe('A trade whose position somebody else has reduced', () => {
  let trade: TradeStream;
  const orders = () => trade.of('OrderSubmitted');
  const of = (instrument: string) => orders().findLast((order) => order.instrument === instrument)!;
  const missing = () => trade.of('PairResidual').map((event) => [event.instrument, event.quantity.toString(), event.missing]);
  const fill = (instrument: string, at: Ms): void => {
    const { clientOrderId, quantity: size, limitPrice } = of(instrument);
    trade.run({ type: 'RecordFill', clientOrderId, fill: { fillId: `fill of ${clientOrderId}`, quantity: size, price: limitPrice, fee: money('0.1'), liquidity: 'TAKER', venueTime: at }, sight }, at);
  };
  const refuse = (instrument: string, at: Ms): void => { trade.run({ type: 'RecordRejected', clientOrderId: of(instrument).clientOrderId, kind: 'reduceOnly', message: 'larger than the position', sight }, at); };
  /** Refused in vain for as long as makes it look; when, ms. */
  const refuseLong = (): Ms => {
    let at = EXIT_AT + 10;
    for (let refusals = 0; refusals < REFUSALS; refusals += 1) {
      refuse(SOL, at);
      if (refusals === REFUSALS - 1) break;
      at = trade.state.legs[1]!.retryAt;
      trade.run({ type: 'SeeMarket', sight }, at);
    }
    return at;
  };
  const see = (instrument: string, position: string, at: Ms): void => { trade.run({ type: 'SeePosition', instrument, position: signedQuantity(position), sight }, at); };
  beforeEach(() => {
    trade = new TradeStream();
    trade.run({ type: 'OpenTrade', approval: pair, limits, tradingState: 'ACTIVE', sight }, START);
    fill(ETH, START + 1_000);
    fill(SOL, START + 1_000);
    trade.run({ type: 'ExitTrade', reason: 'time', sight }, EXIT_AT);
    fill(ETH, EXIT_AT + 1);
  });

  it('leaves what is there, records what is not, and ends UNWOUND and flat', () => {
    const at = refuseLong();
    see(SOL, '-5', at + 50);
    expect(missing()).toEqual([[SOL, '-5', true]]);
    expect(trade.of('UnwindStarted')[0]?.reason).toBe(`the venue has 5 ${SOL} where the trade held 10`);
    expect(of(SOL)).toMatchObject({ purpose: 'UNWIND', side: 'BUY', reduceOnly: true, quantity: quantity('5') });
    fill(SOL, at + 100);
    expect(trade.of('TradeClosed').map(({ outcome }) => outcome)).toEqual(['UNWOUND']);
    expect(tradeDecider.finished?.(trade.state)).toBe(true);
  });

  it('sends nothing for a leg of which the venue has nothing, or that stands on the other side by now', () => {
    const at = refuseLong();
    const before = orders().length;
    see(SOL, '3', at + 50);
    expect(missing()).toEqual([[SOL, '-10', true]]);
    trade.run({ type: 'SeeMarket', sight }, at + 60_000);
    expect(orders()).toHaveLength(before);
    expect(trade.state.phase).toBe('CLOSED');
  });

  it('believes no position before a late fill would have been told, nor while an order of the leg is under way', () => {
    see(SOL, '-5', EXIT_AT + 5);
    refuse(SOL, EXIT_AT + 10);
    see(SOL, '-5', EXIT_AT + 20);
    expect(missing()).toEqual([]);
    const { retryAt } = trade.state.legs[1]!;
    trade.run({ type: 'SeeMarket', sight }, retryAt);
    const at = refuseLong();
    trade.run({ type: 'SeeMarket', sight }, trade.state.legs[1]!.retryAt);
    see(SOL, '-5', at + 60_000);
    expect(missing()).toEqual([]);
  });

  it('tries on where the venue has what the trade holds, or more', () => {
    const at = refuseLong();
    see(SOL, '-10', at + 50);
    see(SOL, '-12.5', at + 60);
    expect(missing()).toEqual([]);
    trade.run({ type: 'SeeMarket', sight }, trade.state.legs[1]!.retryAt);
    expect(of(SOL)).toMatchObject({ quantity: quantity('10'), reduceOnly: true });
  });

  it('counts once what the venue then tells as a liquidation', () => {
    const at = refuseLong();
    see(SOL, '-5', at + 50);
    trade.run({ type: 'RecordLiquidation', liquidationId: 'l1', instrument: SOL, side: 'BUY', quantity: quantity('5'), price: price('116'), fee: money('1'), venueTime: EXIT_AT, sight }, at + 60);
    expect(trade.state.phase).toBe('UNWINDING');
    fill(SOL, at + 100);
    expect(trade.of('TradeClosed')[0]?.legs.map(({ exited }) => exited.toString())).toEqual(['0.42', '10']);
  });
});
