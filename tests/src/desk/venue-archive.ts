import { setTimeout as delay } from 'node:timers/promises';

const LIMITED = 429;
const PAUSE_MS = 500;
const PATIENCE_MS = 60_000;

/** Asks the venue's archive as anybody may. Its limits hold for who looks on as for all at this address: it waits for room. */
export async function askArchive<Answer>(venueUrl: string, question: object): Promise<Answer> {
  for (const until = performance.now() + PATIENCE_MS; ;) {
    const answer = await fetch(`${venueUrl}/archive/v1`, { method: 'POST', headers: { 'content-type': 'application/json', 'accept-encoding': 'gzip' }, body: JSON.stringify(question) });
    const body = (await answer.json()) as Answer;
    if (answer.ok) return body;
    if (answer.status !== LIMITED || performance.now() > until) throw new Error(`archive: found HTTP ${answer.status} ${JSON.stringify(body)}`);
    await delay(PAUSE_MS);
  }
}

/** Digests of every order of an account that the venue has accepted, of the newest 500. */
export async function ordersInArchive(venueUrl: string, sender: string): Promise<readonly string[]> {
  const { orders } = await askArchive<{ readonly orders: readonly { readonly digest: string }[] }>(venueUrl, { orders: { subaccounts: [sender], limit: 500 } });
  return orders.map(({ digest }) => digest);
}
