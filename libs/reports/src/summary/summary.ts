import { type CanonicalBalance, canonicalHash } from '@ballast/books';
import { Decimal, type Id, type Ms } from '@ballast/domain';
import { oneSigmaPnl } from '@ballast/planning';
import { isLive, isTraded, netEntered, type OrderFacts, type TradeFacts } from '../facts/trade-facts.js';
import { fundingByTrade } from './funding.js';
import { type ReadModels, within } from './read-models.js';
import { reasonCode } from './reason-code.js';
import { exact, figure, meanWorst, mostFirst, shareOf, shareOfCounts, sumOf, tally, weightedMeanWorst } from './statistics.js';
import { type Provenance, type ResidualLine, type Scope, type Summary, type TargetLine, UNITS } from './summary.types.js';
import { filledOf, imbalanceAtFill, imbalanceAtReference, imbalanceOrdered, orderedOf, type Phase, phaseFill, residualDelta, slippageAgainstTouch } from './trade-measures.js';
import { resultsOf, type TradeResult } from './trade-result.js';
import { volatilityPerSecond } from './volatility.js';

/**
 * Figures of everything in scope, folded so far. Never NaN or infinite: what was not measured is null.
 * `at` = market time now, to which the summary reaches (default: that of the last event).
 */
export function summarise(models: ReadModels, scope: Scope, provenance: Provenance, at: Ms | undefined = models.desk.state.to): Summary {
  const trades = models.tradesIn(scope);
  const owns = models.ownsAccount(scope);
  const desk = models.desk.state;
  const funding = fundingByTrade(trades, desk.fundings.filter(({ accountId }) => owns(accountId)));
  const results = resultsOf(trades, funding);
  const cycles = cyclesOf(trades);
  const execution = executionOf(trades, models.ordersIn(scope), results);
  const imbalance = imbalancesOf(trades);
  return {
    scope,
    marketTime: { from: isoOf(desk.from), to: isoOf(at) },
    events: desk.events,
    cut: cutOf(models),
    stateHash: canonicalHash(models.books.canonical()),
    cycles,
    execution,
    imbalance,
    residualDelta: residualDeltas(trades, models),
    slippageBps: slippages(trades),
    naked: nakedOf(trades),
    pnl: pnlOf(Object.values(models.balancesIn(scope)), results),
    refusals: tally(trades.flatMap(({ stage, refusedBy }) => (refusedBy !== undefined && stage !== 'INFEASIBLE' ? [stage === 'REFUSED' ? `execution: ${reasonCode(refusedBy)}` : refusedBy] : []))),
    orderRefusals: orderRefusals(models, scope),
    infeasible: tally(trades.flatMap(({ stage, refusedBy }) => (stage === 'INFEASIBLE' && refusedBy !== undefined ? [refusedBy] : []))),
    residuals: residualsOf(models, owns),
    liquidations: countOf(desk.liquidations, owns),
    reconciliationDifferences: countOf(desk.differences, owns),
    positions: models.positionsIn(scope),
    balances: models.balancesIn(scope),
    targets: targetsOf(imbalance.balancedPlans.worstFilledAtReference, execution.fillRate, cycles.successRate),
    provenance,
    units: UNITS,
  };
}

/** Last sequence folded, by partition: the cut that every figure holds at. */
export const cutOf = (models: ReadModels): Readonly<Record<string, number>> => Object.fromEntries([...models.desk.state.cut].sort(([a], [b]) => a - b).map(([partition, sequence]) => [String(partition), sequence]));

const isoOf = (at: Ms | undefined): string | null => (at === undefined ? null : new Date(at).toISOString());

/** Attempted = opened by execution. Success = completed of those that are over: a trade still open is neither. */
function cyclesOf(trades: readonly TradeFacts[]): Summary['cycles'] {
  const ended = (outcome: string): number => trades.filter(({ stage, closed }) => stage === 'CLOSED' && closed?.outcome === outcome).length;
  const attempted = trades.filter(({ openedAt }) => openedAt !== undefined).length;
  const [completed, unwound, unfilled] = [ended('COMPLETED'), ended('UNWOUND'), ended('UNFILLED')];
  const over = completed + unwound + unfilled;
  return { signals: trades.length, planned: trades.filter(({ planOutcome }) => planOutcome !== undefined).length, attempted, completed, unwound, unfilled, open: attempted - over, successRate: figure(shareOfCounts(completed, over)) };
}

/**
 * Fill rate (C-14): of what the trades that are over set out to trade, in and out, at reference prices, what was filled, as
 * maker or by IOC. An entry is set out for with its plan, an exit with what was entered.
 */
function executionOf(trades: readonly TradeFacts[], orders: readonly OrderFacts[], results: readonly TradeResult[]): Summary['execution'] {
  const over = trades.filter(({ stage }) => stage === 'CLOSED').flatMap(({ legs }) => legs);
  const ordered = sumOf(over.map(orderedOf));
  const filled = sumOf(over.map(filledOf));
  const resting = orders.filter(({ submitted }) => submitted.postOnly);
  const fills = trades.flatMap((trade) => trade.fills);
  const turnover = sumOf(fills.map((fill) => fill.quantity.times(fill.price)));
  const maker = sumOf(fills.filter((fill) => fill.liquidity === 'MAKER').map((fill) => fill.quantity.times(fill.price)));
  return {
    orders: orders.length,
    fills: fills.length,
    orderedNotional: exact(ordered),
    filledNotional: exact(filled),
    fillRate: figure(shareOf(filled, ordered)),
    postOnlyFillRate: figure(shareOf(sumOf(resting.map(({ filled: quantity, submitted }) => quantity.times(submitted.limitPrice))), sumOf(resting.map(({ submitted }) => submitted.quantity.times(submitted.limitPrice))))),
    makerShare: figure(shareOf(maker, turnover)),
    planVolume: exact(sumOf(results.map(({ closed }) => closed.planVolume))),
    turnover: exact(turnover),
    unresolvedOrders: orders.filter(isLive).length,
  };
}

/** Of trades that stood balanced; one that was unwound before is in naked exposure instead. */
function imbalancesOf(trades: readonly TradeFacts[]): Summary['imbalance'] {
  const stood = trades.filter(({ balancedAt, legs }) => balancedAt !== undefined && legs.length === 2);
  const balanced = stood.filter(({ planOutcome }) => planOutcome === 'BALANCED');
  const worst = (measure: (trade: TradeFacts) => Decimal | undefined): string | null => meanWorst(balanced.map(measure)).worst;
  return {
    trades: stood.length,
    planned: meanWorst(stood.map((trade) => trade.imbalancePlanned)),
    ordered: meanWorst(stood.map(imbalanceOrdered)),
    filledAtReference: meanWorst(stood.map(imbalanceAtReference)),
    filledAtFill: meanWorst(stood.map((trade) => imbalanceAtFill(trade))),
    balancedPlans: { trades: balanced.length, worstPlanned: worst((trade) => trade.imbalancePlanned), worstOrdered: worst(imbalanceOrdered), worstFilledAtReference: worst(imbalanceAtReference), worstFilledAtFill: worst((trade) => imbalanceAtFill(trade)) },
  };
}

/** Dollars that stood unhedged in each balanced pair, and what one standard deviation of its market made of it (C-34). */
function residualDeltas(trades: readonly TradeFacts[], models: ReadModels): Summary['residualDelta'] {
  const volatilities = new Map([...models.desk.state.returns].map(([instrument, returns]) => [instrument, volatilityPerSecond(returns)]));
  const lines = trades.filter(({ balancedAt }) => balancedAt !== undefined).flatMap((trade) => {
    const residual = residualDelta(trade);
    if (!residual) return [];
    const perSecond = volatilities.get(residual.instrument);
    const heldMs = (trade.closedAt ?? models.desk.state.to ?? 0) - (trade.balancedAt ?? 0);
    return [{ delta: residual.delta.abs(), sigma: perSecond && oneSigmaPnl(residual.delta, perSecond, heldMs) }];
  });
  return { absolute: meanWorst(lines.map(({ delta }) => delta)), oneSigmaPnl: meanWorst(lines.map(({ sigma }) => sigma)) };
}

/** Weighted by what was traded. */
function slippages(trades: readonly TradeFacts[]): Summary['slippageBps'] {
  const traded = trades.filter(isTraded).flatMap((trade) => trade.legs.map((leg) => ({ trade, leg })));
  const of = (phase: Phase) => traded.map(({ trade, leg }) => phaseFill(trade, leg, phase)).map(({ slippageBps, notional }) => ({ value: slippageBps, weight: notional.abs() }));
  const entered = traded.filter(({ leg }) => netEntered(leg).gt(0)).map(({ trade, leg }) => ({ weight: phaseFill(trade, leg, 'ENTRY').notional.abs(), touch: slippageAgainstTouch(trade, leg), estimated: leg.estimatedSlippageBps }));
  return {
    realised: weightedMeanWorst([...of('ENTRY'), ...of('EXIT')]),
    realisedEntry: weightedMeanWorst(of('ENTRY')),
    realisedExit: weightedMeanWorst(of('EXIT')),
    againstTouch: weightedMeanWorst(entered.map(({ touch, weight }) => ({ value: touch, weight }))),
    estimated: weightedMeanWorst(entered.map(({ estimated, weight }) => ({ value: estimated, weight }))),
  };
}

function nakedOf(trades: readonly TradeFacts[]): Summary['naked'] {
  const all = trades.filter(isTraded).map(({ nakedNotionalSeconds }) => nakedNotionalSeconds);
  return { totalNotionalSeconds: exact(sumOf(all)), ...meanWorst(all) };
}

function pnlOf(balances: readonly CanonicalBalance[], results: readonly TradeResult[]): Summary['pnl'] {
  const total = (field: 'realised' | 'fees' | 'funding'): Decimal => sumOf(balances.map((balance) => new Decimal(balance[field])));
  const net = total('realised').minus(total('fees')).plus(total('funding'));
  const nets = results.map((result) => result.net);
  const volume = sumOf(results.map(({ closed }) => closed.planVolume));
  return {
    realised: exact(total('realised')),
    fees: exact(total('fees')),
    funding: exact(total('funding')),
    net: exact(net),
    closedTrades: results.length,
    perTrade: { mean: meanWorst(nets).mean, worst: figure(nets.length === 0 ? undefined : Decimal.min(...nets)), best: figure(nets.length === 0 ? undefined : Decimal.max(...nets)) },
    shareNotNegative: figure(shareOfCounts(nets.filter((result) => result.gte(0)).length, nets.length)),
    netBpsOfPlanVolume: figure(shareOf(sumOf(nets), volume)?.times(10_000)),
    outsideClosedTrades: figure(net.minus(sumOf(nets))) ?? '0',
  };
}

const countOf = (counts: ReadonlyMap<Id, number>, owns: (accountId: Id) => boolean): number => [...counts].reduce((sum, [accountId, count]) => (owns(accountId) ? sum + count : sum), 0);

function orderRefusals(models: ReadModels, scope: Scope): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const refusals of models.trades.state.orderRefusals.values()) if (within(scope, refusals)) for (const [code, count] of refusals.counts) counts.set(code, (counts.get(code) ?? 0) + count);
  return mostFirst(counts);
}

const residualsOf = (models: ReadModels, owns: (accountId: Id) => boolean): readonly ResidualLine[] =>
  [...models.trades.state.residuals.values()].flatMap(({ left: { tradeId, accountId, leg, instrument, quantity, notional }, takenOverBy = null }) => (owns(accountId) ? [{ tradeId, accountId, leg, instrument, quantity: exact(quantity), notional: exact(notional), takenOverBy }] : []));

/** R43. The imbalance counts where the plan was BALANCED. */
function targetsOf(imbalance: string | null, fillRate: string | null, successRate: string | null): readonly TargetLine[] {
  const line = (name: string, target: string, found: string | null, met: (value: Decimal) => boolean): TargetLine => ({ name, target, found, met: found === null ? null : met(new Decimal(found)) });
  return [
    line('worst hedging imbalance, filled at reference prices', '< 0.001', imbalance, (value) => value.lt('0.001')),
    line('fill rate', '>= 0.95', fillRate, (value) => value.gte('0.95')),
    line('cycle success rate', '>= 0.95', successRate, (value) => value.gte('0.95')),
  ];
}
