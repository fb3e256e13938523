import { Decimal, InvariantError, type Ratio, ratio, ratioOfBps } from '@ballast/domain';
import { candleFacts, type EpisodeResult, type EpisodeWindow, episodesOf, modelFrom, type PositionFact, positionSideOf, type SaleTerms, worthOf } from '@ballast/protection';
import { csvOf } from '../export/csv.js';
import { isoOf, isWithin, type Period } from '../report/period.js';
import type { Report } from '../report/report.js';
import { exact, figure, shareOf, shareOfCounts, sumOf } from '../summary/statistics.js';
import type { Scope } from '../summary/summary.types.js';
import { within } from '../summary/read-models.js';
import { grossOf, type ProtectableBot, type ProtectedLife, type ProtectionFold } from './protection-fold.js';
import type { AdoptionLine, EpisodeLine, PathKind, ProtectionAsked, ProtectionWorth } from './protection.types.js';
import { protectionText } from './protection-text.js';

export const PROTECTION_DEFAULTS: ProtectionAsked = { venue: 'nado', moneyRate: ratio('0.1'), slippage: ratio('0.005') };
export const PROTECTION_COLUMNS = ['botId', 'portfolioId', 'accountId', 'instrument', 'side', 'from', 'to', 'end', 'verdict', 'deposits', 'withdrawals', 'depositedMax', 'lost', 'path', 'prices', 'nearestWithout', 'takenAt', 'takenPrice', 'takenQuantity', 'takenResult', 'lossAvoided', 'fees', 'moneyDays', 'cost', 'net', 'roi'] as const;

interface Replayed {
  readonly line: EpisodeLine;
  readonly result: EpisodeResult;
}

/** What protection was worth: each episode of the period, the same path without its deposits, and how many use it (R90). */
export function protectionReport(fold: ProtectionFold, period: Period, scope: Scope, asked: ProtectionAsked): Report {
  const bots = [...fold.bots.values()].filter(({ botId, portfolioId }) => within(scope, { botId, portfolioId }));
  const chosen = new Set(bots.map(({ botId }) => botId));
  const replayed = fold.lives().filter(({ botId }) => chosen.has(botId)).flatMap((life) => replay(fold, life, asked)).filter(({ result }) => isWithin(period, result.from)).sort((a, b) => a.result.from - b.result.from || (a.line.botId < b.line.botId ? -1 : 1));
  const episodes = replayed.map(({ line }) => line);
  const document: ProtectionWorth = {
    kind: 'protection', period: { from: isoOf(period.from), to: isoOf(period.to) },
    model: { venue: asked.venue, moneyRate: asked.moneyRate.toString(), slippage: asked.slippage.toString(), path: asked.candles ? `candles of ${asked.candles.coin} between recorded events` : 'events only' },
    adoption: adoptionOf(fold, bots.filter(({ deleted }) => !deleted)), totals: totalsOf(replayed, asked.moneyRate), episodes,
  };
  return { kind: 'protection', document, markdown: protectionText(document, period), csv: { 'protection.csv': csvOf(PROTECTION_COLUMNS, episodes.map(rowOf)) } };
}

function replay(fold: ProtectionFold, life: ProtectedLife, asked: ProtectionAsked): readonly Replayed[] {
  const { instrument, start, moves, episodes } = life;
  const side = positionSideOf(start.position) ?? 'LONG';
  const terms = fold.terms.get(instrument);
  if (!terms) throw new InvariantError(`account ${life.accountId} holds ${instrument}, and no plan in the log tells the terms of it`);
  const saleTerms: SaleTerms = { initialMarginRatio: terms.initialMarginRatio, lotSize: terms.lotSize, takerFee: ratioOfBps(terms.takerFeeBps), slippage: asked.slippage };
  const { facts, path } = factsOf(life, side, asked);
  const windows = episodes.map(({ from, until, end, fees }): EpisodeWindow => ({ from, until: until ?? life.seenUntil, end, fees }));
  const byTime = [...moves].sort((a, b) => a.time - b.time);
  const results = episodesOf({ model: modelFrom(asked.venue, terms), terms: saleTerms, moves: byTime }, start, facts, windows);
  return results.flatMap((result, index): readonly Replayed[] => {
    const episode = episodes[index];
    if (!episode) return [];
    const { cost, net, roi } = worthOf(result, asked.moneyRate);
    const prices = facts.filter(({ type, time }) => (type === 'sight' || type === 'price') && time >= result.from && time <= result.until).length;
    const line: EpisodeLine = {
      botId: life.botId, portfolioId: life.portfolioId, accountId: life.accountId, instrument, side, from: new Date(result.from).toISOString(), to: isoOf(episode.until), end: result.end, verdict: result.verdict,
      deposits: episode.deposits, withdrawals: episode.withdrawals, depositedMax: exact(result.depositedMax), lost: exact(episode.lost), path, prices, nearestWithout: figure(result.nearest),
      taken: result.taken.map((taken) => ({ at: new Date(taken.time).toISOString(), price: rounded(taken.price), quantity: exact(taken.quantity), result: rounded(taken.result) })),
      lossAvoided: rounded(result.lossAvoided), fees: exact(result.fees), moneyDays: rounded(result.moneyDays), cost: rounded(cost), net: rounded(net), roi: figure(roi),
    };
    return [{ line, result }];
  });
}

/** Twelve digits are enough for money that was divided. */
const rounded = (value: Decimal): string => value.toDecimalPlaces(12).toString();

function factsOf(life: ProtectedLife, side: 'LONG' | 'SHORT', { candles }: ProtectionAsked): { readonly facts: readonly PositionFact[]; readonly path: PathKind } {
  const { instrument, start: { openedAt }, facts, episodes, seenUntil, flatAt } = life;
  const laid = candles && instrument.startsWith(candles.coin)
    ? candleFacts(candles.series, { side, from: episodes[0]?.from ?? 0, until: Math.min(flatAt ?? seenUntil, seenUntil), ...(openedAt === undefined ? {} : { openedAt }), ...(flatAt === undefined ? {} : { flatAt }) })
    : [];
  return { facts: [...facts, ...laid].sort((a, b) => a.time - b.time), path: laid.length > 0 ? 'candles' : 'events only' };
}

function totalsOf(replayed: readonly Replayed[], moneyRate: Ratio): ProtectionWorth['totals'] {
  const of = (verdict: EpisodeLine['verdict']): number => replayed.filter(({ line }) => line.verdict === verdict).length;
  const results = replayed.map(({ result }) => result);
  const worths = results.map((result) => worthOf(result, moneyRate));
  const net = sumOf(worths.map((worth) => worth.net));
  const depositedMax = sumOf(results.map((result) => result.depositedMax));
  return {
    episodes: replayed.length, prevented: of('PREVENTED'), notPrevented: of('NOT_PREVENTED'), notNeeded: of('NOT_NEEDED'), alreadyGone: of('ALREADY_GONE'), open: replayed.filter(({ line }) => line.to === null).length,
    lossAvoided: rounded(sumOf(results.map((result) => result.lossAvoided))), fees: exact(sumOf(results.map((result) => result.fees))), cost: rounded(sumOf(worths.map((worth) => worth.cost))), net: rounded(net),
    depositedMax: exact(depositedMax), roi: figure(shareOf(net, depositedMax)),
  };
}

/** Of all bots, and of each strategy's where there are several. */
function adoptionOf(fold: ProtectionFold, bots: readonly ProtectableBot[]): readonly AdoptionLine[] {
  const line = (strategy: string, some: readonly ProtectableBot[]): AdoptionLine => {
    const using = some.filter(({ enabled }) => enabled);
    const [notional, protectedNotional] = [grossOf(fold, some), grossOf(fold, using)];
    return { strategy, bots: some.length, protected: using.length, share: figure(shareOfCounts(using.length, some.length)), notional: exact(notional), protectedNotional: exact(protectedNotional), notionalShare: figure(shareOf(protectedNotional, notional)) };
  };
  const strategies = [...new Set(bots.map(({ strategy }) => strategy))].sort();
  return [...strategies.map((strategy) => line(strategy, bots.filter((bot) => bot.strategy === strategy))), ...(strategies.length > 1 ? [line('all', bots)] : [])];
}

function rowOf(line: EpisodeLine): Readonly<Record<(typeof PROTECTION_COLUMNS)[number], string>> {
  const { taken, deposits, withdrawals, prices, to, nearestWithout, roi, ...rest } = line;
  const [first] = taken;
  return {
    ...rest, deposits: String(deposits), withdrawals: String(withdrawals), prices: String(prices), to: to ?? '', nearestWithout: nearestWithout ?? '', roi: roi ?? '', takenAt: first?.at ?? '', takenPrice: first?.price ?? '',
    takenQuantity: first ? exact(sumOf(taken.map((each) => new Decimal(each.quantity)))) : '', takenResult: first ? exact(sumOf(taken.map((each) => new Decimal(each.result)))) : '',
  };
}
