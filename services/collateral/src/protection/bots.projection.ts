import type { Projection, Recorded } from '@ballast/bus';
import type { Id, Ms, SignedQuantity } from '@ballast/domain';
import { POSITION_CHANGES, type RungEntered } from '@ballast/events';

/** What protection needs to know of a bot from the log. */
export interface BotView {
  readonly botId: Id;
  readonly accountId: Id;
  readonly portfolioId: Id;
  readonly profiles: readonly string[];
  /** Rung of its ladder that the portfolio is on; absent where it is on none. */
  readonly rung?: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Paused or stopped, and not started since. */
  readonly paused: boolean;
  /** Nothing of it comes any more: its protection ends for good (W-12). */
  readonly deleted?: boolean;
  /** Who last started, paused or stopped it. */
  readonly by: string;
  /** Instruments of its open positions. */
  readonly open: ReadonlySet<string>;
  /** When the log last told of a change of any: what an account said before may not hold it. Absent: never. */
  readonly movedAt?: Ms;
}

export interface BotsState {
  readonly bots: Map<Id, BotView>;
  /** Rung of each portfolio's ladder, also of one that has no bot yet. */
  readonly rungs: Map<Id, string>;
}

/** Every bot: its account, its profiles and rung, whether it is paused and has a position. */
export class BotsFold implements Projection<BotsState> {
  readonly name = 'collateral-protected-bots';
  readonly reads = ['BotCreated', 'RungEntered', 'BotConfigured', 'BotStarted', 'BotPaused', 'BotStopped', 'BotDeleted', ...POSITION_CHANGES];
  state: BotsState = { bots: new Map(), rungs: new Map() };
  /** Bots that something happened to since it was last looked at. */
  private touched = new Set<Id>();
  private byAccount: Map<Id, Id> | undefined;

  apply({ event, decision }: Recorded): void {
    switch (event.type) {
      case 'BotCreated': {
        const { botId, accountId, portfolioId, profiles, settings, by } = event;
        const rung = this.state.rungs.get(portfolioId);
        this.state.bots.set(botId, { botId, accountId, portfolioId, profiles, ...(rung === undefined ? {} : { rung }), settings, paused: false, by, open: new Set() });
        this.byAccount?.set(accountId, botId);
        return;
      }
      case 'RungEntered': return this.climbed(event);
      case 'BotConfigured': return this.change(event.botId, { settings: event.settings });
      case 'BotStarted': return this.change(event.botId, { paused: false, by: event.by });
      case 'BotPaused':
      case 'BotStopped': return this.change(event.botId, { paused: true, by: event.by });
      case 'BotDeleted': return this.change(event.botId, { deleted: true, by: event.by });
      case 'PositionOpened':
      case 'PositionIncreased':
      case 'PositionReduced':
      case 'PositionClosed':
      case 'PositionFlipped':
      case 'PositionLiquidated': return this.moved(event, decision.occurredAt);
    }
  }

  ofAccount(accountId: Id): BotView | undefined {
    this.byAccount ??= new Map([...this.state.bots.values()].map(({ accountId: of, botId }) => [of, botId]));
    return this.state.bots.get(this.byAccount.get(accountId) ?? '');
  }

  /** Bots that something happened to since the last time this was asked. */
  takeTouched(): readonly Id[] {
    const touched = [...this.touched];
    this.touched = new Set();
    return touched;
  }

  /** To be looked at again. */
  touch(botId: Id): void {
    this.touched.add(botId);
  }

  private moved({ accountId, instrument, position }: { readonly accountId: Id; readonly instrument: string; readonly position: SignedQuantity }, movedAt: Ms): void {
    const bot = this.ofAccount(accountId);
    if (!bot) return;
    const open = new Set(bot.open);
    if (position.isZero()) open.delete(instrument);
    else open.add(instrument);
    this.change(bot.botId, { open, movedAt });
  }

  private climbed({ portfolioId, rung }: RungEntered): void {
    this.state.rungs.set(portfolioId, rung);
    for (const bot of this.state.bots.values()) if (bot.portfolioId === portfolioId) this.change(bot.botId, { rung });
  }

  private change(botId: Id, to: Partial<BotView>): void {
    const bot = this.state.bots.get(botId);
    if (!bot) return;
    this.state.bots.set(botId, { ...bot, ...to });
    this.touched.add(botId);
  }
}
