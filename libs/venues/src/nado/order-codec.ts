import { createHash } from 'node:crypto';
import { type Id, type Ms, signOf } from '@ballast/domain';
import type { Hex } from 'viem';
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import type { SignedOrder } from '../venue-adapter.js';
import { appendixOf } from './appendix.js';
import { senderOf } from './subaccount.js';
import { type CancellationMessage, type NadoDomain, type OrderMessage, type ProductCancellationMessage, type StreamAuthenticationMessage, type TransferQuoteMessage, orderDigest, requestDigest, streamDigest } from './typed-data.js';
import { toX18 } from './x18.js';

const NONCE_BITS = 20n;
const CLIENT_ID_BITS = 52n;

const hashBits = (text: string, bits: bigint): bigint => BigInt(`0x${createHash('sha256').update(text).digest('hex').slice(0, 16)}`) & ((1n << bits) - 1n);

/** Nado's order nonce: the latest receive time, then 20 bits that follow from `seed`, so that the same payload is the same again. */
export const nonceOf = (receiveBy: Ms, seed: string): string => ((BigInt(receiveBy) << NONCE_BITS) + hashBits(seed, NONCE_BITS)).toString();
export const receiveByOf = (nonce: string): Ms => Number(BigInt(nonce) >> NONCE_BITS);
/** The integer that Nado echoes in order and fill events: 52 bits of the client order id's hash. */
export const clientIntegerOf = (clientOrderId: Id): number => Number(hashBits(`client-order ${clientOrderId}`, CLIENT_ID_BITS));

export interface SignedRequest<Message> {
  readonly tx: Message;
  readonly signature: Hex;
}

/** Turns our orders into Nado's signed payloads. Nothing here is random: ECDSA nonces follow RFC 6979. */
export class OrderCodec {
  private readonly key: PrivateKeyAccount;

  constructor(privateKey: Hex, private readonly domain: NadoDomain) {
    this.key = privateKeyToAccount(privateKey);
  }

  senderOf(subaccount: string): Hex {
    return senderOf(this.key.address, subaccount);
  }

  /** @throws RangeError or VenueError where a field does not fit the wire. */
  messageOf(order: SignedOrder): OrderMessage {
    return {
      sender: this.senderOf(order.account.subaccount),
      priceX18: toX18(order.limitPrice, 'limitPrice'),
      amount: toX18(order.quantity.times(signOf(order.side)), 'quantity'),
      expiration: Math.ceil(order.expiresAt / 1000).toString(),
      nonce: nonceOf(order.receiveBy, order.clientOrderId),
      appendix: appendixOf(order),
    };
  }

  digestOf(productId: number, order: SignedOrder): Hex {
    return orderDigest(this.domain, productId, this.messageOf(order));
  }

  async placement(productId: number, order: SignedOrder): Promise<{ readonly digest: Hex; readonly body: object }> {
    const message = this.messageOf(order);
    const digest = orderDigest(this.domain, productId, message);
    const signature = await this.key.sign({ hash: digest });
    return { digest, body: { place_order: { id: clientIntegerOf(order.clientOrderId), product_id: productId, order: message, signature, spot_leverage: null, borrow_margin: null } } };
  }

  async cancellation(message: CancellationMessage): Promise<SignedRequest<CancellationMessage>> {
    return { tx: message, signature: await this.key.sign({ hash: requestDigest(this.domain, 'cancel_orders', message) }) };
  }

  async productCancellation(message: ProductCancellationMessage): Promise<SignedRequest<ProductCancellationMessage>> {
    return { tx: message, signature: await this.key.sign({ hash: requestDigest(this.domain, 'cancel_product_orders', message) }) };
  }

  transferDigest(message: TransferQuoteMessage): Hex {
    return requestDigest(this.domain, 'transfer_quote', message);
  }

  async transferQuote(message: TransferQuoteMessage): Promise<SignedRequest<TransferQuoteMessage>> {
    return { tx: message, signature: await this.key.sign({ hash: this.transferDigest(message) }) };
  }

  async streamAuthentication(message: StreamAuthenticationMessage): Promise<SignedRequest<StreamAuthenticationMessage>> {
    return { tx: message, signature: await this.key.sign({ hash: streamDigest(this.domain, message) }) };
  }
}
