import { type Disarm, InvariantError } from '@ballast/domain';
import { backoff, type WaitTimers } from './wall-timers.js';

/** How long after a save that failed the next one is tried; twice as long after each that fails again. */
export const SAVE_AGAIN_MS = 30_000;
const SAVE_AGAIN_MOST_MS = 900_000;

export interface Paced {
  /** Messages folded between two saves. */
  readonly every: number;
  /** A save is due whatever was folded. */
  readonly urgent: () => boolean;
  readonly save: () => Promise<void>;
  /** Hears a state that cannot be kept at all. */
  readonly fail: (error: unknown) => void;
  readonly timers: WaitTimers;
}

/** When a service keeps its folds: one save at a time. A snapshot is only a cache, so one that cannot be saved ends nothing: it stays due, and is tried again after a pause. */
export class SnapshotPace {
  private folded = 0;
  private saving = false;
  private failed = 0;
  private pause: Disarm | undefined;
  private stopped = false;

  constructor(private readonly paced: Paced) {}

  count(messages: number): void {
    this.folded += messages;
  }

  /** Resolves when what was due is saved, or could not be. */
  async ifDue(): Promise<void> {
    while (this.due) await this.save();
  }

  stop(): void {
    this.stopped = true;
    this.pause?.();
  }

  private get due(): boolean {
    return !this.stopped && !this.saving && this.pause === undefined && (this.folded >= this.paced.every || this.paced.urgent());
  }

  private async save(): Promise<void> {
    const { folded } = this;
    this.saving = true;
    this.folded = 0;
    try {
      await this.paced.save();
      this.failed = 0;
    } catch (error) {
      if (error instanceof InvariantError) return this.paced.fail(error);
      this.folded += folded;
      this.failed += 1;
      if (!this.stopped) this.pause = this.paced.timers.after(backoff(this.failed, SAVE_AGAIN_MS, SAVE_AGAIN_MOST_MS), () => this.again());
    } finally {
      this.saving = false;
    }
  }

  private again(): void {
    this.pause = undefined;
    void this.ifDue();
  }
}
