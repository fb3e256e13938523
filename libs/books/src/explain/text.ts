import type { Decimal, Ms } from '@ballast/domain';
import type { LegResult, PlannedLeg, RuleEvaluation, SeenPrice } from '@ballast/events';

export const bpsText = (value: Decimal): string => `${value.toDecimalPlaces(3).toString()} bps`;
export const percentText = (value: Decimal, places = 4): string => `${value.times(100).toDecimalPlaces(places).toString()} %`;
export const moneyText = (value: Decimal): string => `$${value.toDecimalPlaces(6).toString()}`;
export const nakedText = (value: Decimal): string => `unhedged ${moneyText(value.toDecimalPlaces(3))} x s (notional times seconds)`;
export const timeText = (at: Ms): string => new Date(at).toISOString();
export const secondsText = (span: Ms): string => `${span / 1_000} s`;
/** LONG or SHORT and how much, or `flat`. */
export const positionText = (position: Decimal): string => (position.isZero() ? 'flat' : `${position.isPositive() ? 'LONG' : 'SHORT'} ${position.abs().toString()}`);

export const seenText = ({ instrument, bestBid, bestAsk, markPrice, exchangeTime, bookSequence }: SeenPrice): string =>
  `saw ${instrument} ${bestBid} / ${bestAsk}${markPrice ? `, mark ${markPrice}` : ''}, book ${bookSequence} of ${timeText(exchangeTime)}`;

/** What a plan says of a leg, and the book that it was planned on. */
export const legText = (leg: PlannedLeg): readonly string[] => [
  `${leg.side} ${leg.quantity} ${leg.instrument} = ${moneyText(leg.notional)} at reference ${leg.referencePrice}${leg.slices.length > 1 ? `, in orders of ${leg.slices.join(' + ')}` : ''}`,
  ...(leg.residualAbsorbed ? [`${leg.instrument}: takes over ${leg.residualAbsorbed} that earlier trades left open`] : []),
  `${leg.instrument}: slippage estimated ${bpsText(leg.estimatedSlippageBps)} over levels ${leg.levels.map(({ price, quantity }) => `${quantity}@${price}`).join(' ')}; depth ${moneyText(leg.depthNotional)}`,
  seenText(leg.seen),
];

const MOMENT = /^\d{13}$/;
/** A rule's value as recorded; a moment of market time is told as one, and needs no unit. */
const ruleValue = (value: string): string => (MOMENT.test(value) ? timeText(Number.parseInt(value, 10)) : value);

export const ruleText = ({ rule, result, value, limit, distance, unit, profile, inputs }: RuleEvaluation): string =>
  `rule ${rule} [${profile}]: ${result}, ${value === undefined ? 'no value' : ruleValue(value)} of ${limit === undefined ? 'no limit' : ruleValue(limit)}${[value, limit].some((each) => each !== undefined && MOMENT.test(each)) ? '' : ` ${unit}`}${distance === undefined ? '' : `, distance ${distance}`} (${Object.entries(inputs).map(([name, input]) => `${name}=${ruleValue(input)}`).join(', ')})`;

export const resultText = ({ instrument, side, planned, filled, exited, averagePrice, averageExitPrice, fees }: LegResult): string =>
  `${side} ${instrument}: planned ${planned}, filled ${filled}${averagePrice ? ` @ ${averagePrice.toDecimalPlaces(6).toString()}` : ''}, exited ${exited}${averageExitPrice ? ` @ ${averageExitPrice.toDecimalPlaces(6).toString()}` : ''}, fees ${moneyText(fees)}`;

/** Settings and the like, which are JSON. */
export const jsonText = (value: unknown): string => JSON.stringify(value) ?? '';
