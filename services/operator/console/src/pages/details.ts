import { useEffect, useState } from 'preact/hooks';
import type { BotDetail } from '../api/wire.js';
import { useDesk } from '../desk.js';

/** Bots whose figures are loaded one by one for the list; the others show theirs on their own page. */
const DETAILS_MAX = 40;

/** Equity and positions of several bots; one that could not be loaded is absent. */
export function useDetails(botIds: readonly string[]): ReadonlyMap<string, BotDetail> {
  const { client, live } = useDesk();
  const [details, setDetails] = useState<ReadonlyMap<string, BotDetail>>(new Map());
  const wanted = botIds.slice(0, DETAILS_MAX).join(',');
  useEffect(() => {
    let isWanted = true;
    const ids = wanted === '' ? [] : wanted.split(',');
    void Promise.allSettled(ids.map((botId) => client.get<BotDetail>(`/api/bots/${encodeURIComponent(botId)}`))).then((answers) => {
      if (isWanted) setDetails(new Map(answers.flatMap((answer) => (answer.status === 'fulfilled' ? [[answer.value.botId, answer.value] as const] : []))));
    });
    return () => {
      isWanted = false;
    };
  }, [wanted, client, live.version]);
  return details;
}
