import { Injectable } from '@nestjs/common';
import { ExecutionSettings } from './options.js';
import { RetryTimer } from './venue/retry-timer.js';

/** Notices that the log takes nothing any more: cancels never wait for it (architecture, "The outside"). */
@Injectable()
export class LogWatch {
  private away: (() => void) | undefined;

  constructor(private readonly timer: RetryTimer, private readonly settings: ExecutionSettings) {}

  onAway(listen: () => void): void {
    this.away = listen;
  }

  /** Runs an append; tells once where it is not over within the limit of wall time. In virtual time the log is never away. */
  async guard<T>(append: () => Promise<T>): Promise<T> {
    if (!this.timer.wall) return append();
    let over = false;
    void this.timer.wait(this.settings.logAwayMs).then(() => {
      if (!over) this.away?.();
    });
    try {
      return await append();
    } finally {
      over = true;
    }
  }
}
