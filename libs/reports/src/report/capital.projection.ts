import type { Id } from '@ballast/domain';
import type { Projection, Recorded } from '@ballast/bus';
import type { TreasuryBalances } from '@ballast/events';

export interface CapitalState {
  /** The rung that each portfolio is on. */
  readonly rungs: Map<Id, string>;
  /** What each portfolio's treasury came to. */
  readonly funds: Map<Id, TreasuryBalances>;
}

/** Where each portfolio stands on its ladder, and how its money is split; nothing for one that has neither (W-18). */
export class CapitalProjection implements Projection<CapitalState> {
  readonly name = 'capital';
  readonly reads = ['RungEntered', 'TreasuryOpened', 'TreasuryBooked', 'TreasuryDayClosed', 'ChestReinvested', 'TreasuryWithdrawn'];
  state: CapitalState = { rungs: new Map(), funds: new Map() };

  apply({ event }: Recorded): void {
    switch (event.type) {
      case 'RungEntered':
        this.state.rungs.set(event.portfolioId, event.rung);
        return;
      case 'TreasuryOpened':
      case 'TreasuryBooked':
      case 'TreasuryDayClosed':
      case 'ChestReinvested':
      case 'TreasuryWithdrawn':
        this.state.funds.set(event.portfolioId, event.balances);
        return;
    }
  }
}
