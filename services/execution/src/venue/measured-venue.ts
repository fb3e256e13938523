import type { Book, Instrument, Ms } from '@ballast/domain';
import type { Metrics } from '@ballast/observability';
import { type AccountEvent, type AccountState, type Capabilities, type CollateralPort, type FeedDoor, type FundingPayment, type Liquidation, type MarketEvent, type OrderView, type SignedOrder, type Unsubscribe, type VenueAccount, VenueAdapter, VenueError, type VenueFill, type VenueOrderId, type VenueTransfer } from '@ballast/venues';

/** A venue whose calls are counted by outcome (accepted, refused, unknown, limited) and timed by the wall. */
export class MeasuredVenue extends VenueAdapter {
  override readonly venue: string;
  override readonly capabilities: Capabilities;
  override readonly collateral: CollateralPort | undefined;

  constructor(private readonly inner: VenueAdapter, private readonly metrics: Metrics) {
    super();
    this.venue = inner.venue;
    this.capabilities = inner.capabilities;
    this.collateral = inner.collateral;
  }

  override connect(): Promise<void> { return this.inner.connect(); }
  override close(): Promise<void> { return this.inner.close(); }
  override subscribeMarket(instruments: readonly string[], onEvent: (event: MarketEvent) => void, door?: FeedDoor): Promise<Unsubscribe> { return this.inner.subscribeMarket(instruments, onEvent, door); }
  override subscribeAccount(account: VenueAccount, onEvent: (event: AccountEvent) => void): Promise<Unsubscribe> { return this.inner.subscribeAccount(account, onEvent); }
  override identify(order: SignedOrder): VenueOrderId { return this.inner.identify(order); }

  override instruments(): Promise<readonly Instrument[]> { return this.measured('instruments', () => this.inner.instruments()); }
  override book(instrument: string, depth: number): Promise<Book> { return this.measured('book', () => this.inner.book(instrument, depth)); }
  override place(order: SignedOrder): Promise<{ readonly venueOrderId: VenueOrderId }> { return this.measured('place', () => this.inner.place(order)); }
  override cancel(account: VenueAccount, instrument: string, venueOrderId: string): Promise<boolean> { return this.measured('cancel', () => this.inner.cancel(account, instrument, venueOrderId)); }
  override cancelAll(account: VenueAccount): Promise<number> { return this.measured('cancelAll', () => this.inner.cancelAll(account)); }
  override openOrders(account: VenueAccount): Promise<readonly OrderView[]> { return this.measured('openOrders', () => this.inner.openOrders(account)); }
  override findOrder(account: VenueAccount, instrument: string, venueOrderId: VenueOrderId): Promise<OrderView | undefined> { return this.measured('findOrder', () => this.inner.findOrder(account, instrument, venueOrderId)); }
  override fillsSince(account: VenueAccount, from: Ms): Promise<readonly VenueFill[]> { return this.measured('fillsSince', () => this.inner.fillsSince(account, from)); }
  override fundingSince(account: VenueAccount, from: Ms): Promise<readonly FundingPayment[]> { return this.measured('fundingSince', () => this.inner.fundingSince(account, from)); }
  override liquidationsSince(account: VenueAccount, from: Ms): Promise<readonly Liquidation[]> { return this.measured('liquidationsSince', () => this.inner.liquidationsSince(account, from)); }
  override transfersSince(account: VenueAccount, from: Ms): Promise<readonly VenueTransfer[]> { return this.measured('transfersSince', () => this.inner.transfersSince(account, from)); }
  override accountState(account: VenueAccount): Promise<AccountState> { return this.measured('accountState', () => this.inner.accountState(account)); }

  private async measured<T>(call: string, run: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const labels = { venue: this.venue, call };
    try {
      const answer = await run();
      this.metrics.count('ballast_venue_calls_total', { ...labels, outcome: 'accepted' });
      return answer;
    } catch (error) {
      this.metrics.count('ballast_venue_calls_total', { ...labels, outcome: outcomeOf(error) });
      throw error;
    } finally {
      this.metrics.observe('ballast_venue_call_seconds', labels, (performance.now() - began) / 1_000);
    }
  }
}

/** A venue that is not reached has refused nothing: it said nothing. */
function outcomeOf(error: unknown): 'limited' | 'refused' | 'unknown' {
  if (!(error instanceof VenueError) || error.outcome === 'unknown' || error.kind === 'unreachable') return 'unknown';
  return error.kind === 'rate' ? 'limited' : 'refused';
}
