import type { Ms } from '@ballast/domain';
import type { SimCall } from '@ballast/venues';

const CALLS_MAX = 50_000;

/** What asked the venue for room within its limits, and whether it was there: the venue's own word on when it would have accepted a call. */
export class CallLog {
  private calls: SimCall[] = [];

  note(call: SimCall): void {
    this.calls.push(call);
    if (this.calls.length > 2 * CALLS_MAX) this.calls = this.calls.slice(-CALLS_MAX);
  }

  since(from: Ms): readonly SimCall[] {
    return this.calls.filter(({ at }) => at >= from).slice(-CALLS_MAX);
  }
}
