import { type Clock, type Id, type Money, type Ms, ZERO_MONEY } from '@ballast/domain';
import { type VenueAccount, type VenueAdapter, venueAt } from '@ballast/venues';
import { FreeFunds } from './free-funds.js';
import type { Paced } from './paced.js';
import type { ProtectedBot } from './protected-bot.js';

export interface WalletParts {
  readonly venue: VenueAdapter;
  readonly walletOf: (portfolioId: Id) => VenueAccount | undefined;
  readonly clock: Clock;
  readonly paced: Paced;
  /** These bots have waited for the answer. */
  readonly onAnswer: (bots: readonly ProtectedBot[], answer: Money | Error) => Promise<void>;
}

/** In danger, the wallet's balance is no older than this; where it does not answer, the last one is used up to the second age. */
const AGE_MS: Ms = 10_000;
const AGE_MAX_MS: Ms = 20_000;
/** A wallet that did not answer is asked again after this. */
const RETRY_MS: Ms = 1_000;
/** So long a bot waits for an answer where the last one is young enough. */
const PATIENCE_MS: Ms = 5_000;
/** Deposits are as urgent as this (C-64). */
const PRIORITY = 2;

/** What the wallets can give, as they last said: nobody in danger waits long for one that is silent, and nobody reckons with what it said long ago. */
export class WalletWatch {
  readonly funds = new FreeFunds();
  /** Calls to the venue since the start. */
  calls = 0;
  private readonly asking = new Set<Id>();
  /** Since when an answer is wanted and not there. */
  private readonly silentSince = new Map<Id, Ms>();
  private readonly heardAt = new Map<Id, Ms>();
  private readonly notBefore = new Map<Id, Ms>();
  private readonly waiting = new Map<Id, ProtectedBot>();

  constructor(private readonly parts: WalletParts) {}

  /** True where the bot is to wait for its wallet's answer: it is told then. */
  holdsUp(bot: ProtectedBot): boolean {
    const { portfolioId } = bot;
    const now = this.parts.clock.now();
    const heardAt = this.heardAt.get(portfolioId);
    const isYoung = heardAt !== undefined && now - heardAt <= AGE_MAX_MS;
    if (heardAt !== undefined && now - heardAt < AGE_MS) return false;
    if (!this.ask(portfolioId, now) || (isYoung && !this.asking.has(portfolioId))) return false;
    if (now - (this.silentSince.get(portfolioId) ?? now) >= (isYoung ? PATIENCE_MS : AGE_MAX_MS)) return false;
    this.waiting.set(bot.botId, bot);
    return true;
  }

  /** What a deposit may take now, beside its bot's own transfers in doubt; 0 where the wallet has said nothing for 20 s. */
  free(portfolioId: Id, own: readonly Id[]): Money {
    const heardAt = this.heardAt.get(portfolioId);
    const isKnown = heardAt !== undefined && this.parts.clock.now() - heardAt <= AGE_MAX_MS;
    return (isKnown ? this.funds.available(portfolioId, own) : undefined) ?? ZERO_MONEY;
  }

  /** False where there is nothing to ask. */
  private ask(portfolioId: Id, now: Ms): boolean {
    const [wallet, port] = [this.parts.walletOf(portfolioId), venueAt(this.parts.venue, PRIORITY).collateral];
    if (!wallet || !port) return false;
    if (this.asking.has(portfolioId) || (this.notBefore.get(portfolioId) ?? 0) > now) return true;
    this.asking.add(portfolioId);
    if (!this.silentSince.has(portfolioId)) this.silentSince.set(portfolioId, now);
    this.calls += 1;
    const turn = this.funds.begin();
    void this.parts.paced.turn(() => port.freeFunds(wallet), (answer) => this.answered(portfolioId, answer, turn));
    return true;
  }

  /** Whoever waits is not to wait for the next look at it too. */
  private askAgain(portfolioId: Id): void {
    if ([...this.waiting.values()].some((bot) => bot.portfolioId === portfolioId)) this.ask(portfolioId, this.parts.clock.now());
  }

  private answered(portfolioId: Id, answer: Money | Error, turn: number): Promise<void> {
    const now = this.parts.clock.now();
    this.asking.delete(portfolioId);
    if (answer instanceof Error) {
      this.notBefore.set(portfolioId, now + RETRY_MS);
      this.parts.clock.at(now + RETRY_MS, () => this.askAgain(portfolioId));
    } else {
      this.funds.read(portfolioId, answer, turn);
      this.heardAt.set(portfolioId, now);
      this.silentSince.delete(portfolioId);
    }
    const bots = [...this.waiting.values()].filter((bot) => bot.portfolioId === portfolioId);
    for (const { botId } of bots) this.waiting.delete(botId);
    return this.parts.onAnswer(bots, answer);
  }
}
