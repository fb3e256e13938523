import 'reflect-metadata';
import { expect, it } from 'vitest';
import type { Ledger } from '../ledger.projection.js';
import type { TradeEvent } from '../trade/trade.commands.js';
import { tradeDecider } from '../trade/trade.decider.js';
import { limits, pair, sight, START, TradeStream } from '../trade/trade.fixtures.js';
import type { Trades } from '../trade/trades.service.js';
import type { OrderGateway } from '../venue/order.gateway.js';
import { OrderWork } from './accounts.service.js';

it('a recovery takes up what is open in the order of its decisions: what may never have left by when it was sent, the rest by when it was asked back', async () => {
  const trade = new TradeStream();
  trade.run({ type: 'OpenTrade', approval: pair, limits, tradingState: 'ACTIVE', sight }, START);
  const [first, second] = trade.of('OrderSubmitted');
  if (!first || !second) throw new Error('a pair sends two orders');
  const later = { ...second, clientOrderId: 'sent after it' };
  const since: readonly TradeEvent[] = [
    { type: 'OrderAccepted', clientOrderId: first.clientOrderId, tradeId: first.tradeId, venueOrderId: 'venue-1' },
    { type: 'OrderCancelRequested', clientOrderId: first.clientOrderId, tradeId: first.tradeId, reason: 'enough' },
    later,
  ];
  const state = since.reduce((before, event) => tradeDecider.evolve(before, event), trade.state);
  const looked: string[] = [];
  const trades: Pick<Trades, 'owned'> = { owned: () => [{ stream: { partition: 0, writer: 'execution', kind: 'trade', id: 'trade1' }, version: 2, state }] };
  const gateway: Pick<OrderGateway, 'recover'> = { recover: (_trade, { clientOrderId }) => Promise.resolve(void looked.push(clientOrderId)) };
  await new OrderWork(trades as Trades, gateway as OrderGateway, {} as Ledger).recover('account1');
  expect(looked).toEqual([second, first, later].map(({ clientOrderId }) => clientOrderId));
});
