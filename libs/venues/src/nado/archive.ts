import { type Money, type Ms, type Price, type Quantity, type Ratio, Decimal } from '@ballast/domain';
import { type Door, type FundingPayment, type Liquidation, type OrderView, VenueError, type VenueFill, type VenueTransfer } from '../venue-adapter.js';
import { type Json, arrayOf, flagOf, integerOf, isObject, msOfNanos, nanosOf, objectOf, textOf } from './json.js';
import type { NadoHttp } from './nado-http.js';
import type { Products } from './products.js';
import { fromX18, moneyFromX18, quantityFromX18 } from './x18.js';

/** Rows of one question: the venue charges by how many may come, and mostly few do. */
export const HISTORY_PAGE = 20;
/** Funding payments cost the same however many are asked for. */
const FUNDING_PAGE = 100;
const PAGES_MAX = 5_000;
const HOURS_PER_DAY = 24;
const QUOTE_PRODUCT = 0;
const LIQUIDATION = 'liquidate_subaccount';
/** A liquidation's row of the quote currency is a debt that the insurance fund, or everybody, has paid (venues.md §1.9). */
const TRANSFERS = ['deposit_collateral', 'withdraw_collateral', 'transfer_quote', LIQUIDATION] as const;

export interface ArchivedTransfer extends VenueTransfer {
  /** Sender, recipient, amount and nonce of a `transfer_quote`, as the venue tells them. */
  readonly quoteTx: Json | undefined;
}

interface Tx {
  readonly time: Ms;
  readonly tx: Json;
}

/** The venue's memory: the indexer's orders, matches, funding payments and liquidations, as `IndexerClient` asks for them. */
export class Archive {
  constructor(private readonly http: NadoHttp, private readonly products: Products) {}

  /** Full, or CANCELLED as far as the archive can tell: an order that is still open looks the same. */
  async order(digest: string, door: Door): Promise<OrderView | undefined> {
    const answer = await door('orderHistory', () => this.http.archive('orders', { digests: [digest], limit: 1 }));
    const found = arrayOf(answer['orders'], 'orders')[0];
    if (found === undefined) return undefined;
    const order = objectOf(found, 'order');
    const quantity = quantityFromX18(order['amount'], 'amount');
    const filled = quantityFromX18(order['base_filled'], 'base_filled');
    return { venueOrderId: textOf(order, 'digest'), clientOrderId: undefined, instrument: this.products.nameOf(integerOf(order, 'product_id')), state: filled.gte(quantity) ? 'FILLED' : 'CANCELLED', quantity, filled };
  }

  /** Every fill at or after `from`, oldest first. */
  fills(sender: string, from: Ms, door: Door): Promise<readonly VenueFill[]> {
    return this.pages('matches', { subaccounts: [sender] }, from, (match, tx) => this.fillOf(match, tx), (ask) => door('fillsSince', ask));
  }

  async liquidations(sender: string, from: Ms, door: Door): Promise<readonly Liquidation[]> {
    const rows = await this.pages('events', { subaccounts: [sender], event_types: [LIQUIDATION], desc: true }, from, rowOf, (ask) => door('liquidationsSince', ask));
    return rows.filter((row) => !isQuote(row)).map(({ event, tx }) => this.liquidationOf(event, tx));
  }

  /**
   * Of the quote currency: what an event changed its balance by, the venue's fee included, and the request behind it where it was a
   * `transfer_quote`; what a liquidation brought is a debt that was forgiven.
   */
  transfers(sender: string, from: Ms, door: Door): Promise<readonly ArchivedTransfer[]> {
    return this.transfersOf(TRANSFERS, sender, from, (ask) => door('transfersSince', ask));
  }

  /** Those that one subaccount sent to another. */
  transferQuotes(sender: string, from: Ms, door: Door): Promise<readonly ArchivedTransfer[]> {
    return this.transfersOf(['transfer_quote'], sender, from, (ask) => door('transferHistory', ask));
  }

  /** Does the archive hold everything that the venue did up to this time? By its newest event of anybody; the paper venue's archive says its time itself. */
  async holdsAllUntil(time: Ms, door: Door): Promise<boolean> {
    const answer = await door('transferHistory', () => this.http.archive('events', { limit: { raw: 1 }, desc: true }));
    if (answer['sim_timestamp'] !== undefined) return msOfNanos(nanosOf(answer, 'sim_timestamp')) >= time;
    return [...transactionsOf(answer).values()].some((tx) => tx.time > time);
  }

  async funding(sender: string, from: Ms, door: Door): Promise<readonly FundingPayment[]> {
    const payments: FundingPayment[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const question = { subaccount: sender, product_ids: this.products.all().map((product) => product.productId), limit: FUNDING_PAGE, ...(cursor === undefined ? {} : { max_idx: cursor }) };
      const answer = await unlimited(page, () => door('fundingSince', () => this.http.archive('interest_and_funding', question)));
      const rows = arrayOf(answer['funding_payments'], 'funding_payments').map((entry) => this.paymentOf(objectOf(entry, 'funding_payment')));
      payments.push(...rows.filter((row) => row.time >= from));
      cursor = String(answer['next_idx'] ?? '');
      if (rows.length < FUNDING_PAGE || rows.some((row) => row.time < from) || cursor === '') break;
    }
    return payments.reverse();
  }

  private async transfersOf(types: readonly string[], sender: string, from: Ms, ask: AskPage): Promise<readonly ArchivedTransfer[]> {
    const rows = await this.pages('events', { subaccounts: [sender], event_types: types, desc: true }, from, rowOf, ask);
    return rows.filter(isQuote).map(({ event, tx }) => transferOf(event, tx));
  }

  /** Newest first, page by page, until one is older than `from`. A full page may end within a submission: that one is read again as the first of the next. */
  private async pages<Row extends { readonly time: Ms }>(type: 'matches' | 'events', parameters: Json, from: Ms, read: (entry: Json, tx: Tx) => Row, ask: AskPage): Promise<readonly Row[]> {
    const rows: Row[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const question = { ...parameters, limit: type === 'events' ? { raw: HISTORY_PAGE } : HISTORY_PAGE, ...(cursor === undefined ? {} : { idx: cursor }) };
      const answer = await unlimited(page, () => ask(() => this.http.archive(type, question)));
      const txs = transactionsOf(answer);
      const found = arrayOf(answer[type], type).map((entry) => objectOf(entry, type));
      const isFull = found.length >= HISTORY_PAGE;
      const [first, last] = [submissionOf(found.at(0)), submissionOf(found.at(-1))];
      const whole = isFull && first !== last ? found.filter((entry) => submissionOf(entry) !== last) : found;
      const told = whole.map((entry) => read(entry, txOf(txs, String(submissionOf(entry)))));
      rows.push(...told.filter((row) => row.time >= from));
      const oldest = told.at(-1);
      if (!isFull || last === undefined || !oldest || oldest.time < from) break;
      cursor = first === last ? (BigInt(last) - 1n).toString() : last;
    }
    return rows.reverse();
  }

  private fillOf(match: Json, tx: Tx): VenueFill {
    const order = objectOf(match['order'], 'order');
    const base = fromX18(match['base_filled'], 'base_filled');
    const quote = fromX18(match['quote_filled'], 'quote_filled').abs();
    const digest = textOf(match, 'digest');
    const productId = integerOf(isObject(tx.tx['match_orders']) ? tx.tx['match_orders'] : match, 'product_id');
    return {
      fillId: fillIdOf(String(match['submission_idx']), digest),
      venueOrderId: digest,
      instrument: this.products.nameOf(productId),
      side: textOf(order, 'amount').startsWith('-') ? 'SELL' : 'BUY',
      quantity: base.abs() as Quantity,
      price: quote.div(base.abs()) as Price,
      fee: moneyFromX18(match['fee'], 'fee'),
      liquidity: flagOf(match, 'is_taker') ? 'TAKER' : 'MAKER',
      time: tx.time,
    };
  }

  private liquidationOf(event: Json, tx: Tx): Liquidation {
    const balance = (field: string): Json => objectOf(objectOf(objectOf(event[field], field)['perp'], `${field}.perp`)['balance'], `${field}.perp.balance`);
    const before = balance('pre_balance');
    const after = balance('post_balance');
    const change = fromX18(after['amount'], 'amount').minus(fromX18(before['amount'], 'amount'));
    const quote = fromX18(event['quote_change_x18'] ?? diffText(after, before), 'v_quote_balance');
    const productId = integerOf(event, 'product_id');
    return {
      liquidationId: `${String(event['submission_idx'])}:${productId}`,
      instrument: this.products.nameOf(productId),
      side: change.gt(0) ? 'BUY' : 'SELL',
      quantity: change.abs() as Quantity,
      price: quote.div(change).abs() as Price,
      fee: (event['fee_x18'] === undefined ? new Decimal(0) : fromX18(event['fee_x18'], 'fee_x18')) as Money,
      time: tx.time,
    };
  }

  private paymentOf(payment: Json): FundingPayment {
    const productId = integerOf(payment, 'product_id');
    return {
      paymentId: `${String(payment['idx'])}:${productId}`,
      instrument: this.products.nameOf(productId),
      amount: moneyFromX18(payment['amount'], 'amount'),
      rateHourly: fromX18(payment['rate_x18'], 'rate_x18').div(HOURS_PER_DAY) as Ratio,
      time: timeOf(payment),
    };
  }
}

const LIMITED = '429';
const LIMITED_MAX = 30;

/** A page that the venue limits is asked for again, so that what was read before it is not thrown away; the first is its asker's. */
async function unlimited<Answer>(page: number, ask: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (page === 0 || tries === LIMITED_MAX || !(error instanceof VenueError) || error.venueCode !== LIMITED) throw error;
    }
  }
}

/** Asks for one page of a history. */
type AskPage = (run: () => Promise<Json>) => Promise<Json>;

const submissionOf = (entry: Json | undefined): string | undefined => (entry === undefined ? undefined : String(entry['submission_idx']));

interface EventRow {
  readonly event: Json;
  readonly tx: Tx;
  readonly time: Ms;
}

const rowOf = (event: Json, tx: Tx): EventRow => ({ event, tx, time: tx.time });
const isQuote = ({ event }: EventRow): boolean => integerOf(event, 'product_id') === QUOTE_PRODUCT;

function transferOf(event: Json, { tx, time }: Tx): ArchivedTransfer {
  const balance = (field: string): Decimal => fromX18(objectOf(objectOf(objectOf(event[field], field)['spot'], `${field}.spot`)['balance'], `${field}.spot.balance`)['amount'], `${field}.amount`);
  const after = balance('post_balance');
  const type = textOf(event, 'event_type');
  return {
    transferId: `${String(event['submission_idx'])}:${type}`, amount: after.minus(balance('pre_balance')) as Money, balance: after as Money, time,
    ...(type === LIQUIDATION ? { forgiven: true as const } : {}), quoteTx: isObject(tx['transfer_quote']) ? tx['transfer_quote'] : undefined,
  };
}

/** One execution of one order is one submission of the venue that names this digest. */
export const fillIdOf = (submissionIndex: string, digest: string): string => `${submissionIndex}:${digest}`;

const diffText = (after: Json, before: Json): string => (BigInt(textOf(after, 'v_quote_balance')) - BigInt(textOf(before, 'v_quote_balance'))).toString();

/** The indexer tells seconds; the paper venue adds nanoseconds, so that a fill has one time whichever way it comes. */
function timeOf(entry: Json): Ms {
  return entry['timestamp_ns'] === undefined ? integerOf(entry, 'timestamp') * 1000 : msOfNanos(nanosOf(entry, 'timestamp_ns'));
}

function transactionsOf(answer: Json): ReadonlyMap<string, Tx> {
  return new Map(
    arrayOf(answer['txs'], 'txs').map((entry) => {
      const tx = objectOf(entry, 'tx');
      return [String(tx['submission_idx']), { time: timeOf(tx), tx: isObject(tx['tx']) ? tx['tx'] : {} }] as const;
    }),
  );
}

function txOf(txs: ReadonlyMap<string, Tx>, index: string): Tx {
  const tx = txs.get(index);
  if (!tx) throw new VenueError('unknown', 'unknown', `txs: found none for submission_idx ${index}`);
  return tx;
}
