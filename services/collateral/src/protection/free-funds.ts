import { addMoney, type Id, maxOf, type Money, subMoney, ZERO_MONEY } from '@ballast/domain';

interface Claim {
  readonly amount: Money;
  /** Turn at which it had left the wallet; absent: it has not, as far as anybody knows. */
  readonly goneIn?: number;
}

/**
 * What each portfolio's wallet can still give. A dollar that a transfer has been decided on is nobody else's until the transfer was
 * refused, or the wallet was read after the money had left.
 */
export class FreeFunds {
  private readonly reads = new Map<Id, { readonly amount: Money; readonly turn: number }>();
  private readonly claims = new Map<Id, Map<Id, Claim>>();
  private turns = 0;

  /** Say it before the wallet is asked; hand the result over with what it answered. */
  begin(): number {
    this.turns += 1;
    return this.turns;
  }

  /** What the wallet could give when it was asked in this turn. */
  read(portfolioId: Id, amount: Money, turn: number): void {
    if ((this.reads.get(portfolioId)?.turn ?? 0) > turn) return;
    this.reads.set(portfolioId, { amount, turn });
    const claims = this.claims.get(portfolioId);
    for (const [transferId, { goneIn }] of claims ?? []) if (goneIn !== undefined && goneIn <= turn) claims?.delete(transferId);
  }

  claim(portfolioId: Id, transferId: Id, amount: Money): void {
    this.claimsOf(portfolioId).set(transferId, { amount });
  }

  /** Nothing has left. */
  release(portfolioId: Id, transferId: Id): void {
    this.claims.get(portfolioId)?.delete(transferId);
  }

  /** It has left: the next reading of the wallet shows it. */
  spend(portfolioId: Id, transferId: Id): void {
    const claim = this.claims.get(portfolioId)?.get(transferId);
    if (claim) this.claimsOf(portfolioId).set(transferId, { ...claim, goneIn: this.turns + 1 });
  }

  /** Undefined before the wallet was ever read. `own`: transfers in doubt of whoever asks, as of theirs and the next only one can be. */
  available(portfolioId: Id, own: readonly Id[] = []): Money | undefined {
    const read = this.reads.get(portfolioId);
    if (!read) return undefined;
    const claimed = [...(this.claims.get(portfolioId) ?? [])].reduce((sum, [transferId, { amount }]) => (own.includes(transferId) ? sum : addMoney(sum, amount)), ZERO_MONEY);
    return maxOf(subMoney(read.amount, claimed), ZERO_MONEY);
  }

  private claimsOf(portfolioId: Id): Map<Id, Claim> {
    const known = this.claims.get(portfolioId) ?? new Map<Id, Claim>();
    this.claims.set(portfolioId, known);
    return known;
  }
}
