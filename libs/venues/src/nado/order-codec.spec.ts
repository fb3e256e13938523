import { type TimeInForce, price, quantity } from '@ballast/domain';
import { getOrderDigest, packOrderAppendix, subaccountToHex, unpackOrderAppendix } from '@nadohq/client';
import fc from 'fast-check';
import type { Hex } from 'viem';
import { describe, expect, it } from 'vitest';
import type { SignedOrder } from '../venue-adapter.js';
import { appendixOf, flagsOf } from './appendix.js';
import { OrderCodec, clientIntegerOf, nonceOf, receiveByOf } from './order-codec.js';
import { nadoAccount, nadoSubaccountName, ownerOf, senderOf } from './subaccount.js';
import { orderDigest, requestDigest, signerOf } from './typed-data.js';

const DOMAIN = { chainId: 763373, endpointAddress: '0x698D87105274292B5673367DEC81874Ce3633Ac2' } as const;
const KEY: Hex = `0x${'11'.repeat(32)}`;
const codec = new OrderCodec(KEY, DOMAIN);
const order = (changes: Partial<SignedOrder> = {}): SignedOrder => ({
  clientOrderId: 'order-1',
  account: nadoAccount('eth-sol-1'),
  instrument: 'ETH-PERP',
  side: 'BUY',
  quantity: quantity('0.042'),
  limitPrice: price('2756.9'),
  timeInForce: 'GTC',
  postOnly: false,
  reduceOnly: false,
  receiveBy: 1_757_015_220_000,
  expiresAt: 1_757_015_260_500,
  ...changes,
});

describe('the identity of an order (venues.md §1.3)', () => {
  it('is the digest of the venue’s own documented example', () => {
    const sender = senderOf('0x841fe4876763357975d60da128d8a54bb045d76a', 'default');
    expect(sender).toBe('0x841fe4876763357975d60da128d8a54bb045d76a64656661756c740000000000');
    const message = { sender, priceX18: '28898000000000000000000', amount: '-10000000000000000', expiration: '4611687701117784255', nonce: '1764428860167815857', appendix: '1537' };
    expect(orderDigest(DOMAIN, 1, message)).toBe('0xff47424fb07ed9221909fdc665066f6b5b14fdcc2490c09ae274ea62472ad06e');
  });

  it('is what the venue’s client computes from the same order', () => {
    const message = codec.messageOf(order({ side: 'SELL' }));
    const theirs = getOrderDigest({ chainId: DOMAIN.chainId, productId: 4, order: { subaccountOwner: ownerOf(message.sender), subaccountName: 'eth-sol-1', price: '2756.9', amount: '-42000000000000000', expiration: 1_757_015_261, nonce: message.nonce, appendix: 1 } });
    expect(codec.digestOf(4, order({ side: 'SELL' }))).toBe(theirs);
    expect(message.sender).toBe(subaccountToHex({ subaccountOwner: ownerOf(message.sender), subaccountName: 'eth-sol-1' }));
  });

  it('is the same whenever and however often it is computed, and another one for another client order id', () => {
    expect(codec.digestOf(4, order())).toBe(codec.digestOf(4, order()));
    expect(codec.digestOf(4, order({ clientOrderId: 'order-2' }))).not.toBe(codec.digestOf(4, order()));
  });

  it('sends the identical signed payload again, byte for byte', async () => {
    const [first, second] = [await codec.placement(4, order()), await codec.placement(4, order())];
    expect(JSON.stringify(second.body)).toBe(JSON.stringify(first.body));
  });

  it('refuses a price finer than the wire can carry', () => {
    expect(() => codec.messageOf(order({ limitPrice: price('1.0000000000000000001') }))).toThrow('limitPrice: found 1.0000000000000000001');
  });
});

describe('nonces', () => {
  it('carry the latest receive time and 20 bits of the client order id', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4_000_000_000_000 }), fc.string(), (receiveBy, seed) => {
        const nonce = nonceOf(receiveBy, seed);
        return receiveByOf(nonce) === receiveBy && nonce === nonceOf(receiveBy, seed);
      }),
    );
  });

  it('tell equal orders apart by one millisecond of receive time, whatever their ids', () => {
    const equal = (clientOrderId: string, receiveBy: number): string => codec.messageOf(order({ clientOrderId, receiveBy })).nonce;
    const seen = new Map<string, string>();
    for (let index = 0; seen.size === index; index += 1) {
      const later = seen.get(equal(`order-${index}`, 1_757_015_220_000));
      if (later !== undefined) expect(equal(later, 1_757_015_220_001)).not.toBe(equal(`order-${index}`, 1_757_015_220_000));
      seen.set(equal(`order-${index}`, 1_757_015_220_000), `order-${index}`);
    }
    expect(seen.size).toBeLessThan(20_000);
  });

  it('give a client integer that JSON carries exactly', () => {
    fc.assert(fc.property(fc.string(), (id) => Number.isSafeInteger(clientIntegerOf(id))));
  });
});

describe('the appendix (venues.md §1.4)', () => {
  const flags = (timeInForce: TimeInForce, postOnly = false, reduceOnly = false): { timeInForce: TimeInForce; postOnly: boolean; reduceOnly: boolean } => ({ timeInForce, postOnly, reduceOnly });

  it('has the venue’s golden values', () => {
    expect([flags('GTC'), flags('IOC'), flags('FOK'), flags('GTC', true), flags('IOC', false, true)].map(appendixOf)).toEqual(['1', '513', '1025', '1537', '2561']);
    expect(packOrderAppendix({ orderExecutionType: 'default', triggerType: 'price' })).toBe(4097n);
    expect(packOrderAppendix({ orderExecutionType: 'ioc', isolated: { margin: '23160000000000000000' } })).toBe(427226592747113215426560769n);
  });

  it('reads back as what was asked, for every combination that exists', () => {
    for (const timeInForce of ['GTC', 'IOC', 'FOK'] as const)
      for (const reduceOnly of [true, false]) expect(flagsOf(appendixOf(flags(timeInForce, false, reduceOnly)))).toEqual(flags(timeInForce, false, reduceOnly));
    expect(flagsOf('1537')).toEqual(flags('GTC', true));
    expect(unpackOrderAppendix('3585').reduceOnly).toBe(true);
  });

  it('refuses an isolated or triggered order, another version, and a post-only order that may not rest', () => {
    expect(['427226592747113215426560769', '4097', '2'].map(flagsOf)).toEqual([undefined, undefined, undefined]);
    expect(() => appendixOf(flags('IOC', true))).toThrow('timeInForce: found IOC, allowed with postOnly is GTC');
  });
});

describe('subaccount names', () => {
  it('are the account id where it fits in 12 bytes, and a fixed short form where not', () => {
    expect(nadoSubaccountName('eth-sol-1')).toBe('eth-sol-1');
    expect(nadoSubaccountName('a-very-long-account-id')).toHaveLength(12);
    expect(nadoSubaccountName('a-very-long-account-id')).toBe(nadoSubaccountName('a-very-long-account-id'));
  });

  it('never look like an isolated subaccount', () => {
    expect(nadoSubaccountName('123456789iso')).not.toMatch(/iso$/);
  });

  it('that do not fit are refused', () => {
    expect(() => senderOf('0x841fe4876763357975d60da128d8a54bb045d76a', 'thirteen-long')).toThrow('subaccount: found "thirteen-long"');
  });
});

describe('signatures', () => {
  it('recover to the wallet, and to another address for another message', async () => {
    const message = { sender: codec.senderOf('eth-sol-1'), productIds: [4], digests: [codec.digestOf(4, order()) as Hex], nonce: '1' };
    const { signature } = await codec.cancellation(message);
    expect(await signerOf(requestDigest(DOMAIN, 'cancel_orders', message), signature)).toBe(ownerOf(message.sender));
    expect(await signerOf(requestDigest(DOMAIN, 'cancel_orders', { ...message, nonce: '2' }), signature)).not.toBe(ownerOf(message.sender));
  });

  it('that are none are nobody’s', async () => {
    expect(await signerOf(`0x${'00'.repeat(32)}`, '0x')).toBeUndefined();
    expect(await signerOf(`0x${'00'.repeat(32)}`, `0x${'00'.repeat(65)}`)).toBeUndefined();
  });
});
