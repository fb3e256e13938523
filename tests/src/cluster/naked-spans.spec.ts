import { type Ms, price, quantity, type Side } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { nakedSpans } from './naked-spans.js';

const opened = { type: 'TradeOpened', tradeId: 't', legs: [{ leg: 0, referencePrice: price('2500') }, { leg: 1, referencePrice: price('100') }], limits: { nakedTimeoutMs: 15_000 } } as unknown as BallastEvent;
const filled = (venueTime: Ms, leg: number, side: Side, base: string): BallastEvent => ({ type: 'OrderFilled', tradeId: 't', leg, side, quantity: quantity(base), venueTime }) as unknown as BallastEvent;
const spansOf = (...fills: readonly BallastEvent[]): readonly object[] => nakedSpans({ events: [opened, ...fills] });

describe('naked spans', () => {
  it('last from the fill that leaves more than the smallest order without its counterpart to the one that mends it', () => {
    expect(spansOf(filled(1_000, 0, 'BUY', '0.4'), filled(4_500, 1, 'SELL', '10'))).toEqual([{ tradeId: 't', from: 1_000, lengthMs: 3_500, limitMs: 15_000 }]);
  });

  it('are counted on the way out as on the way in', () => {
    const entered = [filled(1_000, 0, 'BUY', '0.4'), filled(1_000, 1, 'SELL', '10')];
    expect(spansOf(...entered, filled(9_000, 1, 'BUY', '10'), filled(9_700, 0, 'SELL', '0.4'))).toEqual([{ tradeId: 't', from: 1_000, lengthMs: 0, limitMs: 15_000 }, { tradeId: 't', from: 9_000, lengthMs: 700, limitMs: 15_000 }]);
  });

  it('do not begin with what is too small to be ordered, and never end where nothing mends them', () => {
    expect(spansOf(filled(1_000, 0, 'BUY', '0.03'), filled(2_000, 1, 'SELL', '0.8'))).toEqual([]);
    expect(spansOf(filled(1_000, 0, 'BUY', '0.03'), filled(2_000, 0, 'BUY', '0.03'))).toEqual([{ tradeId: 't', from: 2_000, lengthMs: Infinity, limitMs: 15_000 }]);
  });
});
