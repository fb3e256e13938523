import { readFileSync } from 'node:fs';
import { Clock, Decimal, type Disarm, money, type Money, type Ms, price, quantity } from '@ballast/domain';
import { PAPER_DOMAIN } from '@ballast/paper-venue';
import { nadoAccount, NadoAdapter } from '@ballast/venues';
import type { WatchedDesk } from '../watched-desk.js';
import type { End } from './fault.js';

/** The venue's time when a person looked at it. */
class LookedAt extends Clock {
  constructor(private readonly time: Ms) {
    super();
  }

  now(): Ms {
    return this.time;
  }

  at(): Disarm {
    throw new Error('by hand nothing waits');
  }
}

const HOUR_MS: Ms = 3_600_000;
/** No venue takes what it may wait longer for. */
const RECEIVE_MS: Ms = 6_000;
const AWAY_FROM_THE_MARKET = '0.85';
const SIZE = '500';

/** Someone with the wallet's key who does at the venue what the log does not know. */
async function byHand({ stack }: WatchedDesk): Promise<{ readonly venue: NadoAdapter; readonly now: Ms }> {
  const { marketMs: now } = await stack.venue.clock();
  const url = stack.venueUrl;
  const privateKey = readFileSync(stack.wallet.keyFile, 'utf8').trim() as `0x${string}`;
  const venue = new NadoAdapter({ ...PAPER_DOMAIN, gatewayUrl: `${url}/v1`, archiveUrl: `${url}/archive/v1`, streamUrl: `${url.replace('http', 'ws')}/v1/subscribe`, privateKey, clock: new LookedAt(now), live: false, prices: 'poll' });
  await venue.connect();
  return { venue, now };
}

/** An order in an account of a bot, which the log has not; it rests far from the market until it is taken away. */
export const orderByHand = (accountId: string, instrument: string) => async (desk: WatchedDesk): Promise<End> => {
  const { venue, now } = await byHand(desk);
  const account = nadoAccount(accountId);
  const terms = (await venue.instruments()).find((one) => one.instrument === instrument);
  const bid = (await venue.book(instrument, 1)).bids[0]?.price;
  if (!terms || !bid) throw new Error(`${instrument}: found no terms or no book at the venue, allowed is a market that moves`);
  const limit = new Decimal(bid).times(AWAY_FROM_THE_MARKET).toNearest(terms.tickSize, Decimal.ROUND_DOWN);
  const size = new Decimal(SIZE).div(limit).toNearest(terms.lotSize, Decimal.ROUND_UP);
  const order = { clientOrderId: 'by-hand', account, instrument, side: 'BUY', quantity: quantity(size.toFixed()), limitPrice: price(limit.toFixed()), timeInForce: 'GTC', postOnly: true, reduceOnly: false, receiveBy: now + RECEIVE_MS, expiresAt: now + HOUR_MS } as const;
  const { venueOrderId } = await venue.place(order);
  return async () => {
    await (await byHand(desk)).venue.cancel(account, instrument, venueOrderId);
  };
};

/** How many positions an account has at the venue. */
export async function positionsOf(desk: WatchedDesk, accountId: string): Promise<number> {
  return (await (await byHand(desk)).venue.accountState(nadoAccount(accountId))).positions.length;
}

/** Takes all but this much of an account's free collateral to another one. */
export async function drain(desk: WatchedDesk, from: string, to: string, but: Money): Promise<void> {
  const { venue } = await byHand(desk);
  const [account, other] = [nadoAccount(from), nadoAccount(to)];
  const amount = money((await venue.collateral.freeFunds(account)).minus(but).toFixed(0));
  await venue.collateral.send(await venue.collateral.prepare({ transferId: 'by-hand', from: account, to: other, amount }));
}
