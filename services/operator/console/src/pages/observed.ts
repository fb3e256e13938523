import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Told } from '../api/live.js';
import type { Equity } from '../api/wire.js';
import { useDesk } from '../desk.js';

const OBSERVED_MAX = 500;
type Seen = ReadonlyMap<number, Equity>;

const isEquityOf = (event: Told['event'], accountId: string): event is Told['event'] & Equity => event.type === 'EquityObserved' && (event as Partial<Equity>).accountId === accountId;
const withMore = (before: Seen, found: readonly Equity[]): Seen => new Map([...before, ...found.map((each) => [each.venueTime, each] as const)]);

/** What an account was seen to be worth, oldest first: loaded once, and again when the link was down; then it grows as collateral observes. */
export function useObserved(path: string, accountId: string): readonly Equity[] {
  const { client, live, link } = useDesk();
  const [seen, setSeen] = useState<Seen>(new Map());
  useEffect(() => link.listen(({ event }) => isEquityOf(event, accountId) && setSeen((before) => withMore(before, [event]))), [link, accountId]);
  useEffect(() => {
    let isWanted = true;
    const load = (): void =>
      void client.get<readonly Equity[]>(`${path}/equity?limit=${OBSERVED_MAX}`).then(
        (found) => isWanted && setSeen((before) => withMore(before, found)),
        () => isWanted && setTimeout(() => isWanted && load(), RETRY_MS),
      );
    if (!live.isStale) load();
    return () => {
      isWanted = false;
    };
  }, [path, client, live.isStale]);
  return useMemo(() => [...seen.values()].sort((a, b) => a.venueTime - b.venueTime).slice(-OBSERVED_MAX), [seen]);
}

const RETRY_MS = 5_000;
