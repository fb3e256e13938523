import { Query, type Recorded, Subscribe } from '@ballast/bus';
import { BotCreated, TradingStateChanged } from '@ballast/events';
import { Controller, Inject } from '@nestjs/common';
import { CollateralService } from './collateral.service.js';

export class AccountsQuery {}

@Controller()
export class CollateralController {
  constructor(@Inject(CollateralService) private readonly service: CollateralService) {}

  /** A new bot's account is observed at once: nothing is sized before its collateral is known. */
  @Subscribe(BotCreated)
  onBotCreated({ event }: Recorded<BotCreated>): Promise<void> {
    this.service.observe(event.accountId, 'START');
    return Promise.resolve();
  }

  /** What the portfolio was worth when its trading state changed. */
  @Subscribe(TradingStateChanged)
  onTradingStateChanged({ event }: Recorded<TradingStateChanged>): Promise<void> {
    this.service.observePortfolio(event.portfolioId, 'TRIP');
    return Promise.resolve();
  }

  @Query('accounts', AccountsQuery)
  accounts(): Promise<object> {
    return Promise.resolve({ accounts: this.service.reports() });
  }
}
