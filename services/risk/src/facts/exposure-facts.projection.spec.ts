import type { Recorded } from '@ballast/bus';
import { notional, price, signedQuantity } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { beforeEach, describe, expect, it } from 'vitest';
import { assess, AT, planOf } from '../exposure/exposure.builders.js';
import { exposureDecider } from '../exposure/exposure.decider.js';
import { ExposureFold } from './exposure-facts.projection.js';

describe('the exposure of an account, from the events of execution and collateral', () => {
  let fold: ExposureFold;
  const apply = (event: object): void => fold.apply({ event: event as BallastEvent } as Recorded);
  const openOf = (instrument: string): string | undefined => fold.of('a1').byInstrument[instrument]?.open.toString();
  const marked = (accountId: string, markPrice: string): void => apply({ type: 'EquityObserved', accountId, marks: [{ instrument: 'ETH-PERP', markPrice: price(markPrice) }] });

  beforeEach(() => {
    fold = new ExposureFold();
    apply({ type: 'PositionOpened', accountId: 'a1', instrument: 'ETH-PERP', tradeId: 'trade-0', side: 'SELL', quantity: signedQuantity('2'), position: signedQuantity('-2'), price: price('1000') });
  });

  it('is worth the last fill at first, then the newest mark of its own account, up and down (C-23)', () => {
    expect(openOf('ETH-PERP')).toBe('2000');
    marked('a1', '1250');
    expect(openOf('ETH-PERP')).toBe('2500');
    marked('a1', '900');
    expect(openOf('ETH-PERP')).toBe('1800');
    marked('a2', '5000');
    expect(openOf('ETH-PERP')).toBe('1800');
  });

  it('refuses a plan for which a risen mark has left no room, though its fill prices would have', () => {
    const judged = (): object | undefined => exposureDecider.decide(exposureDecider.initial, assess(planOf('1'), { facts: fold.of('a1') }), { decisionId: 'd', at: AT }).at(-1);
    marked('a1', '1500');
    expect(judged()).toMatchObject({ type: 'TradeApproved', grossBefore: notional('3000') });
    marked('a1', '3100');
    expect(judged()).toMatchObject({ type: 'TradeDenied', grossBefore: notional('6200'), reason: expect.stringContaining('Position $8,200 exceeds safe limit $8,000') as string });
  });

  it('loses what a liquidation took, and keeps what it left at the price it had', () => {
    const liquidated = (position: string): void => apply({ type: 'PositionLiquidated', accountId: 'a1', instrument: 'ETH-PERP', position: signedQuantity(position) });
    marked('a1', '1100');
    liquidated('-0.5');
    expect(openOf('ETH-PERP')).toBe('550');
    liquidated('0');
    expect(fold.of('a1').byInstrument).toEqual({});
    liquidated('-1');
    expect(fold.of('a1').byInstrument, 'a position that never was').toEqual({});
  });
});
