import type { Decimal } from '@ballast/domain';
import type { Finding } from '../file/finding.js';
import type { PolicyProfile } from '../profile.js';
import { fault } from './words.js';

type Limits = Readonly<Record<string, Decimal | number | undefined>>;

const isZero = (value: Decimal | number | undefined): boolean => value !== undefined && (typeof value === 'number' ? value === 0 : value.isZero());
const atZero = (path: string, id: string, limits: Limits): readonly Finding[] =>
  Object.entries(limits).flatMap(([name, value]) => (isZero(value) ? [fault(`${path}${name}`, id, 'found 0, allowed is above 0: nothing would ever trade')] : []));

/** Limits that let nothing trade at 0: where a profile binds no such limit, it says `none` or leaves the part out (W-18). Stops are looked at by `stopFindings`. */
export function neverFindings({ positionMax, legNotionalMax, dailyVolumeMax, dailyTradesMax, slippageBpsMax, imbalanceRatioMax, waiver, sliceNotionalMax, sliceDepthShareMax, growthMultiplierMax, bookAgeMaxMs, accountAgeMaxMs, guards, sizing }: PolicyProfile): readonly Finding[] {
  const { underlyingShareMax, underlyingMarginMax, marginUtilisationMax, slippageBlockBps, openOrdersMax, ordersPerMinuteMax, clockSkewMaxMs } = guards ?? {};
  const { equity, kelly, liquidity, confidence } = sizing ?? {};
  return [
    ...atZero('', 'W-18', { positionMax, legNotionalMax, dailyVolumeMax, dailyTradesMax, slippageBpsMax, imbalanceRatioMax: waiver ? undefined : imbalanceRatioMax, sliceNotionalMax, sliceDepthShareMax, growthMultiplierMax, bookAgeMaxMs, accountAgeMaxMs }),
    ...atZero('guards.', 'W-18', { underlyingShareMax, underlyingMarginMax, marginUtilisationMax, slippageBlockBps, openOrdersMax, ordersPerMinuteMax, clockSkewMaxMs }),
    ...atZero('sizing.equity.', 'R101', { baseRatio: equity?.baseRatio, coldFactor: equity?.coldFactor, capRatio: equity?.capRatio }),
    ...atZero('sizing.kelly.', 'R94', { baseNotional: kelly?.baseNotional }),
    ...atZero('sizing.liquidity.', 'R52', { bandBps: liquidity?.bandBps, multipleMin: liquidity?.multipleMin }),
    ...atZero('sizing.confidence.', 'C-52', { max: confidence?.max }),
  ];
}
