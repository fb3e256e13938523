import { type Clock, type Ms, ZERO_QUANTITY } from '@ballast/domain';
import type { AccountEvent, OrderView, SignedOrder, VenueOrderId } from '@ballast/venues';

const LATE_MS: Ms = 3_000;

interface Held {
  readonly order: SignedOrder;
  readonly fills: Extract<AccountEvent, { type: 'fill' }>[];
  over: boolean;
  released: boolean;
}

/**
 * Orders whose fills the venue keeps to itself: first it says that they were cancelled without a fill, and seconds later it
 * reports what was filled all the same.
 */
export class HeldBack {
  private readonly orders = new Map<VenueOrderId, Held>();
  lateFills = 0;

  constructor(
    private readonly clock: Clock,
    private readonly tell: (event: AccountEvent) => void,
  ) {}

  hold(venueOrderId: VenueOrderId, order: SignedOrder): void {
    this.orders.set(venueOrderId, { order, fills: [], over: false, released: false });
  }

  hides(venueOrderId: VenueOrderId): boolean {
    return this.orders.get(venueOrderId)?.released === false;
  }

  /** The order is cancelled as far as anybody can see; true where it is one of these. */
  cancel(venueOrderId: VenueOrderId): boolean {
    const held = this.orders.get(venueOrderId);
    if (!held || held.over) return false;
    held.over = true;
    const { account, quantity: remaining } = held.order;
    this.tell({ type: 'order', accountId: account.accountId, venueOrderId, state: 'CANCELLED', remaining, reason: 'cancelled', time: this.clock.now() });
    this.clock.at(this.clock.now() + LATE_MS, () => {
      held.released = true;
      this.lateFills += held.fills.length;
      for (const fill of held.fills) this.tell(fill);
    });
    return true;
  }

  view(found: OrderView | undefined): OrderView | undefined {
    const held = found && this.orders.get(found.venueOrderId);
    if (!found || !held || held.released) return found;
    return { ...found, filled: ZERO_QUANTITY, state: held.over ? 'CANCELLED' : 'OPEN' };
  }

  pass(event: AccountEvent): readonly AccountEvent[] {
    const venueOrderId = event.type === 'fill' ? event.fill.venueOrderId : event.type === 'order' ? event.venueOrderId : undefined;
    const held = venueOrderId === undefined ? undefined : this.orders.get(venueOrderId);
    if (!held || held.released || venueOrderId === undefined) return [event];
    if (event.type === 'fill') held.fills.push(event);
    const ended = event.type === 'order' && event.state !== 'OPEN' && held.order.timeInForce !== 'GTC';
    if (ended) this.cancel(venueOrderId);
    return [];
  }
}
