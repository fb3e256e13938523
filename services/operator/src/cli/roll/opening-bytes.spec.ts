import { expect, it } from 'vitest';
import { money, price, signedQuantity } from '@ballast/domain';
import { decodeMessage, openingSubject } from '@ballast/bus';
import type { BalanceCarried, PositionCarried } from '@ballast/events';
import { openingBytes } from './opening-bytes.js';

const HEX = 'a'.repeat(64);
const FIGURE = money('-123.45389302');

/** An opening with so many pair bots that hold both legs, and so many accounts at rest. */
function opening(bots: number, atRest: number, bytesMax?: number): Uint8Array {
  const positions = Array.from({ length: 2 * bots }, (_, index): PositionCarried => ({ accountId: `acct-main-${index >> 1}`, instrument: index % 2 ? 'ETH-PERP' : 'SOL-PERP', quantity: signedQuantity('-0.0421'), entryPrice: price('2756.912345678'), realisedPnl: FIGURE, fees: FIGURE, funding: FIGURE }));
  const balances = Array.from({ length: bots + atRest }, (_, index): BalanceCarried => ({ accountId: `acct-main-${index}`, transfers: FIGURE, realised: FIGURE, fees: FIGURE, funding: FIGURE, cash: FIGURE }));
  const carried = (): ReturnType<Parameters<typeof openingBytes>[0]['carried']> => ({ booksHash: HEX, positions, balances });
  return openingBytes({ partition: 3, opening: undefined, newestAt: 5, carried }, { last: 7, digest: HEX, lastHash: HEX }, { wholeFrom: 5, build: 'test', ...(bytesMax === undefined ? {} : { bytesMax }) });
}

it('is a decision of contract version 3, which an older build refuses to pass over', () => {
  expect(decodeMessage({ partition: 3, sequence: 8, subject: openingSubject(3), bytes: opening(1, 1) })).toMatchObject({ version: 1, writer: 'restorer', contract: 3, events: [{ type: 'PartitionOpened', sealedUpTo: 7 }] });
});

it('is refused, with its limit, where one message cannot hold it', () => {
  const whole = opening(20, 10).length;
  expect(opening(20, 10, whole).length).toBe(whole);
  expect(() => opening(20, 10, whole - 1)).toThrow(`partition 3 is not rolled over: its opening would have ${whole} bytes, allowed are ${whole - 1}; it carries 40 open positions and 30 accounts`);
});

it('holds some 1,900 pair bots in the market, or 6,400 accounts at rest', () => {
  const [small, bots, atRest] = [opening(1, 1).length, opening(11, 1).length, opening(1, 11).length];
  expect([(1_000_000 - small) / ((bots - small) / 10), (1_000_000 - small) / ((atRest - small) / 10)].map((most) => Math.round(most / 100) * 100)).toEqual([1_900, 6_400]);
});
