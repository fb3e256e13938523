import { canonicalRatio, Decimal, type Id, imbalanceOf, type Notional, type Ratio, signOf } from '@ballast/domain';
import type { DecisionRecord, Recorded } from '@ballast/bus';
import type { LegResult, PairResidual, TradeBalanced, TradeClosed } from '@ballast/events';
import type { Check } from './breach.js';
import { averageOf, holdingOf, type LegAccount, lostOf, netEntered, netExited, TradeAccount, ZERO } from './trade-account.js';

/** What averages of 12 digits may hide. */
const ROUNDING = new Decimal('0.000000001');
/** The price of a residual may be this much under every price that the log has of its leg: the market moved while nothing was sent. */
const PRICE_CUSHION = new Decimal('0.98');

/** A trade ends flat but for residuals under the venue's minimum, with every order ended, and its summaries are what its fills add up to. */
export class TradeCheck implements Check {
  readonly rule = 'trades end as told';
  private readonly trades = new Map<Id, TradeAccount>();
  /** Fills of trades that were closed: they have to be followed by a new way out. */
  private readonly late = new Map<Id, DecisionRecord>();

  event({ event, decision }: Recorded): string | undefined {
    if (event.type === 'TradeOpened') this.trades.set(event.tradeId, new TradeAccount(event));
    const trade = 'tradeId' in event ? this.trades.get(event.tradeId) : undefined;
    if (!trade) return undefined;
    switch (event.type) {
      case 'OrderSubmitted': trade.submit(event); return undefined;
      case 'OrderCancelled': trade.end(event.clientOrderId, event.unfilled); return undefined;
      case 'OrderRejected': trade.end(event.clientOrderId, undefined); return undefined;
      case 'OrderFilled':
        trade.fill(event);
        if (trade.phase === 'CLOSED') this.late.set(event.tradeId, decision);
        return undefined;
      case 'LegLiquidated': trade.liquidate(event); return undefined;
      case 'ExitStarted': trade.leave('EXITING'); return undefined;
      case 'UnwindStarted': trade.leave('UNWINDING'); return undefined;
      case 'PairResidual': return residual(trade, event);
      case 'TradeBalanced': return balanced(trade, event);
      case 'TradeClosed': return closed(trade, event);
    }
    return undefined;
  }

  end(): readonly { readonly decision: DecisionRecord; readonly detail: string }[] {
    return [...this.late].flatMap(([tradeId, decision]) => {
      const trade = this.trades.get(tradeId);
      const open = trade?.phase === 'CLOSED' ? openLeg(trade) : undefined;
      return open === undefined ? [] : [{ decision, detail: `trade ${tradeId} was filled after it had closed: ${open}` }];
    });
  }
}

/** What can be ordered is no residual: at no price of the leg was so much under the venue's minimum. */
function tooLarge({ planned, lowestPrice }: LegAccount, quantity: Decimal): string | undefined {
  const { instrument, terms } = planned;
  const notional = quantity.abs().times(lowestPrice).times(PRICE_CUSHION);
  return notional.lt(terms.notionalMin) ? undefined : `${quantity.abs()} ${instrument} is worth at least ${notional}, the venue's minimum is ${terms.notionalMin}`;
}

function residual(trade: TradeAccount, { leg: index, quantity, missing }: PairResidual): string | undefined {
  const leg = trade.legs.get(index);
  if (!leg) return `residual of leg ${index} of trade ${trade.opened.tradeId}, which has no such leg`;
  if (missing === true) {
    leg.missing = leg.missing.plus(quantity.times(signOf(leg.planned.side)));
    return undefined;
  }
  leg.residual = true;
  const fault = tooLarge(leg, quantity);
  return fault && `residual of leg ${index} of trade ${trade.opened.tradeId}: ${fault}`;
}

/** The first leg that a closed trade must not have left as it is. */
function openLeg({ legs }: TradeAccount): string | undefined {
  for (const leg of legs.values()) {
    const holding = holdingOf(leg);
    const fault = holding.isZero() ? undefined : leg.residual ? tooLarge(leg, holding) : `it still holds ${holding} ${leg.planned.instrument}, which is told as no residual`;
    if (fault !== undefined) return `leg ${leg.planned.leg}: ${fault}`;
  }
  return undefined;
}

const differs = (what: string, told: Decimal, found: Decimal, allowed: Decimal = ROUNDING): string | undefined => (told.minus(found).abs().lte(allowed) ? undefined : `${what}: told ${told}, its fills add up to ${found}`);

function unended(trade: TradeAccount): string | undefined {
  const [order] = trade.unsettled();
  return order === undefined ? undefined : `order ${order} has not ended`;
}

function legsDiffer(trade: TradeAccount, results: readonly LegResult[]): string | undefined {
  for (const { leg: index, filled, exited, fees } of results) {
    const leg = trade.legs.get(index);
    if (!leg) return `leg ${index} was never opened`;
    const fault = differs(`leg ${index} filled`, filled, netEntered(leg), ZERO) ?? differs(`leg ${index} exited`, exited, netExited(leg).plus(lostOf(leg).quantity), ZERO) ?? differs(`leg ${index} fees`, fees, leg.fees, ZERO);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function balanced(trade: TradeAccount, event: TradeBalanced): string | undefined {
  const { imbalanceRatio, tradeId } = trade.opened;
  trade.phase = 'HELD';
  trade.balanced = true;
  const legs = [...trade.legs.values()];
  const lacking = legs.find((leg) => !leg.residual && netEntered(leg).lt(leg.planned.quantity));
  const absorbed = (leg: LegAccount): Decimal => leg.absorbed.times(leg.planned.referencePrice);
  const atReference = imbalance(legs, (leg) => leg.absorbed.plus(netEntered(leg)).times(leg.planned.referencePrice));
  const atFill = imbalance(legs, (leg) => netEntered(leg).times(averageOf(leg.entered) ?? 0).plus(absorbed(leg)));
  const fault = unended(trade)
    ?? (lacking && `leg ${lacking.planned.leg} entered ${netEntered(lacking)}, planned ${lacking.planned.quantity}`)
    ?? legsDiffer(trade, event.legs)
    ?? differs('imbalance planned', event.imbalancePlanned, imbalanceRatio)
    ?? differs('imbalance at reference prices', event.imbalanceAtReference, atReference)
    ?? differs('imbalance at fill prices', event.imbalanceAtFill, atFill);
  return fault && `trade ${tradeId} was balanced: ${fault}`;
}

function imbalance([a, b]: readonly LegAccount[], valueOf: (leg: LegAccount) => Decimal): Ratio {
  const found = a && b ? imbalanceOf(valueOf(a) as Notional, valueOf(b) as Notional) : ZERO;
  return canonicalRatio((found.isFinite() ? found : new Decimal(1)) as Ratio);
}

function uncompleted({ balanced, liquidated, legs }: TradeAccount): string | undefined {
  if (!balanced) return 'told COMPLETED, it was never balanced';
  if (liquidated) return 'told COMPLETED, it was liquidated';
  return [...legs.values()].some((leg) => !leg.missing.isZero()) ? 'told COMPLETED, the venue had less than it held' : undefined;
}

function closed(trade: TradeAccount, event: TradeClosed): string | undefined {
  trade.phase = 'CLOSED';
  const legs = [...trade.legs.values()];
  const open = openLeg(trade);
  const volume = legs.reduce((most, { planned }) => Decimal.max(most, planned.quantity.times(planned.referencePrice)), ZERO);
  const fault = unended(trade)
    ?? open
    ?? (event.outcome === 'COMPLETED' ? uncompleted(trade) : undefined)
    ?? legsDiffer(trade, event.legs)
    ?? differs('realised result', event.realisedPnl, legs.reduce((sum, leg) => sum.plus(realisedOf(leg)), ZERO))
    ?? differs('fees', event.fees, legs.reduce((sum, leg) => sum.plus(leg.fees), ZERO), ZERO)
    ?? (event.planVolume.eq(volume) ? undefined : `plan volume: told ${event.planVolume}, its plan comes to ${volume}`)
    ?? differs('turnover', event.turnover, legs.reduce((sum, leg) => sum.plus(leg.entered.notional).plus(leg.trimmed.notional).plus(leg.exited.notional).plus(leg.returned.notional), ZERO), ZERO);
  trade.forgetOrders();
  return fault && `trade ${trade.opened.tradeId} was closed: ${fault}`;
}

/** Cash of a leg's fills; what is left at its average entry price, what was taken over at the plan's reference price. */
function realisedOf(leg: LegAccount): Decimal {
  const bought = leg.entered.notional.plus(leg.returned.notional).plus(leg.absorbed.times(leg.planned.referencePrice));
  const sold = leg.exited.notional.plus(leg.trimmed.notional).plus(lostOf(leg).notional);
  const left = holdingOf(leg).plus(leg.missing).times(averageOf(leg.entered) ?? leg.planned.referencePrice);
  return sold.plus(left).minus(bought).times(signOf(leg.planned.side));
}
