import { Decimal } from '@ballast/domain';
import { pairRound, type WrittenDecision } from '@ballast/books';

const ROUND_MS = 3_600_000;
/** What a round of `pairRound` earns. */
const GAIN = '0.44389302';
const OF_A_ROUND = /^(?:trade|plan|signal)1$|^(?:fill-)?order-/;

function again(value: unknown, round: number): unknown {
  if (value instanceof Decimal || value === null) return value;
  if (typeof value === 'string') return OF_A_ROUND.test(value) ? `${value}-r${round}` : value;
  if (typeof value === 'number') return value > Date.UTC(2026, 0) ? value + round * ROUND_MS : value;
  if (Array.isArray(value)) return value.map((one) => again(one, round));
  return typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([field, one]) => [field, richer(field, one, round)])) : value;
}

const richer = (field: string, value: unknown, round: number): unknown => (value instanceof Decimal && /collateral|^equity$|Health$/i.test(field) ? value.plus(new Decimal(GAIN).times(round)) : again(value, round));

/** Rounds of one pair bot, an hour of market time apart, each with ids of its own: the first one creates and funds it. */
export const rounds = (from: number, to: number): readonly WrittenDecision[] =>
  Array.from({ length: to - from }, (_, index) => from + index).flatMap((round) => (round === 0 ? pairRound() : (again(pairRound().slice(4), round) as readonly WrittenDecision[])));
