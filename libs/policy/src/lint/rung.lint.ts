import { type Decimal, minOf } from '@ballast/domain';
import type { Finding } from '../file/finding.js';
import type { GateCriteria, Rung } from '../limits.js';
import { slippageFindings } from './limits.lint.js';
import { above, below, dollarText, fault, percentText, timesText, warning } from './words.js';

/** Volume, number of trades, size and profit of one rung hold together (W-1). `last`: nothing is promoted from it, its gate is an aim only (C-20). */
export function rungFindings(field: string, rung: Rung, safetyFactor: Decimal, last: boolean): readonly Finding[] {
  return [...sizeFindings(field, rung, safetyFactor), ...slippageFindings(field, rung), ...bandFindings(`${field}.gate`, rung, last ? warning : fault), ...gateFindings(`${field}.gate`, rung.gate)];
}

function sizeFindings(field: string, { legNotionalMin, legNotionalMax, positionMax, capital, capitalMax, leverageMax }: Rung, safetyFactor: Decimal): readonly Finding[] {
  const most = capitalMax ?? capital;
  const half = capital.times(leverageMax).times(safetyFactor).div(2);
  return [
    ...above(legNotionalMin, legNotionalMax, (least, largest) => fault(`${field}.legNotionalMin`, 'W-1', `found ${dollarText(least)}, allowed is up to the largest leg of ${dollarText(largest)}`)),
    ...above(legNotionalMin, half, (least) => fault(`${field}.legNotionalMin`, 'R10', `found ${dollarText(least)}, allowed is up to half of ${dollarText(capital)} x ${timesText(leverageMax)} x ${percentText(safetyFactor)} = ${dollarText(half)}: no leg could be opened`)),
    ...above(legNotionalMax, positionMax, (largest, position) => fault(`${field}.legNotionalMax`, 'W-1', `found ${dollarText(largest)}, allowed is up to the largest position of ${dollarText(position)}`)),
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
