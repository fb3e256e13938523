import { Decimal, type Id, type Ms, signOf } from '@ballast/domain';
import type { FundingFacts } from '../facts/desk.projection.js';
import type { TradeFacts } from '../facts/trade-facts.js';

const SHARE_PLACES = 12;
const ZERO = new Decimal(0);

/** From a trade's first fill until it was closed: when it can have held anything. */
interface Holding {
  readonly trade: TradeFacts;
  readonly from: Ms;
  readonly until: Ms;
}

/**
 * Funding belongs to an account's position, not to a trade: each payment goes to the trades that held the instrument when it
 * was settled (or up to that very millisecond), by what each held; shares are rounded to 12 digits and the last one takes the
 * rest. What no open trade held (a residual's funding) stays under no trade.
 */
export function fundingByTrade(trades: readonly TradeFacts[], fundings: readonly FundingFacts[]): ReadonlyMap<Id, Decimal> {
  const shares = new Map<Id, Decimal>();
  const waiting = holdingsByAccount(trades);
  const open = new Map<Id, readonly Holding[]>();
  for (const funding of [...fundings].sort((a, b) => a.venueTime - b.venueTime)) {
    const { accountId, venueTime } = funding;
    const coming = waiting.get(accountId) ?? [];
    const begun = coming.findIndex(({ from }) => from > venueTime);
    const started = coming.splice(0, begun === -1 ? coming.length : begun);
    const now = [...(open.get(accountId) ?? []), ...started].filter(({ until }) => until >= venueTime - 1);
    open.set(accountId, now);
    give(funding, now.map(({ trade }) => trade), shares);
  }
  return shares;
}

function holdingsByAccount(trades: readonly TradeFacts[]): Map<Id, Holding[]> {
  const accounts = new Map<Id, Holding[]>();
  for (const trade of trades) {
    const times = trade.fills.map((fill) => fill.venueTime);
    if (times.length === 0) continue;
    const own = accounts.get(trade.accountId) ?? [];
    own.push({ trade, from: Math.min(...times), until: trade.closedAt ?? Infinity });
    accounts.set(trade.accountId, own);
  }
  for (const own of accounts.values()) own.sort((a, b) => a.from - b.from);
  return accounts;
}

function give({ instrument, venueTime, amount }: FundingFacts, trades: readonly TradeFacts[], shares: Map<Id, Decimal>): void {
  const holdersAt = (until: Ms) => trades.map(({ tradeId, fills }) => ({ tradeId, held: heldAt(fills, instrument, until) })).filter(({ held }) => held.gt(0));
  const now = holdersAt(venueTime);
  const holders = now.length > 0 ? now : holdersAt(venueTime - 1);
  const total = holders.reduce((sum, { held }) => sum.plus(held), ZERO);
  let left: Decimal = amount;
  holders.forEach(({ tradeId, held }, index) => {
    const share = index === holders.length - 1 ? left : amount.times(held).div(total).toDecimalPlaces(SHARE_PLACES);
    left = left.minus(share);
    shares.set(tradeId, (shares.get(tradeId) ?? ZERO).plus(share));
  });
}

/** What was held after every fill up to venue time `until`, without its side. */
const heldAt = (fills: TradeFacts['fills'], instrument: string, until: Ms): Decimal =>
  fills.reduce((sum, fill) => (fill.instrument === instrument && fill.venueTime <= until ? sum.plus(fill.quantity.times(signOf(fill.side))) : sum), ZERO).abs();
