import { type DecisionRecord, type EventStore, readTrusted } from '@ballast/bus';
import { Decimal, type Id, type Ms, type Partition, type Price, ZERO_MONEY } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';

type Of<Type extends BallastEvent['type']> = Extract<BallastEvent, { type: Type }>;
type Seen = NonNullable<Of<'ProtectionTransferIntended'>['saw']>;

/** One transfer of protection: what was seen when it was decided, and what came of it. */
export interface Act {
  readonly what: 'DEPOSIT' | 'WITHDRAWAL';
  readonly at: Ms;
  readonly amount: Decimal;
  readonly fee: Decimal;
  /** What protection holds after it. */
  readonly deposited: Decimal;
  /** Absent where it was released without a look at the market. */
  readonly saw?: Seen;
}

/** What happened to the swing bot of a demonstration, folded from the log as it grows. */
export class SwingStory {
  readonly acts: Act[] = [];
  /** Sentences that are told as they happen, in their order. */
  readonly told: { readonly at: Ms; readonly text: string }[] = [];
  balanced: Of<'TradeBalanced'> | undefined;
  plan: Of<'SignalRaised'> | undefined;
  closed: Of<'TradeClosed'> | undefined;
  liquidated: Of<'PositionLiquidated'> | undefined;
  exit: Of<'ExitStarted'> | undefined;
  /** Why nothing was traded, in words; absent where it was. */
  refusal: string | undefined;
  /** Has collateral seen what the account is worth? Nothing is sized before. */
  observed = false;
  funding = new Decimal(0);
  position = new Decimal(0);
  private readonly intents = new Map<Id, Of<'ProtectionTransferIntended'>>();
  private read = 0;

  constructor(
    private readonly store: EventStore,
    private readonly partition: Partition,
  ) {}

  /** Up to where the log was read. */
  get sequence(): number {
    return this.read;
  }

  /** What protection holds now. */
  get deposited(): Decimal {
    return this.acts.at(-1)?.deposited ?? ZERO_MONEY;
  }

  get isOver(): boolean {
    return this.closed !== undefined && this.position.isZero() && this.deposited.isZero();
  }

  /** Deposits were made, and all of them are back. */
  get allBack(): boolean {
    return this.acts.length > 0 && this.deposited.isZero();
  }

  /** Takes in what was decided since the last call. */
  async follow(): Promise<void> {
    const to = await this.store.lastSequence(this.partition);
    if (to <= this.read) return;
    await this.store.read(this.partition, { filters: [], from: this.read + 1, to }, (message) => {
      this.read = message.sequence;
      this.take(readTrusted(message));
    });
  }

  private take({ events }: DecisionRecord): void {
    for (const event of events) {
      this.see(event);
      this.seeProtection(event);
    }
  }

  private see(event: BallastEvent): void {
    switch (event.type) {
      case 'SignalRaised':
        this.plan ??= event;
        return;
      case 'EquityObserved':
        this.observed = true;
        return;
      case 'TradeDenied':
        this.refusal = `risk denied it: ${event.bindingRule}`;
        return;
      case 'TradePlanInfeasible':
        this.refusal = `sizing found no plan: ${event.reason}`;
        return;
      case 'SignalWithdrawn':
        this.refusal = `the signal was withdrawn: ${event.reason}`;
        return;
      case 'TradeBalanced':
        this.balanced = event;
        return;
      case 'ExitStarted':
        this.exit ??= event;
        return;
      case 'TradeClosed':
        this.closed = event;
        return;
      case 'FundingSettled':
        this.funding = this.funding.plus(event.amount);
        return;
      case 'PositionOpened':
      case 'PositionIncreased':
      case 'PositionReduced':
      case 'PositionClosed':
        this.position = event.position;
        return;
      case 'PositionLiquidated':
        this.liquidated = event;
        this.position = event.position;
        this.tell(event.venueTime, `LIQUIDATED: ${event.quantity.toString()} at ${cents(event.price)}`);
    }
  }

  private seeProtection(event: BallastEvent): void {
    switch (event.type) {
      case 'ProtectionTransferIntended':
        this.intents.set(event.transferId, event);
        return;
      case 'ProtectionDeposited':
      case 'ProtectionWithdrawn':
        this.act(event);
        return;
      case 'ProtectionExhausted':
        this.tell(event.at, `protection is exhausted (${event.cause}): ${cents(event.deposited)} of at most ${cents(event.cap)} is deposited, ${cents(event.freeFunds)} is free`);
        return;
      case 'ProtectionStale':
        this.tell(event.at, `protection does nothing: ${event.what === 'PRICE' ? 'the price' : 'the account'} is too old`);
        return;
      case 'ProtectionTransferRefused':
        this.tell(event.at, `a transfer was refused: ${event.kind}`);
    }
  }

  private act({ transferId, amount, fee, deposited }: Of<'ProtectionDeposited'> | Of<'ProtectionWithdrawn'>): void {
    const intent = this.intents.get(transferId);
    if (!intent) return;
    const { direction, at, saw } = intent;
    this.acts.push({ what: direction, at, amount, fee, deposited, ...(saw ? { saw } : {}) });
    const seen = saw ? ` at ${cents(saw.price)}: distance to liquidation ${percent(saw.distance)} → ${percent(saw.distanceAfter)}` : '';
    this.tell(at, `${direction === 'DEPOSIT' ? 'deposited' : 'took back'} ${cents(amount)}${seen}`);
  }

  private tell(at: Ms, text: string): void {
    this.told.push({ at, text });
  }
}

const CENTS = 2;
export const cents = (amount: Decimal | Price): string => amount.toFixed(CENTS);
export const percent = (part: Decimal | undefined): string => (part === undefined ? 'none' : `${part.times(100).toFixed(CENTS)} %`);
