import { Decimal, type Id, type Ratio } from '@ballast/domain';
import { type Metrics, toGauge } from '@ballast/observability';
import { type Protection, type ProtectionEvent, widestTriggerOf } from '@ballast/protection';
import type { Nearest } from './account-watch.js';

export interface ShowTo {
  readonly metrics?: Metrics | undefined;
  readonly say?: ((line: string) => void) | undefined;
}

const HELD = ['ballast_protection_deposited_quote', 'ballast_protection_stale'] as const;
/** They say something of a bot that is watched. */
const JUDGED = ['ballast_protection_distance_ratio', 'ballast_protection_in_danger', 'ballast_protection_venue_frozen'] as const;

const percent = (distance: Ratio | undefined): string => (distance ? distance.times(100).toDecimalPlaces(2, Decimal.ROUND_HALF_EVEN).toString() : '?');

/** Protection as operators see it: metrics, and the log lines they know word for word (W-19). */
export class ProtectionShow {
  constructor(private readonly to: ShowTo) {}

  event(event: ProtectionEvent): void {
    const { metrics, say } = this.to;
    const { botId } = event;
    metrics?.count('ballast_protection_actions_total', { bot: botId, action: event.type.replace('Protection', '') });
    if (event.type === 'ProtectionDeposited') say?.(`[LiquidationProtection] Bot ${botId}: deposited $${event.amount.toString()} (price ${percent(event.distanceAfter)}% from liquidation)`);
    if (event.type === 'ProtectionWithdrawn') say?.(`[LiquidationProtection] Bot ${botId}: withdrew $${event.amount.toString()} (price now ${percent(event.distanceAfter)}% from liquidation)`);
  }

  /** Where its protection stands by the log. Where nobody watches the bot, nobody says that it is in danger, or that its venue moves nothing. */
  state(botId: Id, { deposited, frozen, stale }: Protection, isWatched: boolean): void {
    const { metrics } = this.to;
    metrics?.set('ballast_protection_deposited_quote', { bot: botId }, toGauge(deposited));
    metrics?.set('ballast_protection_stale', { bot: botId }, stale ? 1 : 0);
    if (isWatched) metrics?.set('ballast_protection_venue_frozen', { bot: botId }, frozen ? 1 : 0);
    else for (const name of JUDGED) metrics?.unset(name, { bot: botId });
  }

  /** The bot is deleted, and its protection released. */
  gone(botId: Id): void {
    for (const name of [...JUDGED, ...HELD]) this.to.metrics?.unset(name, { bot: botId });
  }

  judged(botId: Id, nearest: Nearest | undefined, { configured }: Protection): void {
    const { metrics } = this.to;
    if (!metrics || !configured) return;
    const distance = nearest?.distance;
    if (distance) metrics.set('ballast_protection_distance_ratio', { bot: botId }, toGauge(distance));
    else metrics.unset('ballast_protection_distance_ratio', { bot: botId });
    metrics.set('ballast_protection_in_danger', { bot: botId }, distance?.lt(widestTriggerOf(configured.settings)) ? 1 : 0);
  }

  stats(counts: { readonly checked: number; readonly deposits: number; readonly withdrawals: number; readonly calls: number }): void {
    const { checked, deposits, withdrawals, calls } = counts;
    this.to.say?.(`[LiquidationProtection] Stats: checked=${checked}, deposits=${deposits}, withdrawals=${withdrawals}, rpcCalls=${calls}`);
  }
}
