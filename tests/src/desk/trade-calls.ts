import type { Clock, Ms } from '@ballast/domain';
import type { SimCall, VenueAdapter } from '@ballast/venues';

/** What trades: an order, its end, and the question what became of it. */
const TRADE_CALLS: readonly string[] = ['place', 'cancel', 'findOrder'];

/** From when it was wanted until the venue took it. */
export interface TradeCall {
  readonly name: string;
  readonly wantedAt: Ms;
  readonly taken: SimCall;
}

/** Notes before the budget when each trade call was wanted, by what it is for: one that was refused and is asked again was wanted at first. */
export class TradeCalls {
  readonly done: TradeCall[] = [];
  private readonly wanted = new Map<string, Ms>();

  constructor(private readonly clock: Pick<Clock, 'now'>, private readonly taken: readonly SimCall[]) {}

  before(venue: VenueAdapter): VenueAdapter {
    return new Proxy(venue, {
      get: (of, name) => {
        const value: unknown = Reflect.get(of, name, of);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          const answer: unknown = Reflect.apply(value, of, args);
          if (typeof name === 'string' && TRADE_CALLS.includes(name) && answer instanceof Promise) this.note(name, JSON.stringify(args), answer);
          return answer;
        };
      },
    });
  }

  private note(name: string, what: string, answer: Promise<unknown>): void {
    const key = `${name} ${what}`;
    const wantedAt = this.wanted.get(key) ?? this.clock.now();
    this.wanted.set(key, wantedAt);
    answer.then(
      () => {
        this.wanted.delete(key);
        const taken = this.taken.findLast((call) => call.taken && call.name === name && call.at >= wantedAt);
        if (taken) this.done.push({ name, wantedAt, taken });
      },
      () => undefined,
    );
  }
}
