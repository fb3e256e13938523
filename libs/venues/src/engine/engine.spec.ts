import { beforeEach, describe, expect, it } from 'vitest';
import type { CancelOrders, EngineOutput, PlaceOrder, PriceLevel } from './engine.api.js';
import { Engine } from './engine.js';
import { formatX18, x18 } from './fixed.js';
import { nadoEngineConfig } from './presets.js';

const START = 1_000_000;
const levels = (...pairs: readonly (readonly [string, string])[]): PriceLevel[] => pairs.map(([price, size]) => [x18(price), x18(size)]);
const quiet = { latency: { postOnlyMs: 10, otherMs: 40, cancelMs: 10, responseMs: 5, jitterMedianMs: 0, jitterSigma: 0 } };

let serial = 0;
const order = (changes: Partial<PlaceOrder> = {}): PlaceOrder => {
  serial += 1;
  return {
    type: 'place', requestKey: `r${serial}`, digest: `d${serial}`, subaccount: 'a', productId: 4, price: x18('2000'), amount: x18('1'),
    timeInForce: 'GTC', postOnly: false, reduceOnly: false, receiveBy: START + 90_000, expiresAt: START + 10_000_000, ...changes,
  };
};
const only = <T extends EngineOutput['type']>(outputs: readonly EngineOutput[], type: T): Extract<EngineOutput, { type: T }>[] =>
  outputs.filter((output): output is Extract<EngineOutput, { type: T }> => output.type === type);

describe('the simulated exchange', () => {
  let engine: Engine;
  const book = (time: number): readonly EngineOutput[] =>
    engine.market({ type: 'snapshot', time, productId: 4, bids: levels(['1999.9', '2'], ['1999.8', '5']), asks: levels(['2000.1', '2'], ['2000.2', '5']) });
  const send = (command: PlaceOrder, at = engine.now ?? START): readonly EngineOutput[] => engine.advanceTo(engine.submit(command, at));
  const codeOf = (outputs: readonly EngineOutput[]): number | undefined => only(outputs, 'rejected')[0]?.code;

  beforeEach(() => {
    engine = new Engine(nadoEngineConfig(7, quiet));
    book(START);
    engine.deposit('a', x18('10000'), START);
  });

  it('matches post-only orders after 10 ms, others after 40 ms, and answers 5 ms later', () => {
    expect(engine.submit(order({ postOnly: true, price: x18('1999') }), START)).toBe(START + 10);
    expect(engine.submit(order(), START)).toBe(START + 40);
    expect(only(engine.advanceTo(START + 10), 'accepted')[0]?.replyAt).toBe(START + 15);
  });

  it('walks the levels up to the limit, cancels the rest of an IOC, and the same liquidity is not taken twice', () => {
    const first = send(order({ price: x18('2000.2'), amount: x18('10'), timeInForce: 'IOC' }));
    expect(only(first, 'fill').map(({ fill }) => [formatX18(fill.price), formatX18(fill.size)])).toEqual([['2000.1', '2'], ['2000.2', '5']]);
    expect(only(first, 'orderUpdate').at(-1)).toMatchObject({ reason: 'cancelled', remaining: x18('3') });
    expect(codeOf(send(order({ price: x18('2000.2'), timeInForce: 'IOC' })))).toBe(2056);
    engine.market({ type: 'bbo', time: START + 200, productId: 4, side: 'ask', price: x18('2000.1'), size: x18('1.5') });
    expect(only(send(order({ price: x18('2000.1'), amount: x18('3'), timeInForce: 'IOC' })), 'fill').map(({ fill }) => fill.size)).toEqual([x18('1.5')]);
  });

  it('keeps what was taken of a level as long as the book repeats it, and has it whole once price or size is another', () => {
    const takes = (amount: string): string[] => only(send(order({ price: x18('2000.1'), amount: x18(amount), timeInForce: 'IOC' })), 'fill').map(({ fill }) => formatX18(fill.size));
    expect(takes('1.5')).toEqual(['1.5']);
    book(START + 200);
    book(START + 300);
    expect(takes('2')).toEqual(['0.5']);
    engine.market({ type: 'snapshot', time: START + 400, productId: 4, bids: levels(['1999.9', '2']), asks: levels(['2000.1', '2.5']) });
    expect(takes('3')).toEqual(['2.5']);
  });

  it('rests the remainder of a GTC order and answers what it knows of it', () => {
    const gtc = order({ price: x18('2000.1'), amount: x18('3') });
    expect(only(send(gtc), 'orderUpdate').map((update) => [update.reason, formatX18(update.remaining)])).toEqual([['filled', '1'], ['placed', '1']]);
    expect(engine.order(gtc.digest)).toMatchObject({ state: 'OPEN', filled: x18('2') });
    expect(engine.openOrders('a')).toHaveLength(1);
  });

  it.each<[number, string, Partial<PlaceOrder>]>([
    [2000, 'a price off the tick', { price: x18('2000.05') }],
    [2001, 'an amount off the lot', { amount: x18('1.0005') }],
    [2002, 'no amount', { amount: 0n }],
    [2094, 'less than the minimum notional', { amount: x18('0.036') }],
    [2011, 'a request that comes too late', { receiveBy: START + 39 }],
    [2012, 'a receive time too far ahead', { receiveBy: START + 200_000 }],
    [2007, 'a price beyond 120 % of the oracle', { price: x18('2400.1') }],
    [2008, 'a post-only order that crosses', { postOnly: true, price: x18('2000.1') }],
    [2056, 'an IOC that does not cross', { timeInForce: 'IOC' }],
    [2031, 'a fill-or-kill larger than the book', { timeInForce: 'FOK', price: x18('2000.2'), amount: x18('7.001') }],
    [2064, 'a reduce-only order without a position', { reduceOnly: true }],
    [2006, 'more than the margin carries', { amount: x18('300') }],
    [2024, 'a subaccount without collateral', { subaccount: 'nobody' }],
  ])('refuses with %i %s (venues.md §1.10)', (code, _what, changes) => {
    const outputs = send(order(changes));
    expect(codeOf(outputs)).toBe(code);
    expect(only(outputs, 'fill')).toEqual([]);
  });

  it('refuses a second payload with the same digest, also while the first is in flight, with 2013', () => {
    const twin = order();
    engine.submit(twin, START);
    engine.submit({ ...twin, requestKey: 'again' }, START);
    const outputs = engine.advanceTo(START + 40);
    expect(only(outputs, 'accepted')).toHaveLength(1);
    expect(only(outputs, 'rejected')).toMatchObject([{ code: 2013 }]);
    expect(engine.openOrders('a')).toHaveLength(1);
  });

  it('refuses an order that would meet a resting one of its own subaccount with 2073', () => {
    send(order({ price: x18('2000'), postOnly: true }));
    expect(codeOf(send(order({ price: x18('1999.9'), amount: x18('-1') })))).toBe(2073);
  });

  it('closes below the minimum notional by a reduce-only order for all of it, but not for more than there is', () => {
    send(order({ price: x18('2000.1'), amount: x18('0.06'), timeInForce: 'IOC' }));
    const close = { reduceOnly: true, timeInForce: 'IOC', price: x18('1999.9') } as const;
    expect(codeOf(send(order({ ...close, amount: x18('-0.03') })))).toBe(2094);
    expect(codeOf(send(order({ ...close, amount: x18('-0.07') })))).toBe(2067);
    send(order({ ...close, amount: x18('-0.055') }));
    expect(engine.account('a').positions.map(({ amount }) => formatX18(amount))).toEqual(['0.005']);
    expect(codeOf(send(order({ ...close, amount: x18('-0.004') })))).toBe(2094);
    expect(only(send(order({ ...close, amount: x18('-0.005') })), 'fill')).toHaveLength(1);
    expect(engine.account('a').positions).toEqual([]);
  });

  it('cancels what is open, says 2020 for what is not, and ends an order at its expiry', () => {
    const resting = order({ postOnly: true, price: x18('1999') });
    send(resting);
    const cancel: CancelOrders = { type: 'cancel', requestKey: 'c', digest: 'dc', subaccount: 'a', orders: [{ productId: 4, digest: resting.digest }] };
    expect(only(engine.advanceTo(engine.submit(cancel, START + 100)), 'accepted')[0]?.cancelled.map(({ digest }) => digest)).toEqual([resting.digest]);
    expect(codeOf(engine.advanceTo(engine.submit({ ...cancel, digest: 'dd' }, START + 200)))).toBe(2020);
    const brief = order({ postOnly: true, price: x18('1999'), expiresAt: START + 1000 });
    send(brief);
    expect(engine.nextDue()).toBe(START + 1000);
    expect(only(engine.advanceTo(START + 2000), 'orderUpdate')).toMatchObject([{ digest: brief.digest, reason: 'cancelled', time: START + 1000 }]);
  });

  it('fills a resting order only when trades have eaten what stood before it, as a maker at 1 bp', () => {
    send(order({ postOnly: true, price: x18('1999.9'), amount: x18('1') }));
    const print = (time: number, price: string, size: string): readonly EngineOutput[] =>
      engine.market({ type: 'trade', time, productId: 4, tradeId: `t${time}`, side: 'SELL', price: x18(price), size: x18(size) });
    expect(only(print(START + 100, '1999.9', '1.5'), 'fill')).toEqual([]);
    const [fill] = only(print(START + 101, '1999.9', '0.9'), 'fill');
    expect([fill?.fill.isTaker, formatX18(fill?.fill.size ?? 0n), formatX18(fill?.fill.fee ?? 0n)]).toEqual([false, '0.4', '0.079996']);
    expect(only(print(START + 102, '1999.8', '0.1'), 'fill').map((event) => formatX18(event.fill.size))).toEqual(['0.6']);
  });

  it('shares one print among resting orders at its price: never more than it traded', () => {
    engine.deposit('b', x18('10000'), START);
    send(order({ postOnly: true, price: x18('2000'), amount: x18('1') }));
    send(order({ subaccount: 'b', postOnly: true, price: x18('2000'), amount: x18('1') }));
    const outputs = engine.market({ type: 'trade', time: START + 100, productId: 4, tradeId: 't', side: 'SELL', price: x18('2000'), size: x18('1.3') });
    expect(only(outputs, 'fill').map(({ fill }) => [fill.subaccount, formatX18(fill.size)])).toEqual([['a', '1'], ['b', '0.3']]);
  });

  it('never lets resting reduce-only orders turn a position round: the second one ends when the first has closed it', () => {
    send(order({ price: x18('2000.1'), timeInForce: 'IOC' }));
    const closing = ['2001', '2002'].map((price) => order({ price: x18(price), amount: x18('-1'), postOnly: true, reduceOnly: true }));
    for (const each of closing) send(each);
    engine.market({ type: 'trade', time: START + 200, productId: 4, tradeId: 't', side: 'BUY', price: x18('2010'), size: x18('9') });
    expect(closing.map(({ digest }) => engine.order(digest)?.state)).toEqual(['FILLED', 'CANCELLED']);
    expect(engine.account('a').positions).toEqual([]);
  });

  it('fills a resting order that the opposite side comes to, no further than what crosses', () => {
    send(order({ postOnly: true, price: x18('2000'), amount: x18('1') }));
    const outputs = engine.market({ type: 'bbo', time: START + 100, productId: 4, side: 'ask', price: x18('2000'), size: x18('0.4') });
    expect(only(outputs, 'fill').map(({ fill }) => [formatX18(fill.price), formatX18(fill.size)])).toEqual([['2000', '0.4']]);
  });

  it('liquidates on the oracle price, not on the last trade, until initial health is back', () => {
    engine.deposit('b', x18('220'), START);
    send(order({ subaccount: 'b', price: x18('2000.2'), amount: x18('5'), timeInForce: 'IOC' }));
    engine.market({ type: 'trade', time: START + 100, productId: 4, tradeId: 'wick', side: 'SELL', price: x18('1000'), size: x18('1') });
    expect(engine.liquidations('b', 0)).toEqual([]);
    engine.market({ type: 'oracle', time: START + 200, productId: 4, price: x18('1975') });
    const [liquidation] = engine.liquidations('b', 0);
    expect(formatX18(liquidation?.price ?? 0n)).toBe('1965.125');
    expect(engine.account('b').initial).toBeGreaterThanOrEqual(0n);
    expect(engine.account('b').positions).toHaveLength(1);
  });

  it('forgives what a forced sale beyond bankruptcy leaves owed, and has it on record', () => {
    engine.deposit('b', x18('220'), START);
    send(order({ subaccount: 'b', price: x18('2000.2'), amount: x18('5'), timeInForce: 'IOC' }));
    const paid = engine.fills('b', 0).reduce((sum, { price, size, fee }) => sum + (price * size) / x18('1') + fee, 0n);
    const outputs = engine.market({ type: 'oracle', time: START + 200, productId: 4, price: x18('1900') });
    const [liquidation] = engine.liquidations('b', 0);
    const owed = paid - (liquidation?.price ?? 0n) * 5n + (liquidation?.fee ?? 0n) - x18('220');
    expect([owed > 0n, engine.account('b').positions]).toEqual([true, []]);
    expect(engine.transfers('b', START + 200)).toEqual([{ transferId: '2', time: START + 200, subaccount: 'b', reason: 'liquidate_subaccount', amount: owed, balance: 0n }]);
    expect(only(outputs, 'positionChange').at(-1)).toMatchObject({ productId: 0, amount: 0n, reason: 'liquidate_subaccount' });
  });

  it('charges funding at the full hour on the oracle price: long pays', () => {
    send(order({ price: x18('2000.2'), amount: x18('1'), timeInForce: 'IOC' }));
    engine.market({ type: 'fundingRate', time: START + 100, productId: 4, rateHourly: x18('0.0001') });
    engine.market({ type: 'oracle', time: START + 100, productId: 4, price: x18('2010') });
    expect(engine.nextDue()).toBe(3_600_000);
    expect(only(engine.advanceTo(3_600_000), 'funding').map(({ payment }) => formatX18(payment.amount))).toEqual(['-0.201']);
  });

  it('moves quote between subaccounts for a fee of 1, never below 5 (2077)', () => {
    const move = { type: 'transfer', requestKey: 't', digest: 't', subaccount: 'a', recipient: 'c', amount: x18('4.99') } as const;
    expect(codeOf(engine.advanceTo(engine.submit(move, START)))).toBe(2077);
    engine.advanceTo(engine.submit({ ...move, digest: 't2', amount: x18('5') }, START + 100));
    expect([engine.account('a').cash, engine.account('c').cash]).toEqual([x18('9994'), x18('5')]);
    expect(codeOf(engine.advanceTo(engine.submit({ ...move, digest: 't2', amount: x18('5') }, START + 200)))).toBe(2013);
    const told = (subaccount: string): readonly string[][] => engine.transfers(subaccount, 0).map(({ reason, amount, balance }) => [reason, formatX18(amount), formatX18(balance)]);
    expect([told('a').at(-1), told('c')]).toEqual([['transfer_quote', '-6', '9994'], [['transfer_quote', '5', '5']]]);
  });

  it('takes the transfers of one owner by their nonces, each once and in order (2022), and gives both sides one id', () => {
    const move = (nonce: number, changes: { readonly subaccount?: string; readonly recipient?: string; readonly owner?: string } = {}): readonly EngineOutput[] =>
      engine.advanceTo(engine.submit({ type: 'transfer', requestKey: `n${nonce}`, digest: `n${nonce}`, subaccount: 'a', recipient: 'c', owner: 'w', nonce, amount: x18('10'), ...changes }, engine.now ?? START));
    engine.deposit('a', x18('1'), START);
    expect([move(1), move(0), move(0), move(1, { subaccount: 'c', recipient: 'a' }), move(1, { recipient: 'a' }), move(1), move(0, { owner: 'another' })].map(codeOf)).toEqual([2022, undefined, 2022, 2006, 2079, undefined, undefined]);
    expect([engine.transferNonce('w'), engine.transferNonce('another'), engine.transferNonce('nobody')]).toEqual([2, 1, 0]);
    const ids = (subaccount: string): readonly string[] => engine.transfers(subaccount, 0).flatMap(({ transferId, moved }) => (moved ? [`${transferId} ${moved.digest} ${formatX18(moved.fee)}`] : []));
    expect([ids('a'), ids('a')]).toEqual([ids('c'), ['3 n0 1', '4 n1 1', '5 n0 1']]);
    const restored = Engine.restore(engine.config, JSON.parse(JSON.stringify(engine.export())) as ReturnType<typeof engine.export>);
    expect([restored.transferNonce('w'), restored.digest()]).toEqual([2, engine.digest()]);
  });

  it('follows the mid by an average of 60 s, published every 500 ms', () => {
    const move = (time: number): readonly EngineOutput[] =>
      engine.market({ type: 'snapshot', time, productId: 4, bids: levels(['2099.9', '1']), asks: levels(['2100.1', '1']) });
    move(START + 499);
    expect(engine.oraclePrice(4)).toBe(x18('2000'));
    move(START + 60_499);
    expect(formatX18(engine.oraclePrice(4) ?? 0n)).toBe('2063.2120559');
  });

  it('gives racing requests of one moment the same result in any order of arrival', () => {
    const results = [false, true].map((reversed) => {
      const other = new Engine(nadoEngineConfig(7, quiet));
      other.market({ type: 'snapshot', time: START, productId: 4, bids: levels(['1999.9', '2']), asks: levels(['2000.1', '2']) });
      other.deposit('a', x18('10000'), START);
      other.deposit('b', x18('10000'), START);
      const racing = ['a', 'b'].map((subaccount) => order({ requestKey: subaccount === 'a' ? '2' : '1', digest: `0x${subaccount}`, subaccount, price: x18('2000.1'), amount: x18('1.5'), timeInForce: 'IOC' }));
      for (const command of reversed ? racing.reverse() : racing) other.submit(command, START);
      other.advanceTo(START + 40);
      return [other.digest(), other.fills('a', 0).length, other.fills('b', 0).map(({ size }) => formatX18(size)).join()];
    });
    expect(results[0]).toEqual(results[1]);
    expect(results[0]?.slice(1)).toEqual([1, '0.5']);
  });

  it('refuses calls that make no sense, loudly', () => {
    expect(() => engine.advanceTo(START - 1)).toThrow(/time: found 999999, allowed is 1000000 or later/);
    expect(() => engine.submit(order({ productId: 5 }), START)).toThrow(/productId: found 5, allowed are 2, 4, 8/);
    expect(() => Engine.restore(engine.config, { version: 2 as 1, state: {} })).toThrow(/image.version/);
  });
});
