import { addMoney, type Id, type Money, type Ms, type Price, type Quantity, type SignedQuantity, ZERO_MONEY, ZERO_NOTIONAL, ZERO_QUANTITY } from '@ballast/domain';
import type { Recorded } from '@ballast/bus';
import { type BotCreated, type ContractTerms, type EquityObserved, type FundingSettled, POSITION_CHANGES, type PositionChange, type ProtectionDeposited, type ProtectionReleased, type ProtectionSeen, type ProtectionTransferIntended, type ProtectionWithdrawn } from '@ballast/events';
import type { EpisodeEnd, ModelledVenue, PositionFact, ProtectionMove } from '@ballast/protection';

interface OpenPosition {
  readonly position: SignedQuantity;
  readonly entryPrice?: Price;
  /** When it was opened on this side; absent where the log does not tell. */
  readonly openedAt?: Ms;
}

/** From a first deposit until everything was back; counts and money as recorded. */
export interface RecordedEpisode {
  readonly from: Ms;
  /** Absent while something is deposited. */
  until: Ms | undefined;
  end: EpisodeEnd;
  deposits: number;
  withdrawals: number;
  fees: Money;
  /** Deposited, and gone with a liquidation. */
  lost: Money;
}

/** One protected position, from the reading that its first deposit was decided on until it was flat and everything was back. */
export interface ProtectedLife {
  readonly botId: Id;
  readonly accountId: Id;
  readonly portfolioId: Id;
  readonly instrument: string;
  readonly start: OpenPosition;
  readonly facts: PositionFact[];
  readonly moves: ProtectionMove[];
  readonly episodes: RecordedEpisode[];
  /** Absent while it is open. */
  flatAt?: Ms;
  /** Newest time that the log tells of it. */
  seenUntil: Ms;
}

/** A bot as far as protection's use goes. */
export interface ProtectableBot extends Pick<BotCreated, 'botId' | 'portfolioId' | 'accountId' | 'strategy'> {
  readonly enabled: boolean;
  /** Of its episodes is told, of its use no more. */
  readonly deleted: boolean;
}

const EPISODE_READS = ['ProtectionTransferIntended', 'ProtectionReductionRequested', 'ProtectionDeposited', 'ProtectionWithdrawn', 'ProtectionReleased'];

/** What the log holds of protected positions (R90): prices that decisions saw and that equity was observed with, fills, funding, and what protection moved. */
export class ProtectionFold {
  readonly reads = ['BotCreated', 'BotDeleted', 'TradePlanned', 'ProtectionConfigured', 'EquityObserved', 'FundingSettled', ...EPISODE_READS, ...POSITION_CHANGES];
  readonly bots = new Map<Id, ProtectableBot>();
  readonly terms = new Map<string, ContractTerms>();
  /** Gross notional of each account as last observed. */
  readonly gross = new Map<Id, EquityObserved['grossNotional']>();
  private readonly positions = new Map<Id, Map<string, OpenPosition>>();
  private readonly open = new Map<Id, ProtectedLife>();
  private readonly over: ProtectedLife[] = [];

  /** @param venue whose price counts: the mark on Hyperliquid, else the oracle's (W-7). */
  constructor(private readonly venue: ModelledVenue) {}

  /** Protected positions with a deposit, those that are over first, in the order of their beginning. */
  lives(): readonly ProtectedLife[] {
    return [...this.over, ...this.open.values()].filter(({ episodes }) => episodes.length > 0);
  }

  apply({ event }: Recorded): void {
    switch (event.type) {
      case 'BotCreated': {
        const { botId, portfolioId, accountId, strategy } = event;
        this.bots.set(botId, { botId, portfolioId, accountId, strategy, enabled: false, deleted: false });
        return;
      }
      case 'BotDeleted': return this.changed(event.botId, { deleted: true });
      case 'ProtectionConfigured': return this.changed(event.botId, { enabled: event.settings.enabled });
      case 'TradePlanned': return event.legs.forEach(({ instrument, terms }) => this.terms.set(instrument, terms));
      case 'EquityObserved': return this.observed(event);
      case 'FundingSettled': return this.funded(event);
      case 'ProtectionTransferIntended': return this.intended(event);
      case 'ProtectionReductionRequested': return this.saw(this.open.get(event.accountId), event.saw);
      case 'ProtectionDeposited': return this.deposited(event);
      case 'ProtectionWithdrawn': return this.withdrawn(event);
      case 'ProtectionReleased': return this.released(event);
      case 'PositionOpened':
      case 'PositionIncreased':
      case 'PositionReduced':
      case 'PositionClosed':
      case 'PositionFlipped':
      case 'PositionLiquidated': return this.moved(event);
    }
  }

  private changed(botId: Id, to: Partial<ProtectableBot>): void {
    const bot = this.bots.get(botId);
    if (bot) this.bots.set(botId, { ...bot, ...to });
  }

  private observed({ accountId, marks, positions, grossNotional, venueTime }: EquityObserved): void {
    this.gross.set(accountId, grossNotional);
    const life = this.open.get(accountId);
    const mark = marks.find(({ instrument }) => instrument === life?.instrument);
    const position = positions.find(({ instrument }) => instrument === life?.instrument);
    if (!life || !mark || !position) return;
    const { quantity, liquidationPrice } = position;
    add(life, { type: 'sight', time: venueTime, stateTime: venueTime, price: this.venue === 'hyperliquid' ? mark.markPrice : mark.oraclePrice, position: quantity, ...(liquidationPrice ? { liquidationPrice } : {}) });
  }

  private funded({ accountId, instrument, amount, venueTime }: FundingSettled): void {
    const life = this.open.get(accountId);
    if (life?.instrument === instrument) add(life, { type: 'funding', time: venueTime, amount });
  }

  private intended({ botId, accountId, portfolioId, direction, saw }: ProtectionTransferIntended): void {
    const known = this.open.get(accountId);
    if (known && saw && known.instrument !== saw.instrument && known.episodes.every(({ until }) => until !== undefined)) this.finish(known);
    if (!this.open.has(accountId) && direction === 'DEPOSIT' && saw) {
      const { instrument, side, quantity } = saw;
      const known = this.positions.get(accountId)?.get(instrument);
      this.open.set(accountId, { botId, accountId, portfolioId, instrument, start: { ...known, position: signed(side, quantity) }, facts: [], moves: [], episodes: [], seenUntil: 0 });
    }
    this.saw(this.open.get(accountId), saw);
  }

  private saw(life: ProtectedLife | undefined, saw: ProtectionSeen | undefined): void {
    if (!life || !saw || saw.instrument !== life.instrument) return;
    const { price, priceTime, stateTime, side, quantity, liquidationPrice } = saw;
    add(life, { type: 'sight', time: priceTime, stateTime, price, position: signed(side, quantity), ...(liquidationPrice ? { liquidationPrice } : {}) });
  }

  private deposited({ accountId, amount, fee, venueTime }: ProtectionDeposited): void {
    const life = this.open.get(accountId);
    if (!life) return;
    const last = life.episodes.at(-1);
    const episode = last && last.until === undefined ? last : opened(life, venueTime);
    episode.deposits += 1;
    episode.fees = addMoney(episode.fees, fee);
    shift(life, venueTime, amount);
  }

  private withdrawn({ accountId, amount, fee, venueTime, deposited }: ProtectionWithdrawn): void {
    const life = this.open.get(accountId);
    const episode = life?.episodes.at(-1);
    if (!life || !episode) return;
    episode.withdrawals += 1;
    episode.fees = addMoney(episode.fees, fee);
    shift(life, venueTime, amount.plus(fee).neg() as Money);
    if (deposited.isZero() && this.isOpen(accountId)) ended(episode, 'BACK', venueTime);
  }

  private released({ accountId, lost, at }: ProtectionReleased): void {
    const life = this.open.get(accountId);
    if (!life) return;
    const episode = life.episodes.at(-1);
    if (episode) {
      ended(episode, 'CLOSED', at);
      episode.lost = lost;
    }
    if (!lost.isZero()) shift(life, at, lost.neg() as Money);
    life.seenUntil = Math.max(life.seenUntil, at);
    if (!this.isOpen(accountId)) this.finish(life);
  }

  private moved(event: PositionChange): void {
    const { type, accountId, instrument, price, fee, position, venueTime } = event;
    const kept = this.keep(event);
    const life = this.open.get(accountId);
    if (life?.instrument !== instrument) return;
    add(life, { type: 'move', time: venueTime, price, fee, position, ...(kept && !position.isZero() ? { entryPrice: kept } : {}) });
    const episode = life.episodes.at(-1);
    if (type === 'PositionLiquidated' && episode && episode.until === undefined) episode.end = 'LIQUIDATED';
    if (position.isZero()) life.flatAt ??= venueTime;
    else delete life.flatAt;
    if (position.isZero() && episode && episode.until !== undefined) this.finish(life);
  }

  /** Its entry price: what the event tells, or what is known. */
  private keep({ type, accountId, instrument, position, venueTime, ...rest }: PositionChange): Price | undefined {
    const positions = this.positions.get(accountId) ?? new Map<string, OpenPosition>();
    const before = positions.get(instrument);
    const entryPrice = ('entryPrice' in rest ? rest.entryPrice : undefined) ?? before?.entryPrice;
    const openedAt = type === 'PositionOpened' || type === 'PositionFlipped' ? venueTime : before?.openedAt;
    if (position.isZero()) positions.delete(instrument);
    else positions.set(instrument, { position, ...(entryPrice ? { entryPrice } : {}), ...(openedAt === undefined ? {} : { openedAt }) });
    this.positions.set(accountId, positions);
    return entryPrice;
  }

  private isOpen(accountId: Id): boolean {
    return (this.positions.get(accountId)?.size ?? 0) > 0;
  }

  private finish(life: ProtectedLife): void {
    this.open.delete(life.accountId);
    this.over.push(life);
  }
}

const signed = (side: 'LONG' | 'SHORT', quantity: Quantity): SignedQuantity => (side === 'LONG' ? quantity : ZERO_QUANTITY.minus(quantity)) as unknown as SignedQuantity;

function add(life: ProtectedLife, fact: PositionFact): void {
  life.facts.push(fact);
  life.seenUntil = Math.max(life.seenUntil, fact.time);
}

function shift(life: ProtectedLife, time: Ms, change: Money): void {
  life.moves.push({ time, change });
  life.seenUntil = Math.max(life.seenUntil, time);
}

/** A position that the venue has taken something of stays so. */
function ended(episode: RecordedEpisode, end: EpisodeEnd, until: Ms): void {
  if (episode.until !== undefined) return;
  episode.until = until;
  if (episode.end === 'OPEN') episode.end = end;
}

function opened(life: ProtectedLife, from: Ms): RecordedEpisode {
  const episode: RecordedEpisode = { from, until: undefined, end: 'OPEN', deposits: 0, withdrawals: 0, fees: ZERO_MONEY, lost: ZERO_MONEY };
  life.episodes.push(episode);
  return episode;
}

/** Gross notional of some accounts together. */
export const grossOf = (fold: ProtectionFold, bots: readonly ProtectableBot[]): EquityObserved['grossNotional'] => bots.reduce((sum, { accountId }) => sum.plus(fold.gross.get(accountId) ?? ZERO_NOTIONAL) as typeof sum, ZERO_NOTIONAL);
