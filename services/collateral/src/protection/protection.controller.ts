import { Command, type CommandContext, Query } from '@ballast/bus';
import { contentId } from '@ballast/domain';
import { capOf, type PendingTransfer, type Protection, warningsOf } from '@ballast/protection';
import { Controller, Inject } from '@nestjs/common';
import { ConfigureProtection, OfProtection, PauseProtection, ProtectionHistoryQuery } from './protection.requests.js';
import { Protections } from './protections.js';

const HISTORY_ROWS = 50;

/** What a person asks of a bot's protection (R88). */
@Controller()
export class ProtectionController {
  constructor(@Inject(Protections) private readonly protections: Protections) {}

  /** Changes settings; where they enable it, answers with the three warnings (R77). */
  @Command('configure-protection', ConfigureProtection)
  async configure(asked: ConfigureProtection, { by, key }: CommandContext): Promise<object> {
    await this.protections.configure(asked, by, contentId('command', key));
    return this.statusOf(asked.botId);
  }

  @Command('pause-protection', PauseProtection)
  async pause({ botId, reason }: PauseProtection, { by, key }: CommandContext): Promise<object> {
    await this.protections.pause(botId, `${by}: ${reason}`, contentId('command', key));
    return this.statusOf(botId);
  }

  @Query('protection', OfProtection)
  protection({ botId }: OfProtection): Promise<object> {
    return Promise.resolve(this.statusOf(botId));
  }

  /** Newest first; `next` is what to ask for the page after it by. */
  @Query('protection-history', ProtectionHistoryQuery)
  rows({ botId, limit = HISTORY_ROWS, before }: ProtectionHistoryQuery): Promise<object> {
    this.protections.botOf(botId);
    return Promise.resolve({ botId, ...this.protections.history.page(botId, limit, before) });
  }

  private statusOf(botId: string): object {
    const bot = this.protections.botOf(botId);
    const state = this.protections.stateOf(bot);
    const nearest = this.protections.guard.watch.nearestOf(botId);
    const seen = this.protections.guard.watch.seenOf(botId);
    const last = this.protections.history.lastAction(botId);
    const fit = this.protections.fitOf(bot);
    const free = this.protections.guard.funds.available(bot.portfolioId);
    return {
      botId, ...settingsIn(state), ...(fit ? { initialDistances: fit.initialDistances } : {}), ...(fit && fit.faults.length > 0 ? { settingsFaults: fit.faults } : {}), protectionDeposited: state.deposited, isProtecting: state.held, paused: state.paused, venueFrozen: state.frozen, stale: state.stale, fault: this.protections.faultOf(botId),
      ...(nearest?.distance ? { distancePercent: nearest.distance.times(100).toDecimalPlaces(4) } : {}),
      ...(nearest ? { position: { ...nearest.position, price: nearest.price, priceTime: nearest.priceTime } } : {}),
      ...(seen ? { stateTime: seen.state.time } : {}), ...(last ? { lastAction: last } : {}), ...(free ? { walletFree: free } : {}),
      ...(state.transfer ? { transfer: shown(state.transfer) } : {}), ...(state.doubtful ? { inDoubt: state.doubtful.map(shown) } : {}),
      ...(state.exhausted ? { exhausted: state.exhausted } : {}),
    };
  }
}

const shown = ({ transferId, direction, amount }: PendingTransfer): object => ({ transferId, direction, amount });

function settingsIn({ configured }: Protection): object {
  if (!configured) return { configured: false };
  const { settings, revision, initialDistances } = configured;
  return { configured: true, settings, revision, ...(initialDistances ? { initialDistances } : {}), ...(settings.enabled ? { warnings: { en: warningsOf(capOf(settings), 'en'), ko: warningsOf(capOf(settings), 'ko') } } : {}) };
}
