import { getNadoEIP712Domain, getNadoEIP712PrimaryType, getNadoEIP712Types, getOrderVerifyingAddress } from '@nadohq/client';
import { type Hex, type TypedDataDomain, hashTypedData, recoverAddress } from 'viem';

/** Order fields as they are signed and as they travel, all integers as strings (venues.md §1.3). */
export interface OrderMessage {
  readonly sender: Hex;
  readonly priceX18: string;
  readonly amount: string;
  readonly expiration: string;
  readonly nonce: string;
  readonly appendix: string;
}
export interface CancellationMessage {
  readonly sender: Hex;
  readonly productIds: readonly number[];
  readonly digests: readonly Hex[];
  readonly nonce: string;
}
export interface ProductCancellationMessage {
  readonly sender: Hex;
  readonly productIds: readonly number[];
  readonly nonce: string;
}
export interface TransferQuoteMessage {
  readonly sender: Hex;
  readonly recipient: Hex;
  readonly amount: string;
  readonly nonce: string;
}
/** `expiration` in ms of the venue's time. */
export interface StreamAuthenticationMessage {
  readonly sender: Hex;
  readonly expiration: string;
}

/** Where and how a deployment of Nado checks signatures. */
export interface NadoDomain {
  readonly chainId: number;
  readonly endpointAddress: Hex;
}

const STREAM_AUTHENTICATION = [
  { name: 'sender', type: 'bytes32' },
  { name: 'expiration', type: 'uint64' },
] as const;

type SignedRequest = 'cancel_orders' | 'cancel_product_orders' | 'transfer_quote';

function hashOf(domain: TypedDataDomain, types: Record<string, readonly { name: string; type: string }[]>, primaryType: string, message: object): Hex {
  return hashTypedData({ domain, types, primaryType, message: { ...message } as Record<string, unknown> });
}

/** The order's identity at the venue: its EIP-712 digest, where the verifying contract is address(productId). */
export const orderDigest = (domain: NadoDomain, productId: number, order: OrderMessage): Hex =>
  hashOf(getNadoEIP712Domain(getOrderVerifyingAddress(productId), domain.chainId), getNadoEIP712Types('place_order'), getNadoEIP712PrimaryType('place_order'), order);

/** Digest of everything that the endpoint contract verifies: cancellations and transfers. */
export const requestDigest = (domain: NadoDomain, request: SignedRequest, message: CancellationMessage | ProductCancellationMessage | TransferQuoteMessage): Hex =>
  hashOf(getNadoEIP712Domain(domain.endpointAddress, domain.chainId), getNadoEIP712Types(request), getNadoEIP712PrimaryType(request), message);

export const streamDigest = (domain: NadoDomain, message: StreamAuthenticationMessage): Hex =>
  hashOf(getNadoEIP712Domain(domain.endpointAddress, domain.chainId), { StreamAuthentication: STREAM_AUTHENTICATION }, 'StreamAuthentication', message);

/** Lower-case address that signed `digest`; undefined where the signature is not one. */
export async function signerOf(digest: Hex, signature: string): Promise<Hex | undefined> {
  if (!/^0x[0-9a-fA-F]{130}$/.test(signature)) return undefined;
  try {
    return (await recoverAddress({ hash: digest, signature: signature as Hex })).toLowerCase() as Hex;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
