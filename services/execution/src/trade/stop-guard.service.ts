import { Injectable } from '@nestjs/common';
import { Runtime } from '@ballast/bus';
import { Clock, type Id, type Ms } from '@ballast/domain';
import { ExecutionSettings } from '../options.js';
import { Sights } from '../sights.js';
import { holdingOf } from './quantities.js';
import { Trades } from './trades.service.js';

/** Wall time between two looks; only metrics follow from it. */
const LOOK_MS = 5_000;
const MS_PER_S = 1_000;

/** Counts the market time for which a position has a stop that nobody can judge: without a fresh book no price reaches it. */
@Injectable()
export class StopGuard {
  private since: Ms | undefined;

  constructor(
    private readonly trades: Trades,
    private readonly sights: Sights,
    private readonly clock: Clock,
    private readonly settings: ExecutionSettings,
    runtime: Runtime,
  ) {
    if (!settings.metrics) return;
    const looks = setInterval(() => this.look(), LOOK_MS);
    looks.unref();
    runtime.onRecovered(() => Promise.resolve(void (this.since = clock.now())));
    runtime.onStop(() => Promise.resolve(clearInterval(looks)));
  }

  private look(): void {
    if (this.since === undefined) return;
    const now = this.clock.now();
    const seconds = Math.max(0, now - this.since) / MS_PER_S;
    this.since = now;
    for (const bot of this.unguarded()) this.settings.metrics?.count('ballast_unguarded_position_seconds_total', { bot, reason: 'no_stop' }, seconds);
  }

  /** Bots with a position whose stop can't be judged now. */
  private unguarded(): ReadonlySet<Id> {
    const held = this.trades.owned().flatMap(({ state: { ids, legs } }) => legs.filter((leg) => leg.stopPrice !== undefined && holdingOf(leg).gt(0)).map(({ instrument }) => ({ botId: ids.botId, instrument })));
    const sight = this.sights.of([...new Set(held.map(({ instrument }) => instrument))]);
    return new Set(held.filter(({ instrument }) => !sight[instrument]).map(({ botId }) => botId));
  }
}
