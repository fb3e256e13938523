import { causedBy, Command, type CommandContext, Query, type Recorded, Subscribe } from '@ballast/bus';
import { contentId, credentialOf } from '@ballast/domain';
import { AccountFunded, BotCreated, TradeClosed } from '@ballast/events';
import { Controller, Inject } from '@nestjs/common';
import { Treasuries, TreasuryRefusal } from './treasuries.js';
import { OfTreasury, WithdrawFromTreasury } from './treasury.requests.js';
import { balancesOf, setAsideOf } from './treasury.types.js';

/** Whose credential may say where money went. */
const APPROVER = 'approver';

/** What moves a portfolio's treasury, and what a person asks of it. */
@Controller()
export class TreasuryController {
  constructor(@Inject(Treasuries) private readonly treasuries: Treasuries) {}

  @Subscribe(BotCreated)
  onBotCreated(recorded: Recorded<BotCreated>): Promise<void> {
    return this.treasuries.settle(recorded.event.portfolioId, causedBy(recorded));
  }

  @Subscribe(AccountFunded)
  onAccountFunded(recorded: Recorded<AccountFunded>): Promise<void> {
    return this.treasuries.settleAccount(recorded.event.accountId, causedBy(recorded));
  }

  @Subscribe(TradeClosed)
  onTradeClosed(recorded: Recorded<TradeClosed>): Promise<void> {
    return this.treasuries.settle(recorded.event.portfolioId, causedBy(recorded));
  }

  /** An approver's word that money which left was of this fund. */
  @Command('withdraw-treasury', WithdrawFromTreasury)
  async withdraw({ portfolioId, fund, amount, reason }: WithdrawFromTreasury, { key, by }: CommandContext): Promise<object> {
    if (credentialOf(by) !== APPROVER) throw new TreasuryRefusal(`withdraw-treasury: found the credential of ${by}, allowed is that of ${APPROVER}`);
    const cause = { causationId: contentId('command', key), correlationId: portfolioId, lane: portfolioId };
    const { funds, chestCounts, unassigned } = await this.treasuries.withdraw({ type: 'Withdraw', portfolioId, withdrawalId: contentId('withdrawal', key), fund, amount, reason, by }, cause);
    return { portfolioId, fund, amount, balances: balancesOf(funds, chestCounts), unassigned };
  }

  /** Funds as this process holds them; a fault says why nothing is split. */
  @Query('treasury', OfTreasury)
  async treasury({ portfolioId }: OfTreasury): Promise<object> {
    const state = await this.treasuries.stateOf(portfolioId);
    const { opened, funds, chestCounts, highWaterMark, nextBoundaryAt, unassigned, booked } = state;
    const setAside = Object.fromEntries(booked.map(({ accountId }) => [accountId, setAsideOf(state, accountId)]));
    return { portfolioId, opened, fault: this.treasuries.faultOf(portfolioId), ...(opened ? { balances: balancesOf(funds, chestCounts), highWaterMark, nextBoundaryAt, unassigned, setAside } : {}) };
  }
}
