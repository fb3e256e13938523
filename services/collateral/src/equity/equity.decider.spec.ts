import { money, price, signedQuantity } from '@ballast/domain';
import { decodeEvent, type EquityObserved } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { equityDecider, type ObserveEquity } from './equity.decider.js';

const DAY_MS = 86_400_000;
const START = 20_000 * DAY_MS;
const observe = (over: Partial<ObserveEquity> = {}): ObserveEquity => ({
  type: 'ObserveEquity', accountId: 'account-1', portfolioId: 'portfolio-1', botId: 'bot-1', trigger: 'INTERVAL', slot: START, collateral: money('1000'), equity: money('990'), initialMarginHealth: money('900'),
  maintenanceMarginHealth: money('950'), positions: [{ instrument: 'ETH-PERP', quantity: signedQuantity('1'), markPrice: price('2000'), oraclePrice: price('2010'), liquidationPrice: price('1500') }], venueTime: START + 200, ...over,
});
const context = { decisionId: 'd', at: START };
const after = (...commands: readonly ObserveEquity[]) => commands.reduce((state, command) => equityDecider.decide(state, command, context).reduce((folded, event) => equityDecider.evolve(folded, event), state), equityDecider.initial);

describe('equity of one account', () => {
  it('is observed with marks, signed distances on the oracle (W-7) and leverage', () => {
    const [event] = equityDecider.decide(equityDecider.initial, observe(), context) as [EquityObserved];
    expect(JSON.parse(JSON.stringify(event))).toMatchObject({
      accountLeverage: '2', grossNotional: '2000', eligibleCollateral: '1000', marks: [{ instrument: 'ETH-PERP', markPrice: '2000', oraclePrice: '2010' }],
      positions: [{ instrument: 'ETH-PERP', quantity: '1', liquidationPrice: '1500', distanceToLiquidation: '0.34' }],
    });
    expect(decodeEvent(JSON.parse(JSON.stringify(event)), { writer: 'collateral', kind: 'equity' }).type).toBe('EquityObserved');
  });

  it('says no distance for a position that no price can liquidate', () => {
    const positions = [{ instrument: 'ETH-PERP', quantity: signedQuantity('1'), markPrice: price('2000'), oraclePrice: price('2010') }];
    const [event] = equityDecider.decide(equityDecider.initial, observe({ positions }), context);
    expect(event?.positions[0]?.distanceToLiquidation).toBeUndefined();
  });

  it('is observed once per interval, however often it is asked', () => {
    expect(equityDecider.decide(after(observe()), observe({ venueTime: START + 5_000 }), context)).toEqual([]);
    expect(equityDecider.decide(after(observe()), observe({ slot: START + 60_000, venueTime: START + 60_100 }), context)).toHaveLength(1);
  });

  it('opens each UTC day once, also when an interval came before it', () => {
    const day = observe({ trigger: 'DAY', slot: START + DAY_MS, venueTime: START + DAY_MS + 70_000 });
    const interval = observe({ slot: START + DAY_MS + 60_000, venueTime: START + DAY_MS + 60_100 });
    expect(equityDecider.decide(after(interval), day, context)).toHaveLength(1);
    expect(equityDecider.decide(after(interval, day), { ...day, venueTime: day.venueTime + 1 }, context)).toEqual([]);
  });

  it('takes no answer that is older than one it has', () => {
    expect(equityDecider.decide(after(observe({ venueTime: START + 500 })), observe({ trigger: 'TRIP', venueTime: START + 499 }), context)).toEqual([]);
  });
});
