import { Metrics } from '@ballast/observability';
import { describe, expect, it } from 'vitest';
import { LoggedTrace } from './trace-log.js';
import { TradeStream, limits, pair, START } from './trade/trade.fixtures.js';

describe('An unwind that has not ended', () => {
  it('is counted and written apart from one that has begun', async () => {
    const metrics = new Metrics({ service: 'execution', version: '0', commit: 'test' });
    const written: string[] = [];
    const trace = new LoggedTrace((_fields, message) => written.push(message), metrics);
    const trade = new TradeStream();
    trade.run({ type: 'OpenTrade', approval: pair, limits, tradingState: 'ACTIVE', sight: {} }, START);
    const leg = { ...trade.state.legs[0]!, entered: { quantity: pair.legs[0]!.quantity, notional: pair.legs[0]!.notional } };
    trade.state = { ...trade.state, legs: [leg, trade.state.legs[1]!] };
    for (const at of [START, START + 60_000, START + 120_000]) {
      trade.run(at === START ? { type: 'StopEntry', reason: 'halted' } : { type: 'ReachDeadline' }, at);
      trace.leaving(trade.state, trade.of('UnwindStarted').at(-1)!);
    }
    const text = await metrics.text();
    expect(text).toContain('ballast_unwinds_total{bot="bot1",outcome="started"} 1');
    expect(text).toContain('ballast_unwinds_total{bot="bot1",outcome="stuck"} 2');
    expect(written).toEqual(Array.from({ length: 2 }, () => '[UNWIND] the unwind has not ended for another 60000 ms: 0.42 ETH-PERP waits for a fresh book'));
  });
});
