import { type Bps, bps, type Ms, type Notional, notional, type Ratio, ratio } from '@ballast/domain';
import { DecimalField } from '@ballast/strategy';
import { IsIn, IsInt, Matches, Max, Min } from 'class-validator';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const INTERVALS_MS = [HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS] as const;
export const ENTRIES = ['breakout', 'pullback'] as const;
export const SIDES_TAKEN = ['BOTH', 'LONG', 'SHORT'] as const;

/** Settings of one swing bot: one leg, held for hours to days. Amounts are decimal strings, durations whole milliseconds of market time. */
export class SwingSettings {
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  /** Wanted size, quote currency; > 0. */
  @DecimalField(notional) readonly targetNotional!: Notional;
  /** What one round may cost, bps of the leg; > 0. */
  @DecimalField(bps) readonly costBudgetBps!: Bps;
  /** Worst accepted slippage, bps; > 0, at most 20. Default 10 (C-4). */
  @DecimalField(bps, { optional: true }) readonly slippageBpsMax: Bps = bps('10');
  /** Length of the candles that it decides on: 1 h, 2 h or 4 h. */
  @IsIn(INTERVALS_MS) readonly intervalMs: Ms = 4 * HOUR_MS;
  /** `breakout` enters where a candle closes beyond the range before it; `pullback` where one has touched the average and closed on the trend's side of it. */
  @IsIn(ENTRIES) readonly entry: (typeof ENTRIES)[number] = 'breakout';
  @IsIn(SIDES_TAKEN) readonly direction: (typeof SIDES_TAKEN)[number] = 'BOTH';
  /** Candles of the moving average. 3 … 200, default 20. */
  @IsInt() @Min(3) @Max(200) readonly averagePeriods: number = 20;
  /** The trend is where the average stands against itself so many candles ago. 1 … 50, default 3. */
  @IsInt() @Min(1) @Max(50) readonly slopePeriods: number = 3;
  /** Candles of the range that a breakout leaves. 2 … 100, default 10. */
  @IsInt() @Min(2) @Max(100) readonly rangePeriods: number = 10;
  /** Candles of the average true range. 2 … 100, default 14. */
  @IsInt() @Min(2) @Max(100) readonly atrPeriods: number = 14;
  /** Distance of the stop from the entry, average true ranges; > 0, at most 20. Default 2. */
  @DecimalField(ratio, { optional: true }) readonly stopAtr: Ratio = ratio('2');
  /** Distance of the target, average true ranges; > 0, at most 50. Default 4. */
  @DecimalField(ratio, { optional: true }) readonly targetAtr: Ratio = ratio('4');
  /** Longest hold. 1 h … 30 days, default 5 days. */
  @IsInt() @Min(HOUR_MS) @Max(30 * DAY_MS) readonly maxHoldMs: Ms = 5 * DAY_MS;
  /** Trades after which the bot has ended; 0 = endless (default). */
  @IsInt() @Min(0) @Max(1_000_000) readonly rounds: number = 0;
}

const SLIPPAGE_BPS_MAX = bps('20');
const ATR_MAX = { stopAtr: ratio('20'), targetAtr: ratio('50') } as const;

/** What the fields must hold beside their types, by field. */
export function faultsOf(settings: SwingSettings): Readonly<Record<string, string>> {
  const { targetNotional, costBudgetBps, slippageBpsMax } = settings;
  const faults: Record<string, string> = {};
  if (!targetNotional.gt(0)) faults['targetNotional'] = `found "${targetNotional.toString()}", allowed is a decimal > 0`;
  if (!costBudgetBps.gt(0)) faults['costBudgetBps'] = `found "${costBudgetBps.toString()}", allowed is a decimal > 0, bps of the leg`;
  if (!slippageBpsMax.gt(0) || slippageBpsMax.gt(SLIPPAGE_BPS_MAX)) faults['slippageBpsMax'] = `found "${slippageBpsMax.toString()}", allowed is > 0 and at most 20 bps (C-4)`;
  for (const field of ['stopAtr', 'targetAtr'] as const) {
    const found = settings[field];
    if (!found.gt(0) || found.gt(ATR_MAX[field])) faults[field] = `found "${found.toString()}", allowed is > 0 and at most ${ATR_MAX[field].toString()} average true ranges`;
  }
  return faults;
}

/** Complete candles that a decision needs. */
export const candlesNeeded = ({ averagePeriods, slopePeriods, rangePeriods, atrPeriods }: SwingSettings): number => Math.max(averagePeriods + slopePeriods, rangePeriods + 1, atrPeriods + 1);
