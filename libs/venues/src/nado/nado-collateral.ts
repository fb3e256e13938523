import { type Clock, type Money, type Ms, ZERO_MONEY } from '@ballast/domain';
import { CollateralPort, type CollateralOutcome, type CollateralRequest, type CollateralTerms, type CollateralTransfer } from '../collateral-port.js';
import { type AccountState, type Door, OPEN_DOOR, type VenueAccount, VenueError, type VenueTransfer } from '../venue-adapter.js';
import type { Archive, ArchivedTransfer } from './archive.js';
import { integerOf, isObject, objectOf } from './json.js';
import type { NadoHttp } from './nado-http.js';
import type { OrderCodec } from './order-codec.js';
import { ownerOf } from './subaccount.js';
import type { TransferQuoteMessage } from './typed-data.js';
import { fromX18, toX18 } from './x18.js';

export interface NadoCollateralParts {
  readonly http: NadoHttp;
  readonly archive: Archive;
  readonly codec: OrderCodec;
  readonly clock: Clock;
  readonly accountState: (account: VenueAccount) => Promise<AccountState>;
}

/** The indexer's time may lie this much before ours: it tells seconds, and clocks differ. */
const RECORD_SLACK_MS: Ms = 60_000;

/**
 * `transfer_quote` between the subaccounts of one wallet (venues.md §1.5). Its nonce is the wallet's `tx_nonce`, which rises by one with every
 * execute that went through and by nothing else, so what became of a payload is a question of who used its nonce.
 */
export class NadoCollateral extends CollateralPort {
  /** When a used nonce was first seen whose user the archive had not told yet, by digest, ms. */
  private readonly usedSince = new Map<string, Ms>();

  constructor(override readonly terms: CollateralTerms, private readonly parts: NadoCollateralParts) {
    super();
  }

  override async freeFunds(account: VenueAccount): Promise<Money> {
    return freeFundsOf(await this.parts.accountState(account), this.terms);
  }

  override async prepare(request: CollateralRequest): Promise<CollateralTransfer> {
    refuseBelowMinimum(request, this.terms);
    const nonce = await this.nextNonce(request.from);
    const { fee } = this.terms;
    const { transferId, from, to, amount } = request;
    return { transferId, from, to, amount, fee, nonce, digest: this.identify({ ...request, nonce }), preparedAt: this.parts.clock.now() };
  }

  override identify(transfer: CollateralRequest & { readonly nonce: number }): string {
    return this.parts.codec.transferDigest(this.messageOf(transfer));
  }

  override async send(transfer: CollateralTransfer): Promise<void> {
    refuseChanged(this.identify(transfer), transfer);
    await this.parts.http.execute({ transfer_quote: await this.parts.codec.transferQuote(this.messageOf(transfer)) });
  }

  /** A record of the archive, with the identity of the payload behind it and what this account paid for it. */
  told({ quoteTx, ...transfer }: ArchivedTransfer): VenueTransfer {
    if (!quoteTx || !isTransferQuote(quoteTx)) return transfer;
    const { sender, recipient, amount, nonce } = quoteTx;
    const digest = this.parts.codec.transferDigest({ sender, recipient, amount, nonce: String(nonce) });
    const fee = transfer.amount.lt(0) ? transfer.amount.plus(fromX18(amount, 'amount')).neg() : ZERO_MONEY;
    return { ...transfer, moved: { digest, fee: fee as Money } };
  }

  override async find(transfer: CollateralTransfer, door = OPEN_DOOR): Promise<CollateralOutcome> {
    const { archive, clock } = this.parts;
    if ((await door('findTransfer', () => this.nextNonce(transfer.from))) <= transfer.nonce) return { state: 'NOT_YET', unused: true };
    const since = this.usedSince.get(transfer.digest) ?? clock.now();
    const done = await this.recordOf(transfer, door);
    if (done) return done;
    this.usedSince.set(transfer.digest, since);
    if (!(await archive.holdsAllUntil(since, door))) return { state: 'NOT_YET' };
    const late = await this.recordOf(transfer, door);
    this.usedSince.delete(transfer.digest);
    return late ?? { state: 'FINALLY_NOT', reason: `nonce ${transfer.nonce} of the wallet is used by another request` };
  }

  private async recordOf(transfer: CollateralTransfer, door: Door): Promise<CollateralOutcome | undefined> {
    const sender = this.parts.codec.senderOf(transfer.from.subaccount);
    const records = await this.parts.archive.transferQuotes(sender, transfer.preparedAt - RECORD_SLACK_MS, door);
    const record = records.map((row) => this.told(row)).find(({ moved }) => moved?.digest === transfer.digest);
    if (!record?.moved) return undefined;
    this.usedSince.delete(transfer.digest);
    return { state: 'DONE', venueTransferId: record.transferId, amount: transfer.amount, fee: record.moved.fee, time: record.time };
  }

  private async nextNonce({ subaccount }: VenueAccount): Promise<number> {
    const address = ownerOf(this.parts.codec.senderOf(subaccount));
    return integerOf(objectOf(await this.parts.http.query('nonces', { address }), 'nonces'), 'tx_nonce');
  }

  private messageOf({ from, to, amount, nonce }: CollateralRequest & { readonly nonce: number }): TransferQuoteMessage {
    const { codec } = this.parts;
    return { sender: codec.senderOf(from.subaccount), recipient: codec.senderOf(to.subaccount), amount: toX18(amount, 'amount'), nonce: String(nonce) };
  }
}

interface TransferQuoteTx extends Omit<TransferQuoteMessage, 'nonce'> {
  readonly nonce: number | string;
}

const isHex = (value: unknown): boolean => typeof value === 'string' && /^0x[0-9a-fA-F]{64}$/.test(value);

const isTransferQuote = (tx: unknown): tx is TransferQuoteTx => isObject(tx) && isHex(tx['sender']) && isHex(tx['recipient']) && typeof tx['amount'] === 'string' && /^[0-9]{1,20}$/.test(String(tx['nonce']));

/** What may leave with the fee paid: never more than the balance, nor than the initial margin of open positions leaves (venues.md §1.9). */
export function freeFundsOf({ collateral, initialMarginHealth }: Pick<AccountState, 'collateral' | 'initialMarginHealth'>, { fee }: CollateralTerms): Money {
  const free = (collateral.lt(initialMarginHealth) ? collateral : initialMarginHealth).minus(fee);
  return (free.gt(0) ? free : ZERO_MONEY) as Money;
}

/** @throws VenueError */
export function refuseBelowMinimum({ transferId, amount }: CollateralRequest, { minimum }: CollateralTerms): void {
  if (amount.lt(minimum)) throw new VenueError('transfer', 'notPlaced', `transfer ${transferId}: found an amount of ${amount.toFixed()}, allowed is ${minimum.toFixed()} or more`);
}

/** @throws VenueError where the payload is not the one that was prepared: it is not sent. */
export function refuseChanged(found: string, { transferId, digest }: CollateralTransfer): void {
  if (found !== digest) throw new VenueError('transfer', 'notPlaced', `transfer ${transferId}: its fields have the digest ${found}, expected is ${digest}`);
}
