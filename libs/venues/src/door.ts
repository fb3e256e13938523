/**
 * Requests that an adapter makes by itself, where one question takes several or a feed asks on its own: `orderHistory` is the archive's part
 * of `findOrder`, `transferHistory` that of `findTransfer`; histories are asked for page by page.
 */
export type DoorRequest = 'book' | 'oraclePrices' | 'markPrices' | 'findOrder' | 'orderHistory' | 'fillsSince' | 'fundingSince' | 'liquidationsSince' | 'transfersSince' | 'findTransfer' | 'transferHistory';

/** What an adapter goes through with each request that it makes by itself; it may wait, ask again, or refuse. */
export type Door = <T>(request: DoorRequest, run: () => Promise<T>) => Promise<T>;

/** Holds up nothing. */
export const OPEN_DOOR: Door = (_request, run) => run();
