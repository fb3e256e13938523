import { Injectable } from '@nestjs/common';
import { contentId, type Ms, type Partition } from '@ballast/domain';
import { Runtime } from '@ballast/bus';
import { LogWatch } from '../log-watch.js';
import { ExecutionSettings, type Feeds } from '../options.js';
import { TradeDesk } from './trade-desk.service.js';
import { Trades } from './trades.service.js';

/**
 * While entries rest, log and risk must answer: risk could not take back what it allowed (architecture, "The outside").
 * Where one of them is away, what adds risk is cancelled at the venue; where it is risk, the entry is over as well.
 */
@Injectable()
export class FeedWatch {
  private stopped = false;

  constructor(
    private readonly trades: Trades,
    private readonly desk: TradeDesk,
    private readonly log: LogWatch,
    runtime: Runtime,
    settings: ExecutionSettings,
  ) {
    const { feeds, awayMs } = settings;
    if (!feeds) return;
    runtime.onRecovered(() => Promise.resolve(this.start(feeds, awayMs)));
    runtime.onStop(() => Promise.resolve(void (this.stopped = true)));
  }

  private start(feeds: Feeds, awayMs: Ms): void {
    const resting = (): readonly Partition[] => this.trades.restingEntries();
    const isOver = (): boolean => this.stopped;
    const isNeeded = (): boolean => resting().length > 0;
    void this.log.follow('log', () => Promise.all(resting().map((partition) => feeds.log(partition))), { isNeeded, isOver, away: () => this.log.tell() });
    void this.log.follow('risk', () => Promise.all(resting().map((partition) => feeds.risk(partition))), { isNeeded, isOver, away: () => this.riskAway(awayMs) });
  }

  private riskAway(awayMs: Ms): void {
    void this.trades.cancelEntries();
    for (const stream of this.desk.tradesOf(({ phase }) => phase === 'ENTERING')) {
      const held = this.trades.held(stream);
      const cause = { causationId: contentId('risk away', stream.id, held?.version ?? 0), correlationId: stream.id, lane: held?.state.ids.accountId ?? stream.id };
      this.desk.aside(() => this.desk.stopEntry(stream, `risk has not answered for ${awayMs} ms`, cause));
    }
  }
}
