import { type Bps, bps, type Ms, type Notional, notional } from '@ballast/domain';
import { DecimalField } from '@ballast/strategy';
import { IsIn, IsInt, Matches, Max, Min } from 'class-validator';

export const MODES = ['cycle', 'spread'] as const;
export const DIRECTIONS = ['LONG_A', 'SHORT_A', 'ALTERNATE'] as const;
export type Direction = (typeof DIRECTIONS)[number];

const INSTRUMENT = /^[A-Za-z0-9._@-]{1,64}$/;
const DAY_MS = 86_400_000;
const HISTORY_MS_MAX = 6 * 3_600_000;

/** Settings of one pair bot. Amounts are decimal strings, durations whole milliseconds of market time. */
export class DnPairSettings {
  /** `cycle` trades for volume within a cost budget; `spread` trades deviations of the pair's log price ratio. */
  @IsIn(MODES) readonly mode!: (typeof MODES)[number];
  /** Leg A, such as `ETH-PERP`. */
  @Matches(INSTRUMENT) readonly instrumentA!: string;
  /** Leg B, such as `SOL-PERP`; not A. */
  @Matches(INSTRUMENT) readonly instrumentB!: string;
  /** Wanted size of each leg, quote currency; > 0. */
  @DecimalField(notional) readonly targetNotional!: Notional;
  /** Worst accepted slippage of a leg, bps; > 0, at most 20. Default 10 (C-4). */
  @DecimalField(bps, { optional: true }) readonly slippageBpsMax: Bps = bps('10');
  /** An entry waits this long for both books, then it is given up (R39). 1,000 … 60,000 ms, default 10,000. */
  @IsInt() @Min(1_000) @Max(60_000) readonly booksReadyTimeoutMs: Ms = 10_000;
  /** Pause between the end of a round and the next entry. 0 … 86,400,000 ms, default 10,000. */
  @IsInt() @Min(0) @Max(DAY_MS) readonly sleepMs: Ms = 10_000;
  /** Completed rounds after which the bot has ended; 0 = endless (default). */
  @IsInt() @Min(0) @Max(1_000_000) readonly iterations: number = 0;
  /** What the rounds of one UTC day may cost, results and fees together, quote currency; > 0. Required in `cycle`, else no limit. */
  @DecimalField(notional, { optional: true }) readonly dailyCostBudget?: Notional;

  /** `cycle`: which side leg A takes. Default ALTERNATE: long first, then the other side after each completed round. */
  @IsIn(DIRECTIONS) readonly direction: Direction = 'ALTERNATE';
  /** `cycle`: from both legs filled to the exit. 0 … 86,400,000 ms, default 30,000. */
  @IsInt() @Min(0) @Max(DAY_MS) readonly holdMs: Ms = 30_000;
  /** `cycle`: what one round may cost, bps of one leg's notional; > 0. Required in `cycle`, in place of an expected edge. */
  @DecimalField(bps, { optional: true }) readonly costBudgetBps?: Bps;

  /** `spread`: deviation from the mean at which it enters, bps; > exitBps. Default 20. */
  @DecimalField(bps, { optional: true }) readonly targetBps: Bps = bps('20');
  /** `spread`: deviation at which it exits, bps; >= 0. Default 2. */
  @DecimalField(bps, { optional: true }) readonly exitBps: Bps = bps('2');
  /** `spread`: window of the rolling mean. 60,000 … 21,600,000 ms, default 1,800,000. */
  @IsInt() @Min(60_000) @Max(HISTORY_MS_MAX) readonly windowMs: Ms = 1_800_000;
  /** `spread`: market time that the window must hold before it says anything. 5,000 ms … windowMs, default 600,000. */
  @IsInt() @Min(5_000) @Max(HISTORY_MS_MAX) readonly warmUpMs: Ms = 600_000;
  /** `spread`: longest hold without reversion. 1,000 … 86,400,000 ms, default 1,800,000. */
  @IsInt() @Min(1_000) @Max(DAY_MS) readonly maxHoldMs: Ms = 1_800_000;
}

const SLIPPAGE_BPS_MAX = bps('20');

/** What the fields must hold against each other, by field. */
export function faultsBetween(settings: DnPairSettings): Readonly<Record<string, string>> {
  const faults: Record<string, string> = {};
  const { instrumentA, instrumentB, targetNotional, slippageBpsMax, costBudgetBps, dailyCostBudget, targetBps, exitBps, warmUpMs, windowMs } = settings;
  if (instrumentA === instrumentB) faults['instrumentB'] = `found "${instrumentB}", allowed is an instrument other than instrumentA`;
  if (!targetNotional.gt(0)) faults['targetNotional'] = `found "${targetNotional.toString()}", allowed is a decimal > 0`;
  if (!slippageBpsMax.gt(0) || slippageBpsMax.gt(SLIPPAGE_BPS_MAX)) faults['slippageBpsMax'] = `found "${slippageBpsMax.toString()}", allowed is > 0 and at most 20 bps (C-4)`;
  if (dailyCostBudget && !dailyCostBudget.gt(0)) faults['dailyCostBudget'] = `found "${dailyCostBudget.toString()}", allowed is a decimal > 0`;
  if (settings.mode === 'cycle') {
    if (!costBudgetBps?.gt(0)) faults['costBudgetBps'] = `found ${costBudgetBps ? `"${costBudgetBps.toString()}"` : 'nothing'}, allowed in cycle mode is a decimal > 0, bps of one leg`;
    if (!dailyCostBudget) faults['dailyCostBudget'] = 'found nothing, allowed in cycle mode is a decimal > 0, quote currency';
    return faults;
  }
  if (exitBps.lt(0)) faults['exitBps'] = `found "${exitBps.toString()}", allowed is a decimal >= 0`;
  if (!targetBps.gt(exitBps)) faults['targetBps'] = `found "${targetBps.toString()}", allowed is a decimal above exitBps (${exitBps.toString()})`;
  if (warmUpMs > windowMs) faults['warmUpMs'] = `found ${warmUpMs}, allowed is at most windowMs (${windowMs})`;
  return faults;
}
