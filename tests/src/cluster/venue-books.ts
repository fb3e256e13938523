import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Decimal, type Id, type Ms } from '@ballast/domain';
import { NADO_INSTRUMENTS } from '@ballast/venues';
import { eventsOf, type LogStory } from '../desk/log.js';
import { askArchive } from '../desk/venue-archive.js';
import type { TradingDesk } from './trading-desk.js';

/** The archive's longest answer: an account with as many may have more. */
const ROWS_MAX = 500;
const X18 = new Decimal(10).pow(18);

/** A request to place an order, as the venue noted it when it came. */
export interface Arrival {
  /** What the venue calls the order. */
  readonly digest: string;
  /** Market time, ms. */
  readonly at: Ms;
}

interface VenueOrder {
  readonly digest: string;
  readonly product_id: number;
  readonly base_filled: string;
}

interface VenueMatch {
  readonly digest: string;
  readonly submission_idx: string;
}

/** Every order that has come to the venue, accepted or not, from the venue's own journal. */
export function arrivalsAt({ runDir }: Pick<TradingDesk, 'runDir'>): readonly Arrival[] {
  const lines = readFileSync(join(runDir, 'venue', 'journal'), 'utf8').split('\n').slice(0, -1);
  return lines.flatMap((line) => {
    const record = JSON.parse(line) as { readonly kind: string; readonly at: Ms; readonly command?: { readonly type: string; readonly digest: string } };
    return record.kind === 'command' && record.command?.type === 'place' ? [{ digest: record.command.digest, at: record.at }] : [];
  });
}

/** Where the venue's books are not what the log says of the bots' accounts; empty = they agree. */
export async function disagreements(desk: TradingDesk, story: LogStory): Promise<readonly string[]> {
  const submitted = eventsOf(story, 'OrderSubmitted');
  const twice = (ids: readonly string[], what: string): readonly string[] => ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${what} ${id} is there twice`);
  const unknown = arrivalsAt(desk).filter(({ digest }) => !submitted.some(({ venueOrderId }) => venueOrderId === digest)).map(({ digest }) => `order ${digest} came to the venue and is in no intent of the log`);
  const accounts = await Promise.all(desk.bots.map(({ botId }) => accountDisagreements(desk, story, botId)));
  return [...twice(submitted.map(({ clientOrderId }) => clientOrderId), 'intent of'), ...twice(submitted.map(({ venueOrderId = '' }) => venueOrderId), 'intent with identity'), ...unknown, ...accounts.flat()];
}

async function accountDisagreements({ desk }: TradingDesk, story: LogStory, accountId: Id): Promise<readonly string[]> {
  const sender = desk.wallet.senderOf(accountId);
  const { orders } = await askArchive<{ readonly orders: readonly VenueOrder[] }>(desk.venueUrl, { orders: { subaccounts: [sender], limit: ROWS_MAX } });
  const { matches } = await askArchive<{ readonly matches: readonly VenueMatch[] }>(desk.venueUrl, { matches: { subaccounts: [sender], limit: ROWS_MAX } });
  if (orders.length >= ROWS_MAX || matches.length >= ROWS_MAX) throw new Error(`${accountId}: found ${orders.length} orders and ${matches.length} fills, allowed are fewer than ${ROWS_MAX}: the run is too long to be compared`);
  const intents = eventsOf(story, 'OrderSubmitted').filter((event) => event.accountId === accountId);
  const fills = eventsOf(story, 'OrderFilled').filter((event) => event.accountId === accountId);
  const clientIds = new Map(intents.map(({ venueOrderId = '', clientOrderId }) => [venueOrderId, clientOrderId]));
  // A fill says that the venue took the order, too: who takes over asks no more about one that is filled, and has not heard the answer.
  const taken = new Set([...eventsOf(story, 'OrderAccepted'), ...fills].map(({ clientOrderId }) => clientOrderId));
  return [
    ...differing(`${accountId}: orders`, orders.map(({ digest }) => digest), intents.filter(({ clientOrderId }) => taken.has(clientOrderId)).map(({ venueOrderId = '' }) => venueOrderId)),
    ...differing(`${accountId}: fills`, matches.map(({ submission_idx: index, digest }) => `${index}:${digest}`), fills.map(({ fillId }) => fillId)),
    ...orders.flatMap(({ digest, base_filled: atVenue }) => {
      const inLog = fills.filter(({ clientOrderId }) => clientOrderId === clientIds.get(digest)).reduce((sum, { quantity }) => sum.plus(quantity), new Decimal(0));
      return inLog.times(X18).eq(new Decimal(atVenue).abs()) ? [] : [`${accountId}: order ${digest} is filled ${new Decimal(atVenue).div(X18).toString()} at the venue, ${inLog.toString()} in the log`];
    }),
    ...NADO_INSTRUMENTS.flatMap(({ base, productId }) => {
      const atVenue = orders.filter((order) => order.product_id === productId).reduce((sum, order) => sum.plus(order.base_filled), new Decimal(0)).div(X18);
      const inLog = story.books.positions[`${accountId}/${base}-PERP`]?.quantity ?? '0';
      return atVenue.eq(inLog) ? [] : [`${accountId}: holds ${atVenue.toString()} ${base} at the venue, ${inLog} in the log`];
    }),
  ];
}

/** Names what is in one list only, or more often than once. */
function differing(what: string, atVenue: readonly string[], inLog: readonly string[]): readonly string[] {
  const count = (list: readonly string[], id: string): number => list.filter((each) => each === id).length;
  return [...new Set([...atVenue, ...inLog])].flatMap((id) => (count(atVenue, id) === 1 && count(inLog, id) === 1 ? [] : [`${what}: ${id} is ${count(atVenue, id)} times at the venue, ${count(inLog, id)} times in the log`]));
}

