import type { Ms } from '@ballast/domain';
import { VenueError } from '../venue-error.js';
import type { BudgetWatch } from './budget-watch.js';
import type { BudgetRequest, BudgetView, CallBudget } from './call-budget.js';
import type { VenueCall } from './venue-costs.js';

/** What is not urgent does not wait longer than this: it is asked for again when it is due again. */
export const PATIENCE_MS: Ms = 5_000;
const URGENT = 2;

/** Calls of one process on their way into the budget: of one priority in the order they came, of different ones each by itself. */
export class BudgetQueue {
  private readonly lanes = new Map<string, Promise<unknown>>();

  constructor(
    private readonly budget: CallBudget,
    private readonly watch: BudgetWatch,
    private readonly wait: (ms: Ms) => Promise<void>,
  ) {}

  /** Resolves when the call may be made. @throws VenueError of kind `rate` where it is skipped: nothing has been asked of the venue. */
  pass(request: BudgetRequest, call: VenueCall): Promise<BudgetView> {
    const lane = `${request.bucket} ${request.priority}`;
    const passed = (this.lanes.get(lane) ?? Promise.resolve()).then(() => this.admit(request, call));
    const settled: Promise<unknown> = passed.catch(() => undefined).then(() => {
      if (this.lanes.get(lane) === settled) this.lanes.delete(lane);
    });
    this.lanes.set(lane, settled);
    this.watch.ask(request);
    return passed;
  }

  private async admit(request: BudgetRequest, call: VenueCall): Promise<BudgetView> {
    for (;;) {
      const taken = await this.budget.take(request);
      this.watch.left(request, taken);
      if (taken.granted) return taken;
      if (request.priority > URGENT && (taken.tight || taken.waitMs > PATIENCE_MS)) {
        this.watch.skipped(call, request.priority);
        throw new VenueError('rate', 'notPlaced', `${call}: found ${taken.left} left of the call budget at priority ${request.priority}, allowed is ${request.weight}: skipped`);
      }
      await this.wait(taken.waitMs);
    }
  }
}
