import type { Ms } from '@ballast/domain';
import { type FaultAction, type NadoDomain, flagsOf, orderDigest, ownerOf, receiveByOf, requestDigest, signerOf } from '@ballast/venues';
import type { Hex } from 'viem';
import type { Verdict, VenueRequest } from '../exchange/exchange.js';
import { ONE, wireOrder } from '../exchange/wire.js';
import type { FaultSubject } from './faults.js';
import { type Body, bodyOf, hex, hexes, integer, integerText, integers } from './read.js';
import { VenueRefusal, refusalOf, unreadable } from './venue-refusal.js';

const BATCH_MAX = 50;

/** One signed request, checked and ready for the engine. */
export interface Execute {
  readonly name: string;
  readonly wallet: Hex;
  readonly weight: number;
  readonly subject: FaultSubject;
  readonly request: VenueRequest;
  readonly signature: string;
}

/** Reads `POST /execute` bodies and checks who signed them (venues.md §1.3, §1.5). What the order may do is the engine's to judge. */
export class Executes {
  constructor(private readonly domain: NadoDomain) {}

  /** @throws VenueRefusal */
  async read(body: Body): Promise<Execute> {
    const name = Object.keys(body)[0] ?? '';
    const content = bodyOf(body[name], name);
    switch (name) {
      case 'place_order':
        return this.place(content);
      case 'cancel_orders':
        return this.cancelOrders(content);
      case 'cancel_product_orders':
        return this.cancelProducts(content);
      case 'transfer_quote':
        return this.transfer(content);
      default:
        throw unreadable('execute', name, 'place_order, cancel_orders, cancel_product_orders or transfer_quote');
    }
  }

  private async place(content: Body): Promise<Execute> {
    const productId = integer(content, 'product_id');
    const order = bodyOf(content['order'], 'order');
    const sender = hex(order, 'sender', 32);
    const message = { sender, priceX18: integerText(order, 'priceX18'), amount: integerText(order, 'amount'), expiration: integerText(order, 'expiration'), nonce: integerText(order, 'nonce'), appendix: integerText(order, 'appendix') };
    const digest = orderDigest(this.domain, productId, message);
    const signature = await this.signed(digest, content, sender);
    const flags = flagsOf(message.appendix);
    if (!flags) throw refusalOf(2095);
    const amount = BigInt(message.amount);
    const clientId = content['id'] === undefined || content['id'] === null ? {} : { clientId: integerText(content, 'id') };
    return {
      name: 'place_order',
      wallet: ownerOf(sender),
      weight: 1,
      signature,
      subject: { kind: 'place', content: digest, productId, side: amount < 0n ? 'SELL' : 'BUY', reduceOnly: flags.reduceOnly },
      request: { type: 'place', digest, subaccount: sender, productId, price: BigInt(message.priceX18), amount, ...flags, receiveBy: receiveByOf(message.nonce), expiresAt: Number(message.expiration) * 1000, appendix: message.appendix, ...clientId },
    };
  }

  private async cancelOrders(content: Body): Promise<Execute> {
    const tx = bodyOf(content['tx'], 'tx');
    const message = { sender: hex(tx, 'sender', 32), productIds: integers(tx, 'productIds', BATCH_MAX), digests: hexes(tx, 'digests', 32, BATCH_MAX), nonce: integerText(tx, 'nonce') };
    if (message.productIds.length !== message.digests.length || message.digests.length === 0) throw unreadable('tx.digests', message.digests.length, `as many digests as productIds (${message.productIds.length}), at least 1`);
    const digest = requestDigest(this.domain, 'cancel_orders', message);
    const signature = await this.signed(digest, content, message.sender);
    const orders = message.digests.map((named, index) => ({ productId: message.productIds[index] ?? 0, digest: named }));
    return { name: 'cancel_orders', wallet: ownerOf(message.sender), weight: orders.length, signature, subject: { kind: 'cancel', content: digest, ...(orders[0] ? { productId: orders[0].productId } : {}) }, request: { type: 'cancel', digest, subaccount: message.sender, orders, receiveBy: receiveByOf(message.nonce) } };
  }

  private async cancelProducts(content: Body): Promise<Execute> {
    const tx = bodyOf(content['tx'], 'tx');
    const message = { sender: hex(tx, 'sender', 32), productIds: integers(tx, 'productIds', BATCH_MAX), nonce: integerText(tx, 'nonce') };
    const digest = requestDigest(this.domain, 'cancel_product_orders', message);
    const signature = await this.signed(digest, content, message.sender);
    return { name: 'cancel_product_orders', wallet: ownerOf(message.sender), weight: 5 * Math.max(1, message.productIds.length), signature, subject: { kind: 'cancel', content: digest }, request: { type: 'cancelProducts', digest, subaccount: message.sender, productIds: message.productIds, receiveBy: receiveByOf(message.nonce) } };
  }

  private async transfer(content: Body): Promise<Execute> {
    const tx = bodyOf(content['tx'], 'tx');
    const message = { sender: hex(tx, 'sender', 32), recipient: hex(tx, 'recipient', 32), amount: integerText(tx, 'amount'), nonce: integerText(tx, 'nonce') };
    if (ownerOf(message.recipient) !== ownerOf(message.sender)) throw new VenueRefusal(2079, 'The recipient belongs to another wallet.');
    const digest = requestDigest(this.domain, 'transfer_quote', message);
    const signature = await this.signed(digest, content, message.sender);
    return { name: 'transfer_quote', wallet: ownerOf(message.sender), weight: 10, signature, subject: { kind: 'transfer', content: digest }, request: { type: 'transfer', digest, subaccount: message.sender, recipient: message.recipient, amount: BigInt(message.amount), owner: ownerOf(message.sender), nonce: integer(tx, 'nonce') } };
  }

  private async signed(digest: Hex, content: Body, sender: string): Promise<string> {
    const signature = String(content['signature']);
    if ((await signerOf(digest, signature)) !== ownerOf(sender)) throw refusalOf(2028);
    return signature;
  }
}

/** The request with what a fault adds to it, so that the journal repeats the fault. */
export function withFault(request: VenueRequest, fault: FaultAction | undefined): VenueRequest {
  if (fault?.type === 'delay') return { ...request, extraLatencyMs: fault.ms };
  if (fault?.type === 'partial' && request.type === 'place') return { ...request, fillShareMax: (ONE * BigInt(fault.percent)) / 100n };
  return request;
}

/** The data of a success. @throws VenueRefusal where the engine refused */
export function dataOf(execute: Execute, verdict: Verdict, at: { readonly now: Ms }): unknown {
  if (verdict.type === 'rejected') throw new VenueRefusal(verdict.code, verdict.text);
  if (execute.request.type === 'place') return { digest: execute.request.digest };
  if (execute.request.type === 'transfer') return { submitted_at: at.now };
  return { cancelled_orders: verdict.cancelled.map(wireOrder) };
}
