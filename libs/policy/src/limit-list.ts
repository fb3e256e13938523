import { Decimal } from '@ballast/domain';
import type { PolicyInForce } from './in-force.js';

/** One limit in force, as a person reads it. */
export interface ListedLimit {
  /** `leverageMax`, `stops.dailyLossRatio`, `guards.venueLeverageMax.nado`. */
  readonly limit: string;
  readonly value: string;
  /** The bound profile that it comes from. */
  readonly profile: string;
}

const isLimit = (part: object): part is { readonly value: unknown; readonly profile: string } => 'value' in part && 'profile' in part;
const isPlain = (value: unknown): value is Decimal | number | string | boolean => Decimal.isDecimal(value) || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';

/** Every limit in force with its origin, decimals as strings; a treasury's shares one by one. */
export const listLimits = ({ profiles: _, ...limits }: PolicyInForce): readonly ListedLimit[] => listed(limits, '');

function listed(part: object, path: string): readonly ListedLimit[] {
  return Object.entries(part).flatMap(([key, value]: [string, unknown]): readonly ListedLimit[] => {
    if (typeof value !== 'object' || value === null) return [];
    if (!isLimit(value)) return listed(value, `${path}${key}.`);
    if (isPlain(value.value)) return [{ limit: `${path}${key}`, value: value.value.toString(), profile: value.profile }];
    return Object.entries(value.value as object).map(([name, each]: [string, unknown]) => ({ limit: `${path}${key}.${name}`, value: String(each), profile: value.profile }));
  });
}
