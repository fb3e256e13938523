import type { Id, Ms } from '@ballast/domain';
import type { DecisionRecord } from '@ballast/bus';
import { Storyteller } from '@ballast/books';
import type { BallastEvent } from '@ballast/events';

/** Something of a period that a person wants to hear of, in the words of `ballast explain`. */
export interface Happening {
  readonly at: Ms;
  readonly partition: number;
  readonly sequence: number;
  readonly writer: string;
  readonly event: string;
  readonly title: string;
  /** What of these the event names. */
  readonly portfolioId?: Id;
  readonly botId?: Id;
  readonly accountId?: Id;
  readonly tradeId?: Id;
}

/** Everything but the daily work of trades, orders, fills and observations. */
const NOTEWORTHY: ReadonlySet<string> = new Set([
  'BotCreated', 'BotConfigured', 'BotStarted', 'BotPaused', 'BotStopped', 'BotCloseAllRequested', 'BotDeleted', 'TradingStateChanged', 'HardStopTripped', 'HardStopResumed', 'PositionLiquidated', 'DebtForgiven', 'LegOverfilled',
  'UnwindStarted', 'ReconciliationDifferenceFound', 'AccountFunded', 'RungEntered', 'RungWatchPassed', 'PromotionRequested', 'PromotionApproved', 'PromotionDenied', 'PromotionRejected',
  'MaintenanceAnnounced', 'MaintenanceCalledOff', 'PolicyInForceChanged', 'TreasuryOpened', 'TreasuryDayClosed', 'ChestReinvested', 'TreasuryWithdrawn',
  'ProtectionConfigured', 'ProtectionPaused', 'ProtectionUnpaused', 'ProtectionDeposited', 'ProtectionWithdrawn', 'ProtectionTransferRefused', 'ProtectionExhausted', 'ProtectionStale', 'ProtectionReductionRequested', 'ProtectionReleased',
]);

/** What of one decision is worth telling. */
export function happeningsOf(decision: DecisionRecord): readonly Happening[] {
  if (!decision.events.some(({ type }) => NOTEWORTHY.has(type))) return [];
  const chapters = new Storyteller().tell(decision);
  return decision.events.flatMap((event, index) => {
    const chapter = chapters[index];
    if (!chapter || !NOTEWORTHY.has(event.type)) return [];
    const { at, partition, sequence, writer, title } = chapter;
    return [{ at, partition, sequence, writer, event: event.type, title, ...named(event) }];
  });
}

const named = (event: BallastEvent): Pick<Happening, 'portfolioId' | 'botId' | 'accountId' | 'tradeId'> => ({
  ...('portfolioId' in event ? { portfolioId: event.portfolioId } : {}),
  ...('botId' in event ? { botId: event.botId } : {}),
  ...('accountId' in event ? { accountId: event.accountId } : {}),
  ...('tradeId' in event ? { tradeId: event.tradeId } : {}),
});
