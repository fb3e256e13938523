import type { Ms } from '@ballast/domain';
import { VenueError } from '../venue-error.js';
import { levelOf } from './bucket-spec.js';
import type { BudgetWatch } from './budget-watch.js';
import type { BudgetRequest, BudgetView, CallBudget, Taken } from './call-budget.js';
import type { VenueCall } from './venue-costs.js';

/** What is not urgent does not wait longer than this: it is asked for again when it is due again. */
export const PATIENCE_MS: Ms = 5_000;
const URGENT = 2;

/** Calls of one process on their way into the budget: of one urgency in the order they came, of different ones each by itself. */
export class BudgetQueue {
  /** The last that waits, by bucket and level. */
  private readonly waiting = new Map<string, Promise<unknown>>();

  constructor(
    private readonly budget: CallBudget,
    private readonly watch: BudgetWatch,
    private readonly wait: (ms: Ms) => Promise<void>,
  ) {}

  /** Resolves when the call may be made. @throws VenueError of kind `rate` where it is skipped: nothing has been asked of the venue. */
  async pass(request: BudgetRequest, call: VenueCall): Promise<BudgetView> {
    const lane = `${request.bucket} ${levelOf(request)}`;
    this.watch.ask(request);
    const first = this.waiting.has(lane) ? undefined : await this.take(request, call);
    if (first?.granted) return first;
    // What it was told is old by the time those before it have passed.
    const denied = this.waiting.has(lane) ? undefined : first;
    return this.behind(lane, () => this.admit(request, call, denied));
  }

  private behind<T>(lane: string, run: () => Promise<T>): Promise<T> {
    const admitted = (this.waiting.get(lane) ?? Promise.resolve()).then(run);
    const settled: Promise<unknown> = admitted.catch(() => undefined).then(() => {
      if (this.waiting.get(lane) === settled) this.waiting.delete(lane);
    });
    this.waiting.set(lane, settled);
    return admitted;
  }

  private async admit(request: BudgetRequest, call: VenueCall, denied: Taken | undefined): Promise<BudgetView> {
    for (let taken = denied ?? (await this.take(request, call)); ; taken = await this.take(request, call)) {
      if (taken.granted) return taken;
      await this.wait(taken.waitMs);
    }
  }

  private async take(request: BudgetRequest, call: VenueCall): Promise<Taken> {
    const taken = await this.budget.take(request);
    this.watch.left(request, taken);
    if (taken.granted || request.priority <= URGENT || !(taken.tight || taken.waitMs > PATIENCE_MS)) return taken;
    this.watch.skipped(call, request.priority);
    throw new VenueError('rate', 'notPlaced', `${call}: found ${taken.left} left of the call budget at priority ${request.priority}, allowed is ${request.weight}: skipped`);
  }
}
