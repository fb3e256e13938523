import { type Clock, contentId, type Id, InvariantError, type Ms, partitionOf } from '@ballast/domain';
import type { EventStreams } from '@ballast/bus';
import { type PendingTransfer, type PrepareTransfer, type Protection, protectionDecider, type SettleTransfer } from '@ballast/protection';
import { type CollateralPort, type CollateralRequest, saysFrozen, type VenueAccount, VenueError } from '@ballast/venues';
import type { Paced } from './paced.js';

export interface LaneParts {
  readonly port: CollateralPort;
  readonly streams: EventStreams;
  readonly clock: Clock;
  readonly paced: Paced;
  /** Both ends of a bot's transfers; undefined where its portfolio has no wallet. */
  readonly endsOf: (bot: ProtectedBot) => { readonly wallet: VenueAccount; readonly account: VenueAccount } | undefined;
  readonly onFault: (bot: ProtectedBot, call: string, error: Error) => void;
}

export type ProtectedBot = Pick<NonNullable<Protection['configured']>, 'botId' | 'accountId' | 'portfolioId'>;

/** A transfer that nothing has left of waits no longer than this: what it was decided on is old by then. */
const WAITS_MAX_MS: Readonly<Record<PendingTransfer['direction'], Ms>> = { DEPOSIT: 60_000, WITHDRAWAL: 10_000 };
const RETRY_FIRST_MS: Ms = 500;
const RETRY_MAX_MS: Ms = 2_000;

type Step = 'again' | 'wait' | 'over';

/** What one process knows of a transfer beside the log. */
interface Attempt {
  /** Something may be on its way to the venue. */
  mayHaveLeft: boolean;
  /** The venue has said that it has moved the money. */
  accepted: boolean;
  waits: number;
}

/**
 * Carries transfers to their outcome, one after the other: nonces are the owner's. What may have left already goes first, then deposits,
 * the bot nearest to its liquidation before the others. Each step is durable before the next (intent, payload, outcome), so that a process
 * that dies anywhere goes on from the log, and only ever sends the identical payload again.
 */
export class TransferLane {
  private readonly waiting = new Map<Id, ProtectedBot>();
  private carried: Id | undefined;
  private running = false;
  private stopped = false;

  constructor(private readonly parts: LaneParts) {}

  /** The bot has a transfer without an outcome; harmless when repeated. */
  add(bot: ProtectedBot): void {
    if (bot.botId === this.carried || this.stopped) return;
    this.waiting.set(bot.botId, bot);
    if (this.running) return;
    this.running = true;
    void this.run();
  }

  stop(): void {
    this.stopped = true;
  }

  private async run(): Promise<void> {
    try {
      for (let next = this.next(); next && !this.stopped; next = this.next()) {
        this.waiting.delete(next.botId);
        this.carried = next.botId;
        await this.carry(next);
        this.carried = undefined;
      }
    } finally {
      this.running = false;
      this.waiting.clear();
    }
  }

  private next(): ProtectedBot | undefined {
    const pending = [...this.waiting.values()].flatMap((bot) => {
      const transfer = this.pendingOf(bot);
      return transfer ? [{ bot, transfer }] : [];
    });
    const [first] = pending.sort((a, b) => before(a.transfer, b.transfer));
    return first?.bot;
  }

  private async carry(bot: ProtectedBot): Promise<void> {
    const attempt: Attempt = { mayHaveLeft: this.pendingOf(bot)?.payload !== undefined, accepted: false, waits: 0 };
    while (!this.stopped) {
      const transfer = this.pendingOf(bot);
      if (!transfer) return;
      const step = await this.tryStep(bot, transfer, attempt);
      if (step === 'over') return;
      attempt.waits = step === 'wait' ? attempt.waits + 1 : 0;
      if (step === 'wait') await this.parts.paced.pause(Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** (attempt.waits - 1)));
    }
  }

  private async tryStep(bot: ProtectedBot, transfer: PendingTransfer, attempt: Attempt): Promise<Step> {
    try {
      return await this.step(bot, transfer, attempt);
    } catch (error) {
      if (error instanceof InvariantError || !(error instanceof Error)) throw error;
      return this.fault(bot, 'transfer', error);
    }
  }

  private step(bot: ProtectedBot, transfer: PendingTransfer, attempt: Attempt): Promise<Step> {
    const request = this.requestOf(bot, transfer);
    if (!request) return Promise.resolve('over');
    const nothingLeft = !attempt.mayHaveLeft && !attempt.accepted;
    if (nothingLeft && this.isLate(bot, transfer)) return this.parts.paced.work(() => this.late(bot, transfer));
    if (!transfer.payload) return this.prepare(bot, transfer.transferId, request);
    const payload = { ...request, fee: transfer.fee, ...transfer.payload };
    return nothingLeft ? this.send(bot, payload, attempt) : this.find(bot, payload, attempt);
  }

  private isLate(bot: ProtectedBot, { direction, reason }: PendingTransfer): boolean {
    return reason !== 'FLAT' && this.parts.clock.now() - this.decidedAt(bot) > WAITS_MAX_MS[direction];
  }

  /** What it was decided on is old, and nothing has left. */
  private late(bot: ProtectedBot, { transferId, direction }: PendingTransfer): Promise<Step> {
    return this.settle(bot, { type: 'SettleTransfer', transferId, outcome: { state: 'REFUSED', kind: 'late', reason: `it waited more than ${WAITS_MAX_MS[direction]} ms, and nothing had left: it is judged anew`, frozen: false } });
  }

  private prepare(bot: ProtectedBot, transferId: Id, request: CollateralRequest): Promise<Step> {
    return this.parts.paced.turn(() => this.parts.port.prepare(request), async (prepared) => {
      if (prepared instanceof Error) return isDefinite(prepared) ? this.refused(bot, transferId, prepared) : this.fault(bot, 'prepareTransfer', prepared);
      const { nonce, digest, preparedAt } = prepared;
      await this.execute(bot, { type: 'PrepareTransfer', transferId, payload: { nonce, digest, preparedAt } });
      return 'again';
    });
  }

  private send(bot: ProtectedBot, payload: Parameters<CollateralPort['send']>[0], attempt: Attempt): Promise<Step> {
    return this.parts.paced.turn(() => this.parts.port.send(payload), async (sent): Promise<Step> => {
      if (!(sent instanceof Error)) {
        attempt.accepted = true;
        return 'again';
      }
      if (!(sent instanceof VenueError) || sent.outcome === 'unknown') {
        attempt.mayHaveLeft = true;
        this.parts.onFault(bot, 'sendTransfer', sent);
        return 'again';
      }
      return isDefinite(sent) ? this.refused(bot, payload.transferId, sent) : this.fault(bot, 'sendTransfer', sent);
    });
  }

  /** What became of it; where it is not there and still could be, the identical payload is sent again. */
  private async find(bot: ProtectedBot, payload: Parameters<CollateralPort['send']>[0], attempt: Attempt): Promise<Step> {
    const { transferId } = payload;
    const found = await this.parts.paced.turn(() => this.parts.port.find(payload), (outcome): Promise<Step | 'resend'> => {
      if (outcome instanceof Error) return Promise.resolve(this.fault(bot, 'findTransfer', outcome));
      switch (outcome.state) {
        case 'DONE': return this.settle(bot, { type: 'SettleTransfer', transferId, outcome });
        case 'FINALLY_NOT': return this.settle(bot, { type: 'SettleTransfer', transferId, outcome });
        case 'NOT_YET': return Promise.resolve(attempt.accepted ? 'wait' : 'resend');
      }
    });
    return found === 'resend' ? this.resend(bot, payload, attempt) : found;
  }

  /** A refusal of this attempt says nothing about an earlier one: the venue's records do. */
  private resend(bot: ProtectedBot, payload: Parameters<CollateralPort['send']>[0], attempt: Attempt): Promise<Step> {
    return this.parts.paced.turn(() => this.parts.port.send(payload), (sent): Promise<Step> => {
      attempt.accepted = !(sent instanceof Error);
      return Promise.resolve(sent instanceof Error ? this.fault(bot, 'sendTransfer', sent) : 'again');
    });
  }

  private refused(bot: ProtectedBot, transferId: Id, error: VenueError): Promise<Step> {
    return this.settle(bot, { type: 'SettleTransfer', transferId, outcome: { state: 'REFUSED', kind: error.kind, reason: error.message.slice(0, 2_000), frozen: saysFrozen(error) } });
  }

  private async settle(bot: ProtectedBot, command: SettleTransfer): Promise<Step> {
    await this.execute(bot, command);
    return 'over';
  }

  private fault(bot: ProtectedBot, call: string, error: Error): Step {
    this.parts.onFault(bot, call, error);
    return 'wait';
  }

  private async execute({ botId, accountId, portfolioId }: ProtectedBot, command: PrepareTransfer | SettleTransfer): Promise<void> {
    const cause = { causationId: contentId('protection-transfer', command.type, command.transferId), correlationId: botId, lane: accountId };
    await this.parts.streams.execute(protectionDecider, { partition: partitionOf(portfolioId), id: botId }, command, cause);
  }

  private requestOf(bot: ProtectedBot, { transferId, direction, amount }: PendingTransfer): CollateralRequest | undefined {
    const ends = this.parts.endsOf(bot);
    if (!ends) return undefined;
    const [from, to] = direction === 'DEPOSIT' ? [ends.wallet, ends.account] : [ends.account, ends.wallet];
    return { transferId, from, to, amount };
  }

  private stateOf({ botId, portfolioId }: ProtectedBot): Protection | undefined {
    return this.parts.streams.held(protectionDecider, { partition: partitionOf(portfolioId), id: botId })?.state;
  }

  private pendingOf(bot: ProtectedBot): PendingTransfer | undefined {
    return this.stateOf(bot)?.transfer;
  }

  private decidedAt(bot: ProtectedBot): Ms {
    return this.stateOf(bot)?.actedAt ?? 0;
  }
}

/** The venue has refused this request, in words that we know or not: its limits on calls, its line and its silence refuse nothing. */
const isDefinite = (error: Error): error is VenueError => error instanceof VenueError && error.outcome === 'notPlaced' && error.kind !== 'rate' && error.kind !== 'unreachable';

function before(a: PendingTransfer, b: PendingTransfer): number {
  const rank = ({ payload, direction }: PendingTransfer): number => (payload ? 0 : direction === 'DEPOSIT' ? 1 : 2);
  const distances = [a, b].map(({ saw }) => saw?.distance);
  return rank(a) - rank(b) || (distances[0] && distances[1] ? distances[0].comparedTo(distances[1]) : 0);
}
