import { Decimal, minOf } from '@ballast/domain';
import type { Finding } from '../file/finding.js';
import type { GateCriteria, Rung } from '../limits.js';
import { above, below, dollarText, fault, percentText, timesText, warning } from './words.js';

/** Volume, number of trades, size and profit of one rung hold together (W-1). `last`: nothing is promoted from it, its gate is an aim only (C-20). */
export function rungFindings(field: string, rung: Rung, safetyFactor: Decimal, last: boolean): readonly Finding[] {
  return [...sizeFindings(field, rung, safetyFactor), ...bandFindings(`${field}.gate`, rung, last ? warning : fault), ...gateFindings(`${field}.gate`, rung.gate), ...(last ? [] : askedFindings(`${field}.gate`, rung.gate))];
}

function sizeFindings(field: string, { legNotionalMin, legNotionalMax, positionMax, capital, capitalMax, leverageMax }: Rung, safetyFactor: Decimal): readonly Finding[] {
  const most = capitalMax ?? capital;
  const half = capital.times(leverageMax).times(safetyFactor).div(2);
  return [
    ...above(legNotionalMin, legNotionalMax, (least, largest) => fault(`${field}.legNotionalMin`, 'W-1', `found ${dollarText(least)}, allowed is up to the largest leg of ${dollarText(largest)}`)),
    ...above(legNotionalMin, half, (least) => fault(`${field}.legNotionalMin`, 'R10', `found ${dollarText(least)}, allowed is up to half of ${dollarText(capital)} x ${timesText(leverageMax)} x ${percentText(safetyFactor)} = ${dollarText(half)}: no leg could be opened`)),
    ...above(legNotionalMax, positionMax, (largest, position) => fault(`${field}.legNotionalMax`, 'W-1', `found ${dollarText(largest)}, allowed is up to the largest position of ${dollarText(position)}`)),
    ...(capital.isZero() ? [fault(`${field}.capital`, 'R55', 'found $0, allowed is above it')] : []),
    ...below(most, capital, () => fault(`${field}.capitalMax`, 'C-19', `found ${dollarText(most)}, allowed is the least capital of ${dollarText(capital)} or more`)),
    ...above(positionMax, most.times(leverageMax), (position, reached) => warning(`${field}.positionMax`, 'C-19', `shadowed: ${dollarText(position)} is above ${dollarText(most)} x ${timesText(leverageMax)} = ${dollarText(reached)}`)),
  ];
}

function bandFindings(field: string, { gate, dailyVolumeMax, dailyTradesMax, legNotionalMax, roundResultBpsMax }: Rung, judge: typeof fault): readonly Finding[] {
  const traded = dailyTradesMax === undefined ? undefined : legNotionalMax.times(dailyTradesMax);
  const volume = traded && dailyVolumeMax ? minOf<Decimal>(traded, dailyVolumeMax) : (traded ?? dailyVolumeMax);
  return [
    ...above(gate.dailyVolumeMin, dailyVolumeMax, (asked, stop) => judge(`${field}.dailyVolumeMin`, 'W-1', `found ${dollarText(asked)} a day, allowed is up to the ${dollarText(stop)} after which a day stops: the gate can't be reached`)),
    ...above(gate.dailyVolumeMin, traded, (asked, most) => judge(`${field}.dailyVolumeMin`, 'W-1', `found ${dollarText(asked)} a day, allowed is up to ${dailyTradesMax} trades x ${dollarText(legNotionalMax)} = ${dollarText(most)}: the gate can't be reached`)),
    ...(volume && roundResultBpsMax
      ? above(gate.dailyProfitMin, volume.times(roundResultBpsMax).div(10_000), (asked, most) =>
          judge(`${field}.dailyProfitMin`, 'C-20', `found ${dollarText(asked)} a day, allowed is up to ${dollarText(volume)} x ${roundResultBpsMax.toString()} bps = ${dollarText(most)}: it takes ${asked.times(10_000).div(volume).toDecimalPlaces(2).toString()} bps a round`))
      : []),
  ];
}

/** Criteria that no result can meet, or that another makes idle. */
function gateFindings(field: string, { winRateMin, drawdownMax, nonNegativeRateMin }: GateCriteria): readonly Finding[] {
  return [
    ...(winRateMin?.gte(1) === true ? [fault(`${field}.winRateMin`, 'R48', 'found 100 %, allowed is below it: the rate must be above the criterion')] : []),
    ...(drawdownMax?.isZero() === true ? [fault(`${field}.drawdownMax`, 'R48', 'found 0 %, allowed is above it: the drawdown must stay below the criterion')] : []),
    ...above(winRateMin, nonNegativeRateMin, (wins, rest) => warning(`${field}.nonNegativeRateMin`, 'C-13', `shadowed: ${percentText(rest)} of trades at 0 or more, where above ${percentText(wins)} must win`)),
  ];
}

/** Least that makes a criterion of it none at all: everything else asks for something also at 0. */
const NOTHING_AT_ZERO: readonly (keyof GateCriteria)[] = ['daysMin', 'tradesMin', 'dailyVolumeMin', 'nonNegativeRateMin', 'fillRateMin', 'executionSuccessMin'];
const isZero = (value: Decimal | number | undefined): boolean => value === 0 || (value instanceof Decimal && value.isZero());
const asked = (gate: GateCriteria, key: keyof GateCriteria): boolean => gate[key] !== undefined && !(NOTHING_AT_ZERO.includes(key) && isZero(gate[key]));

/** Fewest trades that any plan takes a rate of (W-3: R95's gate). */
const TRADES_LEAST = 10;

/**
 * A gate that asks for nothing, and rates and a Sharpe ratio that a single trade could meet: C-38 asks for a least number of them.
 * A least volume of every day is one too, as no leg is above the rung's largest.
 */
function askedFindings(field: string, gate: GateCriteria): readonly Finding[] {
  const has = (key: keyof GateCriteria): boolean => asked(gate, key);
  if (!(Object.keys(gate) as (keyof GateCriteria)[]).some(has)) return [fault(field, 'R25', 'found no criterion, allowed is one or more: every portfolio would be promoted from it')];
  const counted = (gate.tradesMin ?? 0) >= TRADES_LEAST || (has('dailyVolumeMin') && has('daysMin'));
  const rates = (['winRateMin', 'nonNegativeRateMin'] as const).filter((key) => has(key) && !counted);
  return [
    ...rates.map((key) => fault(`${field}.${key}`, 'C-38', `found too few trades asked beside it, allowed is a tradesMin of ${TRADES_LEAST} or more, or a dailyVolumeMin with a daysMin: a few trades could meet it`)),
    ...(has('sharpeMin') && !(has('daysMin') && counted) ? [fault(`${field}.sharpeMin`, 'C-38', `found too few days or trades asked beside it, allowed is a daysMin with a tradesMin of ${TRADES_LEAST} or more: one good day could meet it`)] : []),
  ];
}
