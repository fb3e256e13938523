import type { Ms } from '@ballast/domain';
import { BudgetError, type BudgetRequest, type BudgetView, CallBudget, type Taken } from './call-budget.js';
import type { MemoryCallBudget } from './memory-call-budget.js';
import type { RedisCallBudget } from './redis-call-budget.js';

const PROBE_MS: Ms = 500;
/** A start waits so long for the first connection, ms. */
const OPENING_MS: Ms = 1_000;

/**
 * The shared budget, and while it is away this process's part of it. The part starts with nothing, as the shared one may just have been
 * used up; when Redis is back, what was taken from the part is charged to the whole first.
 */
export class FallbackCallBudget extends CallBudget {
  private away = false;
  private closed = false;
  /** The whole is being told what the part has granted: until it is, nobody grants anything. */
  private returning: Promise<void> | undefined;
  private probe: NodeJS.Timeout | undefined;
  private readonly opened: Promise<unknown>;

  constructor(
    private readonly shared: RedisCallBudget,
    private readonly local: MemoryCallBudget,
    private readonly onAway: (away: boolean, reason?: string) => void,
  ) {
    super();
    this.opened = Promise.race([shared.ready(), new Promise((resolve) => { setTimeout(resolve, OPENING_MS).unref(); })]);
    onAway(false);
  }

  override take(request: BudgetRequest): Promise<Taken> {
    return this.ask((budget) => budget.take(request));
  }

  override spend(request: BudgetRequest): Promise<BudgetView> {
    return this.ask((budget) => budget.spend(request));
  }

  override limited(request: BudgetRequest): Promise<BudgetView> {
    return this.ask((budget) => budget.limited(request));
  }

  override succeeded(request: BudgetRequest): Promise<BudgetView> {
    return this.ask((budget) => budget.succeeded(request));
  }

  /** Calls that are still on their way keep to the part, and nobody is told: another life of the process may have the whole by then. */
  override async close(): Promise<void> {
    this.closed = true;
    if (!this.away) this.local.reset();
    clearTimeout(this.probe);
    await this.shared.close();
  }

  private async ask<T>(run: (budget: CallBudget) => Promise<T>): Promise<T> {
    await this.opened;
    while (this.returning) await this.returning;
    if (this.away || this.closed) return run(this.local);
    try {
      return await run(this.shared);
    } catch (error) {
      if (error instanceof BudgetError) throw error;
      this.leave(String(error));
      return run(this.local);
    }
  }

  private leave(reason: string): void {
    if (this.away || this.closed) return;
    this.away = true;
    this.local.reset();
    this.onAway(true, reason);
    this.probeLater();
  }

  private probeLater(): void {
    if (this.closed) return;
    this.probe = setTimeout(() => void this.comeBack(), PROBE_MS);
    this.probe.unref();
  }

  private async comeBack(): Promise<void> {
    try {
      await this.shared.ping();
    } catch {
      return this.probeLater();
    }
    this.returning = this.settle();
  }

  private async settle(): Promise<void> {
    try {
      await this.shared.settle(this.local.taken());
      this.away = false;
      if (!this.closed) this.onAway(false);
    } catch {
      this.probeLater();
    } finally {
      this.returning = undefined;
    }
  }
}
