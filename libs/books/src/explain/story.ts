import { type Decimal, type Id, type Ms, slippageBps } from '@ballast/domain';
import type { DecisionRecord } from '@ballast/bus';
import type { BallastEvent, LegResult, OrderFilled, OrderSubmitted, PlannedLeg, RuleEvaluation, SeenPrice } from '@ballast/events';

/** One step of a story: what happened, who decided it, and every figure it was decided with. */
export interface Chapter {
  readonly at: Ms;
  readonly partition: number;
  readonly sequence: number;
  readonly decisionId: Id;
  readonly causationId: Id;
  readonly writer: string;
  readonly event: BallastEvent['type'];
  readonly title: string;
  readonly facts: readonly string[];
}

const bpsText = (value: Decimal): string => `${value.toDecimalPlaces(3).toString()} bps`;
const percentText = (value: Decimal): string => `${value.times(100).toDecimalPlaces(4).toString()} %`;
const moneyText = (value: Decimal): string => `$${value.toDecimalPlaces(6).toString()}`;

/** Tells decisions of one trade in words. Keeps what earlier chapters saw, so that later ones can compare with it. */
export class Storyteller {
  private legs: readonly PlannedLeg[] = [];
  private readonly orders = new Map<Id, OrderSubmitted>();

  tell(decision: DecisionRecord): readonly Chapter[] {
    const { occurredAt: at, partition, sequence, decisionId, causationId, writer } = decision;
    return decision.events.map((event) => ({ at, partition, sequence, decisionId, causationId, writer, event: event.type, ...this.words(event) }));
  }

  private words(event: BallastEvent): Pick<Chapter, 'title' | 'facts'> {
    switch (event.type) {
      case 'SignalRaised':
        return { title: `signal to ${event.purpose}: ${event.reason}`, facts: [...event.legs.map(({ side, instrument }) => `${side} ${instrument}`), ...event.seen.map(seenText), `valid until ${event.validUntil}`, ...gains(event)] };
      case 'TradePlanned':
        this.legs = event.legs;
        return { title: `planned ${event.outcome}, imbalance ${percentText(event.imbalanceRatio)}, sized by ${event.bindingCap}`, facts: [...event.legs.map(legText), ...event.caps.map(({ name, limit, source }) => `cap ${name}: ${moneyText(limit)} (${source})`), `expected cost ${bpsText(event.expectedCostBps)}`, `eligible collateral ${moneyText(event.eligibleCollateral)}`] };
      case 'TradePlanInfeasible':
        return { title: `no plan: ${event.reason}: ${event.detail}`, facts: [...event.caps.map(({ name, limit }) => `cap ${name}: ${moneyText(limit)}`), ...event.seen.map(seenText)] };
      case 'TradeApproved':
        return { title: `approved, nearest limit: ${event.bindingRule}`, facts: [`gross exposure ${moneyText(event.grossBefore)} to ${moneyText(event.grossAfter)}`, ...event.rules.map(ruleText)] };
      case 'TradeDenied':
        return { title: `denied by ${event.bindingRule}: ${event.reason}`, facts: event.rules.map(ruleText) };
      case 'OrderSubmitted':
        this.orders.set(event.clientOrderId, event);
        return { title: `${event.purpose} order ${event.side} ${event.quantity} ${event.instrument} @ ${event.limitPrice} ${event.postOnly ? 'POST_ONLY' : event.timeInForce}${event.reduceOnly ? ' reduce-only' : ''}`, facts: [`client order id ${event.clientOrderId}`, `priced from book ${event.bookSequence}`, ...(event.replaces ? [`takes over the remainder of ${event.replaces}`] : [])] };
      case 'OrderFilled':
        return { title: `filled ${event.quantity} ${event.instrument} @ ${event.price} as ${event.liquidity}`, facts: this.fillFacts(event) };
      case 'TradeBalanced':
        return { title: `balanced: imbalance planned ${percentText(event.imbalancePlanned)}, filled ${percentText(event.imbalanceAtReference)} at reference, ${percentText(event.imbalanceAtFill)} at fill prices`, facts: [...event.legs.map(resultText), `naked ${event.nakedNotionalSeconds.toDecimalPlaces(3).toString()} $s`] };
      case 'TradeClosed':
        return { title: `closed ${event.outcome}: ${event.reason}`, facts: [...event.legs.map(resultText), `realised ${moneyText(event.realisedPnl)}, fees ${moneyText(event.fees)}, net ${moneyText(event.realisedPnl.minus(event.fees))}`, `turnover ${moneyText(event.turnover)}`, `naked ${event.nakedNotionalSeconds.toDecimalPlaces(3).toString()} $s`] };
      default:
        return { title: event.type, facts: plainFacts(event) };
    }
  }

  private fillFacts(fill: OrderFilled): readonly string[] {
    const leg = this.legs[fill.leg];
    const order = this.orders.get(fill.clientOrderId);
    const realised = leg && order ? slippageBps(fill.side, leg.referencePrice, fill.price) : undefined;
    const estimated = leg ? `estimated ${bpsText(leg.estimatedSlippageBps)}` : 'no estimate';
    return [`fee ${moneyText(fill.fee)}`, ...(realised ? [`slippage ${bpsText(realised)} against the plan's reference price (${estimated})`] : []), `venue fill ${fill.fillId}`];
  }
}

const seenText = ({ instrument, bestBid, bestAsk, exchangeTime, bookSequence }: SeenPrice): string => `saw ${instrument} ${bestBid} / ${bestAsk} at ${exchangeTime}, book ${bookSequence}`;
const legText = (leg: PlannedLeg): string =>
  `${leg.side} ${leg.quantity} ${leg.instrument} = ${moneyText(leg.notional)} at reference ${leg.referencePrice}, slippage estimated ${bpsText(leg.estimatedSlippageBps)}, depth ${moneyText(leg.depthNotional)}, levels ${leg.levels.map(({ price, quantity }) => `${quantity}@${price}`).join(' ')}`;
const ruleText = ({ rule, result, value, limit, distance, unit, profile, inputs }: RuleEvaluation): string =>
  `rule ${rule} [${profile}]: ${result}, ${value ?? 'no value'} of ${limit ?? 'no limit'} ${unit}, distance ${distance ?? 'unknown'} (${Object.entries(inputs).map(([name, input]) => `${name}=${input}`).join(', ')})`;
const resultText = ({ instrument, side, planned, filled, exited, averagePrice, averageExitPrice, fees }: LegResult): string =>
  `${side} ${instrument}: planned ${planned}, filled ${filled}${averagePrice ? ` @ ${averagePrice.toDecimalPlaces(6).toString()}` : ''}, exited ${exited}${averageExitPrice ? ` @ ${averageExitPrice.toDecimalPlaces(6).toString()}` : ''}, fees ${moneyText(fees)}`;
const gains = ({ expectedEdgeBps, costBudgetBps }: { readonly expectedEdgeBps?: Decimal; readonly costBudgetBps?: Decimal }): readonly string[] => [...(expectedEdgeBps ? [`expected edge ${bpsText(expectedEdgeBps)}`] : []), ...(costBudgetBps ? [`cost budget ${bpsText(costBudgetBps)}`] : [])];

const plainFacts = (event: BallastEvent): readonly string[] =>
  Object.entries(event)
    .filter(([field]) => field !== 'type')
    .map(([field, value]) => `${field} ${typeof value === 'string' ? value : (JSON.stringify(value) ?? '')}`);

