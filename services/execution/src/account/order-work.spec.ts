import 'reflect-metadata';
import { expect, it } from 'vitest';
import type { Ledger } from '../ledger.projection.js';
import { limits, pair, sight, START, TradeStream } from '../trade/trade.fixtures.js';
import type { Trades } from '../trade/trades.service.js';
import type { OrderGateway } from '../venue/order.gateway.js';
import { OrderWork } from './accounts.service.js';

it('a recovery takes up what may never have left before what the venue has: it was sent before anything was asked back', async () => {
  const trade = new TradeStream();
  trade.run({ type: 'OpenTrade', approval: pair, limits, tradingState: 'ACTIVE', sight }, START);
  const [known, sent] = Object.keys(trade.state.orders) as [string, string];
  trade.run({ type: 'RecordAccepted', clientOrderId: known, venueOrderId: 'venue-1' }, START);
  const looked: string[] = [];
  const trades: Pick<Trades, 'owned'> = { owned: () => [{ stream: { partition: 0, writer: 'execution', kind: 'trade', id: 'trade1' }, version: 2, state: trade.state }] };
  const gateway: Pick<OrderGateway, 'recover'> = { recover: (_trade, { clientOrderId }) => Promise.resolve(void looked.push(clientOrderId)) };
  await new OrderWork(trades as Trades, gateway as OrderGateway, {} as Ledger).recover('account1');
  expect(looked).toEqual([sent, known]);
});
