import { contentId, type Id } from '@ballast/domain';
import { type Hex, stringToHex } from 'viem';
import type { VenueAccount } from '../venue-adapter.js';

const NAME_BYTES_MAX = 12;
/** Nado marks isolated subaccounts by these last bytes, so no name of ours may fill them. */
const ISOLATED_MARK = 'iso';

const usable = (name: string): boolean => name.length <= NAME_BYTES_MAX && !(name.length === NAME_BYTES_MAX && name.endsWith(ISOLATED_MARK));

/** Nado's 12-byte subaccount name of an account: the id itself where it fits, else the first 12 characters of its content id. */
export function nadoSubaccountName(accountId: Id): string {
  if (usable(accountId)) return accountId;
  const short = contentId('nado-subaccount', accountId).slice(0, NAME_BYTES_MAX);
  return usable(short) ? short : `${short.slice(0, NAME_BYTES_MAX - 1)}0`;
}

export const nadoAccount = (accountId: Id): VenueAccount => ({ accountId, subaccount: nadoSubaccountName(accountId) });

/** bytes32: 20 bytes of owner, then the ASCII name, left-aligned. @throws RangeError where the name does not fit. */
export function senderOf(owner: Hex, subaccount: string): Hex {
  if (subaccount.length > NAME_BYTES_MAX || !/^[\x21-\x7e]+$/.test(subaccount)) throw new RangeError(`subaccount: found ${JSON.stringify(subaccount)}, allowed are 1 to ${NAME_BYTES_MAX} printable ASCII characters`);
  return `${owner.toLowerCase() as Hex}${stringToHex(subaccount, { size: NAME_BYTES_MAX }).slice(2)}`;
}

export const ownerOf = (sender: string): Hex => sender.slice(0, 42).toLowerCase() as Hex;
