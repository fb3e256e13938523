import { Injectable } from '@nestjs/common';
import { isOutage } from '@ballast/bus';
import { Clock } from '@ballast/domain';
import { ExecutionSettings } from './options.js';
import { RetryTimer } from './venue/retry-timer.js';

const ASK_EVERY_MS = 1_000;
const LOOK_EVERY_MS = 250;

/**
 * Notices that something which must answer does not: an append, the log, risk. Away means longer than the limit by the wall
 * and by market time: a market that stands still until everyone has answered does nobody harm.
 */
@Injectable()
export class LogWatch {
  private readonly listeners = new Set<() => void>();
  private readonly silent = new Set<string>();

  constructor(private readonly timer: RetryTimer, private readonly settings: ExecutionSettings, private readonly clock: Clock) {}

  /** Tells once for each time that the log goes away. */
  onAway(listen: () => void): void {
    this.listeners.add(listen);
  }

  /** Runs an append; tells where it is not over within the limit. In virtual time the log is never away. */
  guard<T>(append: () => Promise<T>): Promise<T> {
    return this.within('log', append, () => this.tell());
  }

  /** As `guard`, and again for as long as the log is away: for what nobody else would do again. What was decided meanwhile is not decided twice. */
  guardUntilDone<T>(append: () => Promise<T>): Promise<T> {
    return this.guard(() => this.untilDone(append));
  }

  /** Again for as long as the log is away. */
  async untilDone<T>(run: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await run();
      } catch (error) {
        if (!isOutage(error)) throw error;
        await this.timer.wait(LOOK_EVERY_MS);
      }
    }
  }

  /** Asks every second while `isNeeded`, until `isOver`; tells `away` once for each silence, and the listeners too where it is the log's. */
  async follow(what: string, ask: () => Promise<unknown>, { isNeeded, isOver, away }: { readonly isNeeded: () => boolean; readonly isOver: () => boolean; readonly away: () => void }): Promise<void> {
    if (!this.timer.wall) return;
    for (await this.timer.wait(ASK_EVERY_MS); !isOver(); await this.timer.wait(ASK_EVERY_MS)) {
      if (isNeeded()) await this.within(what, () => this.untilAnswered(ask), away);
    }
  }

  tell(): void {
    for (const listen of this.listeners) listen();
  }

  private async within<T>(what: string, run: () => Promise<T>, away: () => void): Promise<T> {
    if (!this.timer.wall) return run();
    const progress = { over: false };
    void this.watch(what, progress, away);
    try {
      return await run();
    } finally {
      progress.over = true;
      this.silent.delete(what);
    }
  }

  private async watch(what: string, progress: { readonly over: boolean }, away: () => void): Promise<void> {
    const { awayMs } = this.settings;
    const began = this.clock.now();
    await this.timer.wait(awayMs);
    while (!progress.over && this.clock.now() - began < awayMs) await this.timer.wait(LOOK_EVERY_MS);
    if (progress.over || this.silent.has(what)) return;
    this.silent.add(what);
    away();
  }

  private async untilAnswered(ask: () => Promise<unknown>): Promise<void> {
    while (!(await ask().then(() => true, () => false))) await this.timer.wait(LOOK_EVERY_MS);
  }
}
