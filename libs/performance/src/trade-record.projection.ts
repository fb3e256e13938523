import { Decimal, type Id, type Money, type Ms, signOf } from '@ballast/domain';
import type { BallastEvent, FundingSettled, OrderFilled, TradeClosed } from '@ballast/events';
import { EMPTY_RECORD, type TradeRecord, type TradeResult, withCorrected, withResult } from './trade-record.js';

interface Fill {
  readonly instrument: string;
  /** Signed as a position. */
  readonly quantity: Decimal;
  /** Venue time, ms. */
  readonly at: Ms;
}

/** A trade that is open, or among the last that closed. */
interface Round {
  readonly tradeId: Id;
  readonly fills: Fill[];
  funding: Decimal;
  closed: Closed | undefined;
  /** True once its result is in the records. */
  counted: boolean;
}

type Closed = Pick<TradeClosed, 'botId' | 'portfolioId' | 'outcome' | 'planVolume' | 'turnover' | 'realisedPnl' | 'fees'> & { readonly at: Ms };

interface AccountRounds {
  readonly rounds: Map<Id, Round>;
  /** In the order in which they closed. */
  readonly closed: Id[];
}

export interface TradeRecords {
  readonly accounts: Map<Id, AccountRounds>;
  readonly portfolios: Map<Id, TradeRecord>;
  readonly bots: Map<Id, TradeRecord>;
}

interface Told {
  readonly event: BallastEvent;
  readonly decision: { readonly occurredAt: Ms };
}

/** Closed trades of an account that late funding still reaches. */
const CLOSED_KEPT = 64;
const SHARE_PLACES = 12;
const ZERO = new Decimal(0);

/**
 * What the trades of every portfolio and bot brought: realised less fees, with the funding that was settled while they held its
 * instrument (shared by what each held, as in the summary). A round that filled nothing has no result. Days begin `boundaryMs` after
 * 00:00 UTC; a result belongs to the day in which its trade closed.
 */
export class TradeRecordFold {
  readonly name: string = 'trade-record';
  readonly reads: readonly string[] = ['OrderFilled', 'FundingSettled', 'TradeClosed'];
  state: TradeRecords = { accounts: new Map(), portfolios: new Map(), bots: new Map() };

  constructor(private readonly boundaryMs: Ms = 0) {}

  portfolio(portfolioId: Id): TradeRecord {
    return this.state.portfolios.get(portfolioId) ?? EMPTY_RECORD;
  }

  bot(botId: Id): TradeRecord {
    return this.state.bots.get(botId) ?? EMPTY_RECORD;
  }

  apply({ event, decision: { occurredAt } }: Told): void {
    switch (event.type) {
      case 'OrderFilled':
        this.filled(event);
        return;
      case 'FundingSettled':
        this.funded(event);
        return;
      case 'TradeClosed':
        this.closed(event, occurredAt);
        return;
    }
  }

  private filled({ accountId, tradeId, instrument, side, quantity, venueTime }: OrderFilled): void {
    this.round(this.account(accountId), tradeId).fills.push({ instrument, quantity: quantity.times(signOf(side)), at: venueTime });
  }

  private closed(event: TradeClosed, at: Ms): void {
    const account = this.account(event.accountId);
    const round = this.round(account, event.tradeId);
    if (!round.closed) account.closed.push(event.tradeId);
    const { botId, portfolioId, outcome, planVolume, turnover, realisedPnl, fees } = event;
    round.closed = { botId, portfolioId, outcome, planVolume, turnover, realisedPnl, fees, at: round.closed?.at ?? at };
    if (account.closed.length > CLOSED_KEPT) account.rounds.delete(account.closed.shift() as Id);
    this.count(round);
  }

  /** To the trades that held the instrument when it was settled, else to those of a millisecond before: the last one takes what rounding leaves. */
  private funded({ accountId, instrument, venueTime, amount }: FundingSettled): void {
    const rounds = [...this.account(accountId).rounds.values()].filter(({ fills, closed }) => fills.length > 0 && (closed?.at ?? Infinity) >= venueTime - 1).sort((a, b) => firstAt(a) - firstAt(b));
    const holdersAt = (until: Ms) => rounds.map((round) => ({ round, held: heldAt(round, instrument, until) })).filter(({ held }) => held.gt(0));
    const now = holdersAt(venueTime);
    const holders = now.length > 0 ? now : holdersAt(venueTime - 1);
    const total = holders.reduce((sum, { held }) => sum.plus(held), ZERO);
    let left: Decimal = amount;
    holders.forEach(({ round, held }, index) => {
      const share = index === holders.length - 1 ? left : amount.times(held).div(total).toDecimalPlaces(SHARE_PLACES);
      left = left.minus(share);
      round.funding = round.funding.plus(share);
      this.count(round);
    });
  }

  private count(round: Round): void {
    const { closed, funding, tradeId } = round;
    if (!closed || closed.outcome === 'UNFILLED') return;
    const { botId, portfolioId, realisedPnl, fees, planVolume, turnover } = closed;
    const result: TradeResult = { tradeId, closedAt: closed.at, net: realisedPnl.minus(fees).plus(funding) as Money, planVolume, turnover };
    const count = round.counted ? withCorrected : withResult;
    round.counted = true;
    this.state.portfolios.set(portfolioId, count(this.portfolio(portfolioId), result, this.boundaryMs));
    this.state.bots.set(botId, count(this.bot(botId), result, this.boundaryMs));
  }

  private account(accountId: Id): AccountRounds {
    const found = this.state.accounts.get(accountId) ?? { rounds: new Map(), closed: [] };
    this.state.accounts.set(accountId, found);
    return found;
  }

  private round({ rounds }: AccountRounds, tradeId: Id): Round {
    const found = rounds.get(tradeId) ?? { tradeId, fills: [], funding: ZERO, closed: undefined, counted: false };
    rounds.set(tradeId, found);
    return found;
  }
}

const firstAt = ({ fills }: Round): Ms => fills.reduce((first, { at }) => (at < first ? at : first), Infinity);
const heldAt = ({ fills }: Round, instrument: string, until: Ms): Decimal => fills.reduce((sum, fill) => (fill.instrument === instrument && fill.at <= until ? sum.plus(fill.quantity) : sum), ZERO).abs();
