import { type Clock, contentId, type Money } from '@ballast/domain';
import { CollateralPort, type CollateralOutcome, type CollateralRequest, type CollateralTerms, type CollateralTransfer } from '../collateral-port.js';
import type { EngineCommand, EngineConfig, ExchangeEngine } from '../engine/engine.api.js';
import { refusal } from '../nado/error-codes.js';
import { freeFundsOf, refuseBelowMinimum, refuseChanged } from '../nado/nado-collateral.js';
import { OPEN_DOOR, type VenueAccount, VenueError } from '../venue-adapter.js';
import { moneyOf, x18Of } from './paper-values.js';

export interface PaperCollateralParts {
  readonly engine: ExchangeEngine;
  readonly clock: Clock;
  /** Resolves when the exchange has accepted the command. @throws VenueError */
  readonly submit: (what: string, command: Omit<Extract<EngineCommand, { type: 'transfer' }>, 'requestKey'>) => Promise<unknown>;
}

/** All subaccounts of the exchange in process belong to one owner. */
const OWNER = 'paper';
const FROZEN = 4004;

export const paperTermsOf = ({ transferMin, transferFee, latency }: EngineConfig): CollateralTerms => ({ kind: 'subaccount-transfer', minimum: moneyOf(transferMin), fee: moneyOf(transferFee), settlesInMs: latency.otherMs + latency.responseMs, canRemove: true });

/** Transfers between subaccounts of the exchange in process, by the same rules as Nado's. */
export class PaperCollateral extends CollateralPort {
  /** Scenarios: the venue moves nothing while this is true. */
  frozen = false;
  /** Scenarios: the answers to this many transfers from now on are lost after the venue has acted. */
  answersToLose = 0;

  constructor(override readonly terms: CollateralTerms, private readonly parts: PaperCollateralParts) {
    super();
  }

  override async freeFunds({ subaccount }: VenueAccount): Promise<Money> {
    const { cash, initial } = this.parts.engine.account(subaccount);
    return freeFundsOf({ collateral: moneyOf(cash), initialMarginHealth: moneyOf(initial) }, this.terms);
  }

  override async prepare(request: CollateralRequest): Promise<CollateralTransfer> {
    refuseBelowMinimum(request, this.terms);
    const { transferId, from, to, amount } = request;
    const nonce = this.parts.engine.transferNonce(OWNER);
    return { transferId, from, to, amount, fee: this.terms.fee, nonce, digest: this.identify({ ...request, nonce }), preparedAt: this.parts.clock.now() };
  }

  override identify({ from, to, amount, nonce }: CollateralRequest & { readonly nonce: number }): string {
    return contentId('paper-transfer', from.subaccount, to.subaccount, amount.toFixed(), nonce);
  }

  override async send(transfer: CollateralTransfer): Promise<void> {
    const { transferId, from, to, amount, nonce, digest } = transfer;
    const what = `transfer ${transferId}`;
    refuseChanged(this.identify(transfer), transfer);
    if (this.frozen) throw refusal(FROZEN, 'no collateral moves now', what);
    const isLost = this.answersToLose > 0;
    if (isLost) this.answersToLose -= 1;
    await this.parts.submit(what, { type: 'transfer', digest, subaccount: from.subaccount, recipient: to.subaccount, amount: x18Of(amount, 'amount'), owner: OWNER, nonce });
    if (isLost) throw new VenueError('unknown', 'unknown', `${what}: the answer was lost`);
  }

  override async find(transfer: CollateralTransfer, door = OPEN_DOOR): Promise<CollateralOutcome> {
    const { nonce } = transfer;
    const isUnused = await door('findTransfer', async () => this.parts.engine.transferNonce(OWNER) <= nonce);
    return isUnused ? { state: 'NOT_YET', unused: true } : door('transferHistory', async () => this.outcomeOf(transfer));
  }

  private outcomeOf({ from, digest, nonce }: CollateralTransfer): CollateralOutcome {
    const { engine } = this.parts;
    const record = engine.transfers(from.subaccount, 0).find(({ moved }) => moved?.digest === digest);
    if (record?.moved) return { state: 'DONE', venueTransferId: record.transferId, amount: moneyOf(record.moved.amount), fee: moneyOf(record.moved.fee), time: record.time };
    return { state: 'FINALLY_NOT', reason: `nonce ${nonce} is used by another transfer` };
  }
}
