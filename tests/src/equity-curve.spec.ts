import { describe, expect, it } from 'vitest';
import { Decimal } from '@ballast/domain';
import { EquityCurveFold, resultOf, returnSince, TradeRecordFold } from '@ballast/performance';
import { GeneratedMarket } from '@ballast/venues';
import { readLog } from './desk/log.js';
import { pairDesk } from './desk/pair-desk.js';

/** Quote currency: averages are rounded at the venue and in the log. */
const DUST = new Decimal('0.000001');

describe('results folded from fills, funding and marks, beside the equity that the venue tells', () => {
  it('explain every observation of a flat account to dust, and of an open one to what marks and oracle differ by (C-10, C-11)', async () => {
    const source = new GeneratedMarket({ seed: 7, durationMs: 6 * 60_000, coins: ['ETH', 'SOL'] });
    const desk = await pairDesk({ source }, { holdMs: 65_000 });
    await desk.run(source.endTime);
    const { recorded } = await readLog(desk.system.store);
    await desk.stop();
    const curves = new EquityCurveFold();
    const records = new TradeRecordFold();
    let funded = new Decimal(0);
    const unexplained: { readonly flat: boolean; readonly share: Decimal }[] = [];
    /** While the account is flat: what the trades that are over brought, less what the curve earned. */
    const apart: Decimal[] = [];
    let portfolioId = '';
    let at = 0;
    for (const { event, decision } of recorded) {
      for (const fold of [curves, records]) if (fold.reads.includes(event.type)) fold.apply({ event, decision });
      if (event.type === 'AccountFunded') funded = funded.plus(event.amount);
      if (event.type !== 'EquityObserved' || funded.isZero()) continue;
      [portfolioId, at] = [event.portfolioId, decision.occurredAt];
      const result = resultOf(curves.state.books.get(event.accountId)!);
      const { total } = records.portfolio(portfolioId);
      if (event.positions.length === 0 && total.trades > 0) apart.push(total.net.minus(curves.portfolio(portfolioId, at)!.result).abs());
      unexplained.push({ flat: event.positions.length === 0, share: event.equity.minus(funded).minus(result).abs() });
    }
    expect(unexplained.length).toBeGreaterThan(5);
    expect(unexplained.filter(({ flat, share }) => flat && share.gt(DUST))).toEqual([]);
    expect(unexplained.filter(({ share }) => share.gt(funded.times('0.001')))).toEqual([]);
    const curve = curves.portfolio(portfolioId, at)!;
    expect(records.portfolio(portfolioId).total.trades).toBeGreaterThan(1);
    expect(apart.length).toBeGreaterThan(0);
    expect(apart.filter((amount) => amount.gt(DUST)).map(String)).toEqual([]);
    expect(returnSince(curve.start).toFixed(6), 'the capital at work is as the venue values it').toBe(curve.result.div(curve.start.capital).toFixed(6));
  }, 120_000);
});
