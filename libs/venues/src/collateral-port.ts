import type { Id, Money, Ms } from '@ballast/domain';
import type { Door } from './door.js';
import type { VenueAccount } from './venue-account.js';
import type { VenueError } from './venue-error.js';

/** What moving collateral costs and takes at a venue (venues.md §0 decision 2); what a venue lacks, nobody asks of it. */
export interface CollateralTerms {
  /** How money reaches a bot's margin: from another subaccount of the same owner, within one account, or over a chain. */
  readonly kind: 'subaccount-transfer' | 'isolated-margin' | 'onchain';
  /** Smallest amount of one transfer, quote, > 0 (Nado: 5). */
  readonly minimum: Money;
  /** What one transfer costs its giver beside the amount, quote, ≥ 0 (Nado: 1). */
  readonly fee: Money;
  /** Usual time from sending to margin that counts, ms. */
  readonly settlesInMs: Ms;
  /** Can margin come back while the position is open? */
  readonly canRemove: boolean;
}

/** What is to move: a deposit goes from the wallet's subaccount to the bot's, a withdrawal the other way. One owner has both. */
export interface CollateralRequest {
  /** Ours; the same for every attempt at one decision. */
  readonly transferId: Id;
  readonly from: VenueAccount;
  readonly to: VenueAccount;
  /** What `to` receives, quote, > 0; `from` pays the fee beside it. */
  readonly amount: Money;
}

/**
 * A transfer whose identity at the venue is fixed: durable before it is sent, and only ever sent again unchanged. The venue acts
 * at most once on it, because it uses up its nonce.
 */
export interface CollateralTransfer extends CollateralRequest {
  /** What the venue will charge `from` beside the amount, by its terms. */
  readonly fee: Money;
  /** The owner's next transfer nonce when this was prepared, a whole number ≥ 0. */
  readonly nonce: number;
  /** The venue's name of this payload: a function of sender, recipient, amount and nonce. */
  readonly digest: string;
  /** Market time at which it was prepared, ms: nothing of it is older in the venue's records. */
  readonly preparedAt: Ms;
}

export type CollateralOutcome =
  /** The money has moved. `venueTransferId`: the `transferId` under which `transfersSince` of `from` tells it; `fee` as the venue charged it. */
  | { readonly state: 'DONE'; readonly venueTransferId: string; readonly amount: Money; readonly fee: Money; readonly time: Ms }
  /** Not there, and it still could be: send the identical payload again, or look again. `unused`: its nonce was unused, so that it had moved nothing when this was asked. */
  | { readonly state: 'NOT_YET'; readonly unused?: true }
  /** Its nonce is used up by something else: it has not moved money and never can. Another may be prepared. */
  | { readonly state: 'FINALLY_NOT'; readonly reason: string };

/**
 * Moves collateral between subaccounts of one owner. Nonces are the owner's and sequential: prepare, send and settle one transfer
 * after the other per owner, or the later one is refused with `duplicate` and found FINALLY_NOT.
 */
export abstract class CollateralPort {
  abstract readonly terms: CollateralTerms;

  /** The largest amount that may leave this account now with the fee paid, initial margin of open positions kept; 0 where nothing may. @throws VenueError */
  abstract freeFunds(account: VenueAccount): Promise<Money>;

  /** Gives a request the owner's next nonce, and with it its identity. Moves nothing. @throws VenueError (`transfer`: less than the minimum) */
  abstract prepare(request: CollateralRequest): Promise<CollateralTransfer>;

  /** The digest the venue gives these fields. Pure: a payload read back from the log has the same one. */
  abstract identify(transfer: Omit<CollateralTransfer, 'digest' | 'preparedAt' | 'fee'>): string;

  /**
   * Sends exactly this payload; resolves when the venue has moved the money. An error with `outcome: 'unknown'` leaves open whether it has
   * (the answer was lost, or `duplicate`: the nonce is used, by this payload or by another): `find` says. `notPlaced` refuses this attempt alone:
   * where an earlier attempt of the same payload is unknown, it says nothing about that one. @throws VenueError
   */
  abstract send(transfer: CollateralTransfer): Promise<void>;

  /** What became of this payload, by the venue's own record; each request that it takes goes through the door. @throws VenueError where the venue can't be asked */
  abstract find(transfer: CollateralTransfer, door?: Door): Promise<CollateralOutcome>;
}

/** Does this refusal mean that the venue lets no collateral move now, whatever the amount (R75, C-70)? Another try is due later; deposits can't help until then. */
export const saysFrozen = ({ kind }: VenueError): boolean => kind === 'frozen' || kind === 'maintenance' || kind === 'closed';
