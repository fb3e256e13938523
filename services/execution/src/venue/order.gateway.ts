import { Injectable } from '@nestjs/common';
import { Clock, type Id, InvariantError, type Quantity } from '@ballast/domain';
import { type OrderView, type SignedOrder, TRADE, venueAt, VenueAdapter, VenueError, type VenueOrderId } from '@ballast/venues';
import { ExecutionSettings } from '../options.js';
import type { OrderState, TradeState } from '../trade/trade.state.js';
import { Doubt, type Recall } from './doubt.js';
import { EntryGate } from './entry-gate.js';
import { OutsideFacts } from './outside-facts.js';
import { signedOrderOf } from './signed-order.js';
import { answerOf, isSilence, messageOf, refusalOf, short, venueErrorOf } from './answers.js';
import { type Turn, VenueCalls } from './venue-calls.js';

/** A payload and the identity that was recorded with its intent. */
interface Sent {
  readonly payload: SignedOrder;
  readonly venueOrderId: VenueOrderId;
  /** Why it may not leave now; undefined where it may. */
  withheld(): string | undefined;
}

/** How the account's stream says that an order ended. */
export type Ended = Exclude<OrderView['state'], 'OPEN'>;

/** Kept back here: the venue has not seen this payload by it. */
class KeptBack extends VenueError {
  constructor(kind: 'withheld' | 'late', why: string) {
    super(kind, 'notPlaced', why);
  }
}

@Injectable()
export class GatewayContext {
  constructor(readonly settings: ExecutionSettings, readonly clock: Clock, readonly gate: EntryGate) {}
}

/**
 * Sends what is durable, and only that: intent event → here → outcome event. An unknown outcome is looked up by the recorded
 * identity; the identical payload, and no other, is sent again; "not found" is final only after the payload's own expiry. What the
 * venue does not answer is asked again behind what waits by then: a silent history holds up no cancel and no reduction. Where nothing
 * reaches the venue everything keeps its place.
 */
@Injectable()
export class OrderGateway {
  private readonly refused = new Set<Id>();
  /** Orders whose end the venue has told. */
  private readonly concluded = new Set<Id>();
  /** Orders that were asked back: also one that is sent again after that, since the venue had not got it yet. */
  private readonly askedBack = new Set<Id>();

  constructor(
    private readonly venue: VenueAdapter,
    private readonly calls: VenueCalls,
    private readonly facts: OutsideFacts,
    private readonly context: GatewayContext,
  ) {}

  submit(trade: TradeState, order: OrderState): Promise<void> {
    const sent = this.sentOf(trade, order);
    let doubt: Doubt | undefined;
    return this.calls.inLaneUntilDone(trade.ids.accountId, async (turn) => {
      doubt ??= await this.send(turn, sent);
      if (doubt) await this.sendAgain(turn, sent, doubt);
    });
  }

  cancel(trade: TradeState, order: OrderState): Promise<void> {
    const sent = this.sentOf(trade, order);
    remember(this.askedBack, order.clientOrderId);
    const recall: Recall = {};
    return this.calls.inLaneUntilDone(trade.ids.accountId, (turn) => this.withdraw(turn, sent, recall));
  }

  /**
   * How an order ended that the account's stream says is over, or that was taken and is not to be found. One that is filled, with every fill told,
   * needs no look-up; nor does one whose end a look-up has told. Otherwise the venue's history is asked; it may be behind its stream, and is asked
   * again, some ten seconds long.
   */
  settle(trade: TradeState, order: OrderState, state: Ended): Promise<void> {
    const sent = this.sentOf(trade, order);
    let [isAsked, looks] = [false, 0];
    return this.calls.inLaneUntilDone(trade.ids.accountId, async (turn) => {
      if (this.concluded.has(order.clientOrderId) || (isAsked && this.facts.isOver(order.clientOrderId))) return;
      if (state === 'FILLED' && (await this.facts.knowsFilled(order.clientOrderId, order.quantity))) return this.ended(order.clientOrderId, state, order.quantity);
      isAsked = true;
      if (await this.look(turn, sent)) return;
      looks += 1;
      if (looks < LOOKS_MAX) throw new VenueError('notFound', 'notPlaced', `${order.clientOrderId}: over, and not in the venue's history yet`);
    });
  }

  /**
   * After a start and after a lost stream: whatever has no final outcome is looked up. What never arrived is sent again where it
   * still may, and what was to be cancelled is cancelled, both after this: their answers may need a market that moves.
   */
  recover(trade: TradeState, order: OrderState): Promise<void> {
    const sent = this.sentOf(trade, order);
    const { payload, venueOrderId } = sent;
    const { accountId } = trade.ids;
    const doubt = new Doubt(this.context.clock);
    return this.calls.inLaneUntilDone(accountId, async (turn) => {
      const found = await turn.call(() => this.venue.findOrder(payload.account, payload.instrument, venueOrderId));
      if (found && !order.accepted) this.facts.outcome({ type: 'RecordAccepted', clientOrderId: order.clientOrderId, venueOrderId });
      if (found) await this.conclude(turn, sent, found);
      if (order.cancelRequested) remember(this.askedBack, order.clientOrderId);
      if (!found && !order.accepted) void this.calls.inLaneUntilDone(accountId, (next) => this.sendAgain(next, sent, doubt));
      else if (order.cancelRequested) void this.cancel(trade, order);
      // It was taken: the history is behind, and may have its end in a moment.
      else if (!found) void this.settle(trade, order, 'CANCELLED');
    });
  }

  /** The recorded identity; computed for an intent whose writer could not tell it. */
  identify(trade: TradeState, order: OrderState): VenueOrderId {
    return this.sentOf(trade, order).venueOrderId;
  }

  private sentOf(trade: TradeState, order: OrderState): Sent {
    const payload = signedOrderOf(this.context.settings.accountOf(trade.ids.accountId), order);
    const withheld = (): string | undefined => (payload.reduceOnly ? undefined : this.context.gate.closedFor(trade));
    return { payload, venueOrderId: order.venueOrderId ?? this.venue.identify(payload), withheld };
  }

  /**
   * @throws KeptBack where it may not leave any more, also after it has waited for the call budget or for a venue out of reach.
   * @throws InvariantError where the venue would give this payload another identity than the recorded one: it is another payload.
   */
  private async place(turn: Turn, { payload, venueOrderId, withheld }: Sent): Promise<void> {
    const identity = this.venue.identify(payload);
    if (identity !== venueOrderId) throw new InvariantError(`order ${payload.clientOrderId}: found identity ${identity}, the recorded one is ${venueOrderId}; key, account or chain are not those it was recorded with`);
    const leaves = (): void => {
      const why = withheld();
      if (why !== undefined) throw new KeptBack('withheld', why);
      if (this.context.clock.now() > payload.receiveBy) throw new KeptBack('late', `it did not leave before ${payload.receiveBy}`);
    };
    await turn.call(async () => {
      leaves();
      await this.venue.place(payload, leaves);
    });
  }

  /** The doubt where the venue has not said what became of the payload: never to be sent anew without a look-up. */
  private async send(turn: Turn, sent: Sent): Promise<Doubt | undefined> {
    const { clientOrderId } = sent.payload;
    try {
      await this.place(turn, sent);
      this.facts.outcome({ type: 'RecordAccepted', clientOrderId, venueOrderId: sent.venueOrderId });
    } catch (error) {
      const refused = refusalOf(error);
      if (!refused) return new Doubt(this.context.clock, () => this.facts.outcome({ type: 'RecordUnknown', clientOrderId, reason: messageOf(error) }));
      this.rejected(clientOrderId, refused);
    }
    return undefined;
  }

  /** What was refused since this was asked for stays refused: the same payload sent later could still get in. */
  private async sendAgain(turn: Turn, sent: Sent, doubt: Doubt): Promise<void> {
    if (this.refused.has(sent.payload.clientOrderId)) return;
    if (doubt.arrived && this.facts.isOver(sent.payload.clientOrderId)) return;
    if (!doubt.arrived) await this.inPlace(turn, () => this.resolve(turn, sent, doubt));
    if (this.askedBack.has(sent.payload.clientOrderId)) await this.withdraw(turn, sent, doubt.recall);
    else await this.look(turn, sent);
  }

  /**
   * Ends when the venue has said what became of the payload. A definite refusal of the identical payload is such a word.
   * @throws VenueError where it has not said so yet: it is asked again
   */
  private async resolve(turn: Turn, sent: Sent, doubt: Doubt): Promise<void> {
    const { payload, venueOrderId } = sent;
    const { clientOrderId, account, instrument, receiveBy } = payload;
    const now = this.context.clock.now();
    const look = (): Promise<OrderView | undefined> => {
      doubt.lasts();
      return this.venue.findOrder(account, instrument, venueOrderId);
    };
    const found = await turn.call(look).finally(() => doubt.lasts());
    if (!found && now > receiveBy) {
      const lost = new VenueError('notFound', 'notPlaced', `not found after ${receiveBy}`);
      if (doubt.known && now <= receiveBy + KNOWN_MS) throw lost;
      return this.rejected(clientOrderId, lost);
    }
    try {
      if (!found) await this.place(turn, sent);
    } catch (error) {
      const refused = refusalOf(error);
      if (refused && isFinal(refused, doubt)) return this.rejected(clientOrderId, refused);
      if (refused instanceof KeptBack) throw refused;
      doubt.again = true;
      if (venueErrorOf(error).kind === 'duplicate') doubt.hasCopy();
      throw new VenueError('unknown', 'unknown', `${clientOrderId}: what became of it is not known: ${messageOf(error)}`, undefined, { cause: error });
    }
    doubt.arrived = true;
    this.facts.outcome({ type: 'RecordAccepted', clientOrderId, venueOrderId });
  }

  /** @throws VenueError where the venue would not cancel what it still has open: it is to be asked again. */
  private async withdraw(turn: Turn, sent: Sent, recall: Recall): Promise<void> {
    // Somebody else has asked meanwhile how it ended.
    if (recall.answer && this.facts.isOver(sent.payload.clientOrderId)) return;
    await this.inPlace(turn, () => this.askBack(turn, sent, recall));
  }

  /** @throws VenueError where the venue still has it open, or nobody knows. */
  private async askBack(turn: Turn, sent: Sent, recall: Recall): Promise<void> {
    const { payload: { account, instrument }, venueOrderId } = sent;
    // Whatever the answer is, what became of the order is looked up: it may be gone already.
    const { refused } = (recall.answer ??= { refused: await turn.call(() => this.venue.cancel(account, instrument, venueOrderId)).then(() => undefined, answerOf) });
    const isLost = refused?.outcome === 'unknown';
    if (isLost) delete recall.answer;
    const found = await this.look(turn, sent);
    if (!refused || (found ? found.state !== 'OPEN' : !isLost)) return;
    delete recall.answer;
    throw refused;
  }

  /** What got lost with the venue itself is done once more in its own place: while nothing reached the venue nothing has passed it. */
  private async inPlace(turn: Turn, ask: () => Promise<void>): Promise<void> {
    const { held } = turn;
    try {
      await ask();
    } catch (error) {
      if (turn.held === held || !isSilence(error)) throw error;
      await ask();
    }
  }

  /** The end of an order comes after the fills that made it: those that nobody has told are asked for. */
  private async look(turn: Turn, sent: Sent): Promise<OrderView | undefined> {
    const { payload: { account, instrument }, venueOrderId } = sent;
    const found = await turn.call(() => this.venue.findOrder(account, instrument, venueOrderId));
    if (found) await this.conclude(turn, sent, found);
    return found;
  }

  private async conclude(turn: Turn, { payload: { clientOrderId, account, receiveBy } }: Sent, found: OrderView): Promise<void> {
    if (found.state === 'OPEN') return;
    if (!(await this.facts.knowsFilled(clientOrderId, found.filled))) {
      const since = receiveBy - this.context.settings.limits.orderTimeToLiveMs;
      for (const fill of await turn.call(() => venueAt(this.venue, TRADE).fillsSince(account, since))) this.facts.fill(account.accountId, fill);
    }
    this.ended(clientOrderId, found.state, found.filled);
  }

  private ended(clientOrderId: Id, state: OrderView['state'], filled: Quantity): void {
    remember(this.concluded, clientOrderId);
    this.facts.outcome({ type: 'RecordEnded', clientOrderId, filled, reason: `the venue says ${state}` });
  }

  private rejected(clientOrderId: Id, { kind, venueCode, message }: VenueError): void {
    remember(this.refused, clientOrderId);
    this.facts.outcome({ type: 'RecordRejected', clientOrderId, kind, ...(venueCode === undefined ? {} : { venueCode: short(venueCode) }), message: short(message) });
  }
}

const REMEMBERED = 10_000;
const LOOKS_MAX = 10;
/** What the venue has called a duplicate may come into its history so much later than it had to arrive, ms. */
const KNOWN_MS = 60_000;

/** The oldest of too many is forgotten. */
function remember(ids: Set<Id>, id: Id): void {
  ids.add(id);
  const [oldest] = ids;
  if (ids.size > REMEMBERED && oldest !== undefined) ids.delete(oldest);
}

/** Does this refusal of a payload that was sent before say that no copy of it gets in? One that came too late may have been behind another; one that is kept back, here or by a limit before the venue has looked at it, says nothing of those before it. */
const isFinal = (refused: VenueError, { again }: Doubt): boolean => !(refused instanceof KeptBack) && !isSilence(refused) && (refused.kind !== 'late' || again);
