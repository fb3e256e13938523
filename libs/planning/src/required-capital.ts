import { Decimal, type Notional, type Ratio } from '@ballast/domain';
import { demandCount, demandPositive, demandShare } from './assumptions.js';
import { distanceToLiquidation } from './leverage-guide.js';
import { ratesOf } from './rates.js';

export interface RequiredCapitalInput {
  /** Plan volume: the larger leg, once per round (W-1). */
  readonly dailyVolume: Notional;
  readonly tradesPerDay: number;
  readonly leverage: Ratio;
  readonly safetyFactor: Ratio;
  /** Legs that a trade holds at once: 2 for a pair. */
  readonly legs: number;
  readonly maintenanceMarginRatio: Ratio;
  /** Share of trades that may not lose (R26: 0.95). */
  readonly nonNegativeRateMin: Ratio;
}

export interface RequiredCapital {
  readonly tradeNotional: Notional;
  /** R21's own figure: margin for one leg of one trade. */
  readonly capital: Notional;
  /** With every leg that a trade holds. */
  readonly capitalAllLegs: Notional;
  /** The real bottlenecks (R21): how often, how near to liquidation, how steadily. */
  readonly bottlenecks: {
    readonly secondsPerTrade: Decimal;
    /** Undefined where the leverage leaves none. */
    readonly distanceToLiquidation: Ratio | undefined;
    /** Of a day. */
    readonly losingTradesMax: number;
  };
}

/**
 * Margin that one trade of an even day takes: volume / trades / leverage / safety factor (R21) = $250, $125, $104, $62.50 for the
 * four phases. It is small because capital is not the bottleneck: frequency, safety of the leverage and stability are.
 * @throws RangeError naming the field.
 */
export function requiredCapital({ dailyVolume, tradesPerDay, leverage, safetyFactor, legs, maintenanceMarginRatio, nonNegativeRateMin }: RequiredCapitalInput): RequiredCapital {
  demandPositive('dailyVolume', dailyVolume);
  demandCount('tradesPerDay', tradesPerDay, 1);
  demandCount('legs', legs, 1);
  for (const [field, value] of [['leverage', leverage], ['safetyFactor', safetyFactor]] as const) demandPositive(field, value);
  for (const [field, value] of [['maintenanceMarginRatio', maintenanceMarginRatio], ['nonNegativeRateMin', nonNegativeRateMin]] as const) demandShare(field, value);
  const tradeNotional = dailyVolume.div(tradesPerDay) as Notional;
  const capital = tradeNotional.div(leverage).div(safetyFactor) as Notional;
  return {
    tradeNotional,
    capital,
    capitalAllLegs: capital.times(legs) as Notional,
    bottlenecks: {
      secondsPerTrade: ratesOf(dailyVolume, tradesPerDay, 1).secondsPerTrade,
      distanceToLiquidation: distanceToLiquidation(leverage, maintenanceMarginRatio),
      losingTradesMax: parseInt(new Decimal(1).minus(nonNegativeRateMin).times(tradesPerDay).floor().toFixed(0), 10),
    },
  };
}
