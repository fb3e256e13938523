import { type Clock, contentId, type Id, InvariantError, type Ms, partitionOf } from '@ballast/domain';
import type { EventStreams } from '@ballast/bus';
import { type PendingTransfer, type PrepareTransfer, type Protection, protectionDecider, type SettleTransfer } from '@ballast/protection';
import { type CollateralOutcome, type CollateralPort, type CollateralRequest, type CollateralTransfer, saysFrozen, type VenueAccount, VenueError } from '@ballast/venues';
import { type Attempt, firstOf, type Open, putOff, WAITS_MAX_MS } from './lane-order.js';
import type { Paced } from './paced.js';
import type { ProtectedBot } from './protected-bot.js';

export interface LaneParts {
  readonly port: CollateralPort;
  readonly streams: EventStreams;
  readonly clock: Clock;
  readonly paced: Paced;
  /** Both ends of a bot's transfers; undefined where its portfolio has no wallet. One that is prepared keeps the wallet that it names. */
  readonly endsOf: (bot: ProtectedBot, wallet?: Id) => { readonly wallet: VenueAccount; readonly account: VenueAccount } | undefined;
  /** Why a transfer of which nothing has left would not be decided any more; undefined where it still may leave. */
  readonly faultOf: (bot: ProtectedBot, transfer: PendingTransfer) => string | undefined;
  readonly onFault: (bot: ProtectedBot, call: string, error: Error) => void;
}

/** A transfer that was given up in doubt is looked for this long after, and then ever more rarely. */
const DOUBT_MS: Ms = 10_000;
const DOUBT_MAX_MS: Ms = 60_000;
/** One in doubt that the venue has not had for so long is taken not to come between two looks at it. */
const UNLIKELY_MS: Ms = 300_000;

type Step = 'again' | 'wait' | 'over';

/**
 * Carries transfers to their outcome, one after the other: nonces are the owner's. What may have left already goes first, then deposits,
 * the bot nearest to its liquidation before the others; what has waited three times lets others go. Each step is durable before the next
 * (intent, payload, outcome), so that a process that dies anywhere goes on from the log, and only ever sends the identical payload again, young
 * enough and after the venue has said that it is not there. One given up in doubt can arrive only while its nonce is unused: the next payload
 * takes that nonce, or shows that it is used, and then what became of the old one is settled first.
 */
export class TransferLane {
  private readonly waiting = new Map<Id, ProtectedBot>();
  private attempts = new Map<Id, Attempt>();
  private running = false;
  private stopped = false;
  private wake: () => void = () => undefined;

  constructor(private readonly parts: LaneParts) {}

  /** The bot has a transfer without an outcome, or one in doubt; harmless when repeated. */
  add(bot: ProtectedBot): void {
    if (this.stopped) return;
    this.waiting.set(bot.botId, bot);
    this.wake();
    if (this.running) return;
    this.running = true;
    void this.run();
  }

  /** Had this transfer, which is in doubt, moved nothing at this time? By its nonce, as the venue told it last; what is not known is denied. */
  hadNotMoved({ transferId, payload }: PendingTransfer, time: Ms): boolean {
    const unusedAt = this.attempts.get(transferId)?.unusedAt;
    return unusedAt !== undefined && payload !== undefined && (time <= unusedAt || unusedAt - payload.preparedAt > UNLIKELY_MS);
  }

  stop(): void {
    this.stopped = true;
    this.wake();
  }

  private async run(): Promise<void> {
    try {
      for (let next = this.next(); next && !this.stopped; next = this.next()) {
        const early = next.attempt.notBefore - this.parts.clock.now();
        if (early > 0) await Promise.race([this.parts.paced.pause(early), new Promise<void>((resolve) => (this.wake = resolve))]);
        else await this.carry(next);
      }
    } finally {
      this.running = false;
      this.waiting.clear();
    }
  }

  private next(): Open | undefined {
    const now = this.parts.clock.now();
    const open = [...this.waiting.values()].flatMap((bot) => this.openOf(bot, now));
    this.attempts = new Map(open.map(({ transfer, attempt }) => [transfer.transferId, attempt]));
    for (const botId of this.waiting.keys()) if (!open.some(({ bot }) => bot.botId === botId)) this.waiting.delete(botId);
    return firstOf(open, now);
  }

  private openOf(bot: ProtectedBot, now: Ms): readonly Open[] {
    const { transfer, doubtful = [] } = this.stateOf(bot) ?? {};
    const doubts = doubtful.map((each) => ({ bot, transfer: each, isDoubt: true, attempt: this.attempts.get(each.transferId) ?? { mayHaveLeft: true, accepted: false, waits: 0, notBefore: now + DOUBT_MS } }));
    const pending = transfer && { bot, transfer, isDoubt: false, attempt: this.attempts.get(transfer.transferId) ?? { mayHaveLeft: transfer.payload !== undefined, accepted: false, waits: 0, notBefore: now } };
    return pending ? [pending, ...doubts] : doubts;
  }

  /** Step by step, until there is something to wait for. */
  private async carry({ bot, transfer: { transferId }, isDoubt, attempt }: Open): Promise<void> {
    for (let step: Step = 'again'; step === 'again' && !this.stopped;) {
      const transfer = this.transferOf(bot, transferId);
      if (!transfer) return;
      step = await this.tryStep(bot, transfer, isDoubt, attempt);
      if (step !== 'again' && this.transferOf(bot, transferId)) putOff(attempt, this.parts.clock.now(), isDoubt ? Math.min(DOUBT_MAX_MS, DOUBT_MS * (attempt.waits + 1)) : 0);
    }
  }

  private async tryStep(bot: ProtectedBot, transfer: PendingTransfer, isDoubt: boolean, attempt: Attempt): Promise<Step> {
    try {
      return await (isDoubt ? this.lookUp(bot, transfer) : this.step(bot, transfer, attempt));
    } catch (error) {
      if (error instanceof InvariantError || !(error instanceof Error)) throw error;
      return this.fault(bot, 'transfer', error);
    }
  }

  private step(bot: ProtectedBot, transfer: PendingTransfer, attempt: Attempt): Promise<Step> {
    const request = this.requestOf(bot, transfer);
    const payload = this.payloadOf(bot, transfer);
    const nothingLeft = !attempt.mayHaveLeft && !attempt.accepted;
    const outdated = nothingLeft ? this.outdatedBy(bot, transfer) : undefined;
    if (outdated !== undefined) return this.parts.paced.work(() => this.refuse(bot, transfer.transferId, `${outdated}, and nothing had left: it is judged anew`));
    if (!payload) return this.prepare(bot, transfer.transferId, request, attempt);
    return nothingLeft ? this.send(bot, payload, attempt) : this.find(bot, transfer, payload, attempt);
  }

  /** Why this is not what would be decided now; undefined where nothing says so. */
  private outdatedBy(bot: ProtectedBot, transfer: PendingTransfer): string | undefined {
    if (transfer.overtaken) return 'an earlier transfer that was in doubt has arrived';
    return this.isLate(bot, transfer) ? `it waited more than ${WAITS_MAX_MS[transfer.reason]} ms` : this.parts.faultOf(bot, transfer);
  }

  private isLate(bot: ProtectedBot, { reason }: PendingTransfer): boolean {
    return this.parts.clock.now() - (this.stateOf(bot)?.actedAt ?? 0) > WAITS_MAX_MS[reason];
  }

  /** Nothing of it has left. */
  private refuse(bot: ProtectedBot, transferId: Id, reason: string): Promise<Step> {
    return this.settle(bot, { type: 'SettleTransfer', transferId, outcome: { state: 'REFUSED', kind: 'late', reason, frozen: false } });
  }

  /** A nonce beyond that of a transfer in doubt shows that its fate is decided: that is settled first. */
  private async prepare(bot: ProtectedBot, transferId: Id, request: CollateralRequest, attempt: Attempt): Promise<Step> {
    const result = await this.parts.paced.turn(() => this.parts.port.prepare(request), async (prepared): Promise<Step | readonly PendingTransfer[]> => {
      if (prepared instanceof Error) return isDefinite(prepared) ? this.refused(bot, transferId, prepared) : this.fault(bot, 'prepareTransfer', prepared);
      const { nonce, digest, preparedAt } = prepared;
      const decided = this.stateOf(bot)?.doubtful?.filter(({ payload }) => payload && payload.nonce < nonce) ?? [];
      if (decided.length > 0) return decided;
      // The same payload may have left as that of a transfer that was given up.
      attempt.mayHaveLeft = this.stateOf(bot)?.doubtful?.some(({ payload }) => payload?.digest === digest) ?? false;
      await this.execute(bot, { type: 'PrepareTransfer', transferId, payload: { nonce, digest, preparedAt, wallet: walletIn(request, bot) } });
      return 'again';
    });
    return typeof result === 'string' ? result : this.clearUp(bot, result);
  }

  /** Where one of them has arrived after all, the transfer that is to come is overtaken. */
  private async clearUp(bot: ProtectedBot, doubtful: readonly PendingTransfer[]): Promise<Step> {
    for (const transfer of doubtful) if ((await this.lookUp(bot, transfer)) === 'wait') return 'wait';
    return 'again';
  }

  /** What became of a transfer that was given up. */
  private async lookUp(bot: ProtectedBot, transfer: PendingTransfer): Promise<Step> {
    const payload = this.payloadOf(bot, transfer);
    if (!payload) return 'wait';
    const askedAt = this.parts.clock.now();
    return this.parts.paced.turn(() => this.parts.port.find(payload), (outcome) => {
      if (outcome instanceof Error) return Promise.resolve(this.fault(bot, 'findTransfer', outcome));
      const attempt = this.attempts.get(transfer.transferId);
      if (attempt) attempt.unusedAt = outcome.state === 'NOT_YET' && outcome.unused ? askedAt : undefined;
      return this.found(bot, transfer.transferId, outcome);
    });
  }

  private found(bot: ProtectedBot, transferId: Id, outcome: CollateralOutcome): Promise<Step> {
    return outcome.state === 'NOT_YET' ? Promise.resolve('wait') : this.settle(bot, { type: 'SettleTransfer', transferId, outcome });
  }

  private send(bot: ProtectedBot, payload: CollateralTransfer, attempt: Attempt): Promise<Step> {
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

  /** What became of it; where it is not there and still could be, the identical payload is sent again, unless it is too old or the venue will not have it. */
  private async find(bot: ProtectedBot, transfer: PendingTransfer, payload: CollateralTransfer, attempt: Attempt): Promise<Step> {
    const { transferId } = payload;
    const found = await this.parts.paced.turn(() => this.parts.port.find(payload), (outcome): Promise<Step | 'resend'> => {
      if (outcome instanceof Error) return Promise.resolve(this.fault(bot, 'findTransfer', outcome));
      if (outcome.state !== 'NOT_YET' || attempt.accepted) return this.found(bot, transferId, outcome);
      if (attempt.refusal) return this.giveUp(bot, transferId, `in doubt, and refused when it was sent again: ${attempt.refusal.message}`, saysFrozen(attempt.refusal));
      return this.isLate(bot, transfer) ? this.giveUp(bot, transferId, `in doubt for more than ${WAITS_MAX_MS[transfer.reason]} ms: it is not sent again`, false) : Promise.resolve('resend');
    });
    return found === 'resend' ? this.resend(bot, payload, attempt) : found;
  }

  private giveUp(bot: ProtectedBot, transferId: Id, reason: string, frozen: boolean): Promise<Step> {
    return this.settle(bot, { type: 'SettleTransfer', transferId, outcome: { state: 'GIVEN_UP', reason: reason.slice(0, 2_000), frozen } });
  }

  /** A refusal of this attempt says nothing about an earlier one: the venue's records do. */
  private resend(bot: ProtectedBot, payload: CollateralTransfer, attempt: Attempt): Promise<Step> {
    return this.parts.paced.turn(() => this.parts.port.send(payload), (sent): Promise<Step> => {
      attempt.accepted = !(sent instanceof Error);
      if (sent instanceof Error && isDefinite(sent)) attempt.refusal = sent;
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
    const what = command.type === 'SettleTransfer' && command.outcome.state !== 'GIVEN_UP' && this.isDoubtful({ botId, accountId, portfolioId }, command.transferId) ? 'in doubt' : command.type;
    const cause = { causationId: contentId('protection-transfer', what, command.transferId), correlationId: botId, lane: accountId };
    await this.parts.streams.execute(protectionDecider, { partition: partitionOf(portfolioId), id: botId }, command, cause);
  }

  private isDoubtful(bot: ProtectedBot, transferId: Id): boolean {
    return this.stateOf(bot)?.doubtful?.some((each) => each.transferId === transferId) ?? false;
  }

  /** @throws Error where the bot's portfolio has no wallet */
  private requestOf(bot: ProtectedBot, { transferId, direction, amount, payload }: PendingTransfer): CollateralRequest {
    const ends = this.parts.endsOf(bot, payload?.wallet);
    if (!ends) throw new Error(`portfolio ${bot.portfolioId}: found no wallet, allowed is one that its transfers leave and reach (COLLATERAL_WALLETS)`);
    const [from, to] = direction === 'DEPOSIT' ? [ends.wallet, ends.account] : [ends.account, ends.wallet];
    return { transferId, from, to, amount };
  }

  private payloadOf(bot: ProtectedBot, transfer: PendingTransfer): CollateralTransfer | undefined {
    if (!transfer.payload) return undefined;
    const { nonce, digest, preparedAt } = transfer.payload;
    return { ...this.requestOf(bot, transfer), fee: transfer.fee, nonce, digest, preparedAt };
  }

  private transferOf(bot: ProtectedBot, transferId: Id): PendingTransfer | undefined {
    const { transfer, doubtful = [] } = this.stateOf(bot) ?? {};
    return [transfer, ...doubtful].find((each) => each?.transferId === transferId);
  }

  private stateOf({ botId, portfolioId }: ProtectedBot): Protection | undefined {
    return this.parts.streams.held(protectionDecider, { partition: partitionOf(portfolioId), id: botId })?.state;
  }
}

const walletIn = ({ from, to }: CollateralRequest, { accountId }: ProtectedBot): Id => (from.accountId === accountId ? to : from).accountId;

/** The venue has refused this request, in words that we know or not: its limits on calls, its line and its silence refuse nothing. */
const isDefinite = (error: Error): error is VenueError => error instanceof VenueError && error.outcome === 'notPlaced' && error.kind !== 'rate' && error.kind !== 'unreachable';
