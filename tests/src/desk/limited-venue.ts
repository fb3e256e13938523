import type { Clock, Ms } from '@ballast/domain';
import { bucketSpec, type BudgetRequest, type BudgetView, CallBudget, type Door, MemoryCallBudget, NADO_BUCKETS, OPEN_DOOR, type SimCall, type Taken, type VenueAdapter, VenueError } from '@ballast/venues';
import { EXECUTES, type LimitWindow, QUERIES } from './acceptance.js';

type Call = Omit<SimCall, 'at' | 'taken'>;

/** What each call weighs by Nado's terms for the four products of the desk (venues.md §1.8). */
const CALLS: Readonly<Record<string, Call>> = {
  place: { kind: 'place', name: 'place', weight: 1 },
  cancel: { kind: 'cancel', name: 'cancel', weight: 1 },
  cancelAll: { kind: 'cancel', name: 'cancelAll', weight: 20 },
  send: { kind: 'transfer', name: 'send', weight: 10 },
  ...Object.fromEntries(Object.entries({ accountState: 2, openOrders: 8, findOrder: 1, orderHistory: 2.05, fillsSince: 4, fundingSince: 5, liquidationsSince: 4, transfersSince: 4, freeFunds: 2, prepare: 2, findTransfer: 2, transferHistory: 4 }).map(([name, weight]) => [name, { kind: 'query', name, weight }])),
};

/** Where the door stands in what these are given: they make their requests behind it. */
const DOORS: Readonly<Record<string, number>> = { findOrder: 3, fillsSince: 2, fundingSince: 2, liquidationsSince: 2, transfersSince: 2, find: 1 };

const WIDE = bucketSpec({ limits: [{ weight: 1_000_000, windowMs: 1_000 }], burst: 0.5, shares: [0.2, 0.2, 0.2, 0.2, 0.2] });

export const isExecute = ({ kind }: Pick<SimCall, 'kind'>): boolean => kind !== 'query' && kind !== 'archive';

/** The limits of the simulated exchange in process, and its own record of what it took and what it refused. */
export class VenueLimits {
  readonly calls: SimCall[] = [];
  /** Market time from which on the venue has limits at all. */
  inForceFrom: Ms = Infinity;
  /** From when to when it gives only so many hundredths of them. */
  private squeezed = { from: Infinity, until: Infinity, percent: 100 };

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  squeeze(from: Ms, until: Ms, percent: number): void {
    this.squeezed = { from, until, percent };
  }

  readonly percentAt = (at: Ms): number => (at >= this.squeezed.from && at < this.squeezed.until ? this.squeezed.percent : 100);

  /** Every adapter that is put behind the same limits shares them. */
  behind(venue: VenueAdapter): VenueAdapter {
    return this.guarded(venue, (name, value) => (name === 'collateral' && typeof value === 'object' && value !== null ? this.guarded(value, () => undefined) : undefined));
  }

  private guarded<Target extends object>(target: Target, other: (name: string | symbol, value: unknown) => unknown): Target {
    return new Proxy(target, {
      get: (of, name) => {
        const value: unknown = Reflect.get(of, name, of);
        const [call, door] = typeof name === 'string' ? [CALLS[name], DOORS[name]] : [];
        if (typeof value !== 'function') return other(name, value) ?? value;
        if (door !== undefined) return (...args: unknown[]): unknown => Reflect.apply(value, of, [...args.slice(0, door), this.behindDoor((args[door] as Door | undefined) ?? OPEN_DOOR)]) as unknown;
        if (!call) return (...args: unknown[]): unknown => Reflect.apply(value, of, args) as unknown;
        return async (...args: unknown[]): Promise<unknown> => {
          this.pass(call);
          return Reflect.apply(value, of, args) as unknown;
        };
      },
    });
  }

  private behindDoor(door: Door): Door {
    return (request, run) => door(request, async () => {
      const call = CALLS[request];
      if (call) this.pass(call);
      return run();
    });
  }

  /** @throws VenueError where the venue limits it */
  private pass(call: Call): void {
    if (!this.take(call)) throw new VenueError('rate', 'notPlaced', `${call.name}: too many requests`, '429');
  }

  private take(call: Call): boolean {
    const at = this.clock.now();
    const windows = isExecute(call) ? EXECUTES : QUERIES;
    const taken = at < this.inForceFrom || windows.every((window) => this.used(window, isExecute(call), at) + call.weight <= (window.weightMax * this.percentAt(at)) / 100);
    this.calls.push({ ...call, at, taken });
    return taken;
  }

  private used({ spanMs }: LimitWindow, executes: boolean, at: Ms): number {
    let used = 0;
    for (let index = this.calls.length - 1; index >= 0; index -= 1) {
      const call = this.calls[index];
      if (!call || call.at <= at - spanMs) break;
      if (call.taken && isExecute(call) === executes) used += call.weight;
    }
    return used;
  }
}

/** The budget that a desk of one process shares: without bounds until it is in force. */
export class SharedBudget extends CallBudget {
  private readonly inForce: CallBudget;
  private readonly open: CallBudget;
  private isOn = false;

  constructor(clock: Pick<Clock, 'now'>) {
    super();
    this.inForce = new MemoryCallBudget({ paper: NADO_BUCKETS }, clock);
    this.open = new MemoryCallBudget({ paper: { ip: WIDE, wallet: WIDE } }, clock);
  }

  enforce(): void {
    this.isOn = true;
  }

  override take(request: BudgetRequest): Promise<Taken> { return this.now.take(request); }
  override spend(request: BudgetRequest): Promise<BudgetView> { return this.now.spend(request); }
  override limited(request: BudgetRequest): Promise<BudgetView> { return this.now.limited(request); }
  override succeeded(request: BudgetRequest): Promise<BudgetView> { return this.now.succeeded(request); }
  override close(): Promise<void> { return Promise.resolve(); }

  private get now(): CallBudget {
    return this.isOn ? this.inForce : this.open;
  }
}
