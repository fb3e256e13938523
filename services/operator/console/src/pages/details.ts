import { useEffect, useRef, useState } from 'preact/hooks';
import { Loads } from '../api/loads.js';
import type { BotDetail } from '../api/wire.js';
import { useDesk } from '../desk.js';

/** Bots whose figures are loaded one by one for the list; the others show theirs on their own page. */
const DETAILS_MAX = 40;

/** Equity and positions of several bots; one that could not be loaded is absent. */
export function useDetails(botIds: readonly string[]): ReadonlyMap<string, BotDetail> {
  const { client, live } = useDesk();
  const [details, setDetails] = useState<ReadonlyMap<string, BotDetail>>(new Map());
  const wanted = botIds.slice(0, DETAILS_MAX).join(',');
  const loads = useRef<Loads<ReadonlyMap<string, BotDetail>> | undefined>(undefined);
  useEffect(() => {
    const ids = wanted === '' ? [] : wanted.split(',');
    const load = async (): Promise<ReadonlyMap<string, BotDetail>> => {
      const answers = await Promise.allSettled(ids.map((botId) => client.get<BotDetail>(`/api/bots/${encodeURIComponent(botId)}`)));
      return new Map(answers.flatMap((answer) => (answer.status === 'fulfilled' ? [[answer.value.botId, answer.value] as const] : [])));
    };
    const own = new Loads(load, (found) => setDetails('value' in found ? found.value : new Map()));
    loads.current = own;
    return () => own.stop();
  }, [wanted, client]);
  useEffect(() => loads.current?.ask(), [wanted, client, live.version]);
  return details;
}
