import type { Ms } from '@ballast/domain';
import type { FaultRule } from '../nado/sim-clock.js';
import { type SignedOrder, type VenueAccount, type VenueAdapter, VenueError } from '../venue-adapter.js';

/**
 * One adapter in front of its simulated exchange, on the market of `conformance-market`: ETH-PERP at 3999.9 x 5 and 4000.1 x 5,
 * a print at 3990 every 30 s, funding at the next full hour; an account with 100,000
 * and nothing open, and a wallet's subaccount of the same owner with 1,000.
 */
export interface ConformanceHarness {
  readonly adapter: VenueAdapter;
  readonly account: VenueAccount;
  readonly wallet: VenueAccount;
  readonly instrument: string;
  now(): Ms;
  /** Lets market time go on until the call is answered. */
  settle<T>(call: Promise<T>): Promise<T>;
  /** Lets this much market time pass. */
  pass(ms: Ms): Promise<void>;
  /** Lets the venue refuse every transfer of collateral, or none. */
  freezeTransfers(frozen: boolean): Promise<void>;
  /** Lets the venue act on the next transfer, and its answer be lost. */
  loseTransferAnswer(): Promise<void>;
  /** Makes the venue misbehave; absent where it can't be made to. */
  fault?(rule: FaultRule): Promise<void>;
  /** Cuts every stream of the adapter. */
  disconnect?(): Promise<void>;
  close(): Promise<void>;
}

export interface ConformanceScope {
  readonly h: () => ConformanceHarness;
  order(changes?: Partial<SignedOrder>): SignedOrder;
  place(changes?: Partial<SignedOrder>): Promise<string>;
  refusal(changes: Partial<SignedOrder>): Promise<readonly [string, string]>;
  find(venueOrderId: string): Promise<readonly [string, string] | undefined>;
}

/** Kind and outcome of the VenueError that `call` must reject with. */
export async function refusalOf(call: Promise<unknown>): Promise<readonly [string, string]> {
  const error: unknown = await call.then(() => 'accepted', (reason: unknown) => reason);
  if (!(error instanceof VenueError)) throw new Error(`expected a VenueError, found ${String(error)}`);
  return [error.kind, error.outcome];
}

export const IOC = { timeInForce: 'IOC' } as const;
