import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Ms } from '@ballast/domain';
import type { Hex } from 'viem';
import { type AccountEvent, type Door, type VenueAccount, VenueError, type VenueFill } from '../venue-adapter.js';
import { type Archive, fillIdOf } from './archive.js';
import { type Json, flagOf, integerOf, msOfNanos, nanosOf, textOf } from './json.js';
import { NadoSocket, type NadoSocketOptions, NOTHING_SEEN } from './nado-socket.js';
import type { OrderCodec } from './order-codec.js';
import type { Products } from './products.js';
import { moneyFromX18, priceFromX18, quantityFromX18 } from './x18.js';

const AUTHENTICATION_MS = 60_000;
const SEEN_MAX = 20_000;
/** Wall time until what the venue has limited is asked for again, where nothing else holds it, ms. */
const LIMITED_PAUSE_MS = 1_000;

export interface AccountFeedOptions {
  readonly archive: Archive;
  readonly products: Products;
  readonly clock: Clock;
  readonly codec: OrderCodec;
  /** What every question to the archive goes through. */
  readonly door: Door;
  /** Wall time by which the archive may be behind its stream, ms. */
  readonly archiveLateMs: number;
  readonly socket: NadoSocketOptions;
  /** Called with the paper venue's market time after every frame of one of its steps has been handed over; NOTHING_SEEN when the connection is lost. */
  readonly onMarketTime: ((marketMs: Ms) => void) | undefined;
}

/** What the archive tells of an account, in the order in which it is asked. */
const HISTORIES = ['fills', 'liquidations', 'funding'] as const;
type History = (typeof HISTORIES)[number];
/** What is read before a connection counts as whole again; funding can wait for less urgent calls. */
const HOLE: readonly History[] = ['fills', 'liquidations'];
const AGAIN = 'connected again';

/**
 * Orders, fills, funding and liquidations of one account. After a lost connection the archive fills the hole before UP is told,
 * so a fill is told once, late at worst. Funding and liquidation frames carry no identity, so they only say: read the archive.
 */
export class AccountFeed {
  private readonly sender: Hex;
  private readonly socket: NadoSocket;
  private readonly seen = new Set<string>();
  /** From when on each history is read. */
  private readonly since: Record<History, Ms>;
  /** That of the connection that was lost, until what it missed is read. */
  private hole: Readonly<Record<History, Ms>> | undefined;
  /** What is to be read after what is being read now. */
  private readonly wanted = new Set<History>();
  private late: NodeJS.Timeout | undefined;
  private opened = false;
  private stopped = false;
  private reading: Promise<void> = Promise.resolve();

  constructor(private readonly options: AccountFeedOptions, private readonly account: VenueAccount, private readonly emit: (event: AccountEvent) => void) {
    this.sender = options.codec.senderOf(account.subaccount);
    const now = options.clock.now();
    this.since = { fills: now, liquidations: now, funding: now };
    this.socket = new NadoSocket(options.socket, {
      onOpen: (socket, stands) => this.onOpen(socket, stands),
      onEvent: (event) => this.onEvent(event),
      onDown: (reason) => {
        this.hole ??= { ...this.since };
        options.onMarketTime?.(NOTHING_SEEN);
        emit({ type: 'stream', accountId: account.accountId, state: 'DOWN', reason });
      },
    });
  }

  start(): Promise<void> {
    return this.socket.open();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.late);
    this.socket.close();
  }

  private async onOpen(socket: NadoSocket, stands: () => boolean): Promise<void> {
    const expiration = String(this.options.clock.now() + AUTHENTICATION_MS);
    await socket.request({ method: 'authenticate', ...(await this.options.codec.streamAuthentication({ sender: this.sender, expiration })) });
    const streams: Json[] = [
      { type: 'order_update', product_id: null, subaccount: this.sender },
      { type: 'fill', product_id: null, subaccount: this.sender },
      { type: 'liquidation', product_id: null },
      ...this.options.products.all().map(({ productId }) => ({ type: 'funding_payment', product_id: productId })),
    ];
    for (const stream of streams) await socket.request({ method: 'subscribe', stream });
    if (this.opened) await this.readThrough(HOLE, stands);
    this.hole = undefined;
    if (this.options.onMarketTime) await socket.request({ method: 'subscribe', stream: { type: 'sim_clock' } });
    const reason = this.opened ? AGAIN : 'connected';
    this.opened = true;
    this.emit({ type: 'stream', accountId: this.account.accountId, state: 'UP', reason });
    if (reason === AGAIN) this.readLater('funding');
  }

  private onEvent(event: Json): void {
    switch (event['type']) {
      case 'sim_clock':
        this.options.onMarketTime?.(integerOf(event, 'market_ms'));
        return;
      case 'order_update':
        this.onOrder(event);
        return;
      case 'fill':
        this.onFill(this.fillOf(event));
        return;
      case 'funding_payment':
        this.readLater('funding');
        this.late ??= setTimeout(() => this.readLate(), this.options.archiveLateMs);
        return;
      case 'liquidation':
        if (textOf(event, 'liquidatee') === this.sender) this.readLater('fills', 'liquidations');
        return;
    }
  }

  private onOrder(event: Json): void {
    const remaining = quantityFromX18(event['amount'], 'amount');
    const reason = textOf(event, 'reason');
    const state = reason === 'cancelled' ? 'CANCELLED' : reason === 'filled' && remaining.isZero() ? 'FILLED' : 'OPEN';
    this.emit({ type: 'order', accountId: this.account.accountId, venueOrderId: textOf(event, 'digest'), state, remaining, reason, time: msOfNanos(nanosOf(event, 'timestamp')) });
  }

  private fillOf(event: Json): VenueFill {
    const digest = textOf(event, 'order_digest');
    return {
      fillId: fillIdOf(String(event['submission_idx']), digest),
      venueOrderId: digest,
      instrument: this.options.products.nameOf(integerOf(event, 'product_id')),
      side: flagOf(event, 'is_bid') ? 'BUY' : 'SELL',
      quantity: quantityFromX18(event['filled_qty'], 'filled_qty'),
      price: priceFromX18(event['price'], 'price'),
      fee: moneyFromX18(event['fee'], 'fee'),
      liquidity: flagOf(event, 'is_taker') ? 'TAKER' : 'MAKER',
      time: msOfNanos(nanosOf(event, 'timestamp')),
    };
  }

  private onFill(fill: VenueFill): void {
    if (!this.isNew(fill.fillId)) return;
    this.since.fills = Math.max(this.since.fills, fill.time);
    this.emit({ type: 'fill', accountId: this.account.accountId, fill });
  }

  /**
   * Reads these of the archive after what is being read now, once for all that ask until then: every market tells its funding by itself. Where
   * that fails, the connection starts afresh and reads again.
   */
  private readLater(...histories: readonly History[]): void {
    for (const history of histories) this.wanted.add(history);
    this.reading = this.reading.then(() => this.readWanted()).catch(() => this.socket.restart());
  }

  /** Once more, for an archive that was behind its stream: the next payment is told an hour later. */
  private readLate(): void {
    this.late = undefined;
    this.readLater('funding');
  }

  private async readWanted(): Promise<void> {
    const histories = HISTORIES.filter((history) => this.wanted.has(history));
    this.wanted.clear();
    if (!this.stopped) await this.readThrough(histories, () => !this.stopped);
  }

  /** A venue that limits the rate is asked again: a new connection would cost it more. */
  private async readThrough(histories: readonly History[], goesOn: () => boolean): Promise<void> {
    for (;;) {
      try {
        return await this.readArchive(histories, goesOn);
      } catch (error) {
        if (!(error instanceof VenueError) || error.kind !== 'rate' || !goesOn()) throw error;
        await delay(LIMITED_PAUSE_MS);
      }
    }
  }

  /** Asks for nothing, and tells nothing, once this does not go on: a question may have waited for the call budget. */
  private async readArchive(histories: readonly History[], goesOn: () => boolean): Promise<void> {
    const { accountId } = this.account;
    const { archive } = this.options;
    const going = async <T>(run: () => Promise<T>): Promise<T> => {
      if (!goesOn()) throw ended();
      return run();
    };
    const door: Door = (request, run) => this.options.door(request, () => going(run));
    const { fills: fillsFrom, liquidations: liquidationsFrom } = this.hole ?? this.since;
    const { funding: fundingFrom } = this.since;
    const fills = histories.includes('fills') ? await archive.fills(this.sender, fillsFrom, door) : [];
    const liquidations = histories.includes('liquidations') ? await archive.liquidations(this.sender, liquidationsFrom, door) : [];
    const payments = histories.includes('funding') ? await archive.funding(this.sender, fundingFrom, door) : [];
    if (!goesOn()) throw ended();
    for (const fill of fills) this.onFill(fill);
    for (const liquidation of liquidations) if (this.isNew(liquidation.liquidationId)) this.emit({ type: 'liquidation', accountId, liquidation });
    for (const payment of payments) if (this.isNew(payment.paymentId)) this.emit({ type: 'funding', accountId, payment });
    this.since.liquidations = newest(liquidations, Math.max(liquidationsFrom, this.since.liquidations));
    this.since.funding = newest(payments, fundingFrom);
  }

  private isNew(id: string): boolean {
    if (this.seen.has(id)) return false;
    this.seen.add(id);
    if (this.seen.size > SEEN_MAX) for (const oldest of this.seen) {
      this.seen.delete(oldest);
      break;
    }
    return true;
  }
}

const ended = (): VenueError => new VenueError('unreachable', 'notPlaced', 'stream: it ended before its history was read');
const newest = (rows: readonly { readonly time: Ms }[], from: Ms): Ms => rows.reduce((time, row) => Math.max(time, row.time), from);
