import { Decimal, type Id, type Ms, type Partition, type TradingState } from '@ballast/domain';
import type { Projection, Recorded } from '@ballast/bus';
import { type EquityObserved, eventTypes, type FundingSettled } from '@ballast/events';
import { type Returns, withMark } from '../summary/volatility.js';

interface Owner {
  readonly botId: Id;
  readonly portfolioId: Id;
}

export type FundingFacts = Pick<FundingSettled, 'accountId' | 'instrument' | 'venueTime' | 'amount'>;

/** Grows with accounts, instruments and hours of funding; never with events. */
export interface DeskState {
  /** Last sequence folded, by partition. */
  readonly cut: Map<Partition, number>;
  events: number;
  /** Market time of the first and the last event. */
  from: Ms | undefined;
  to: Ms | undefined;
  /** The bot of each account. */
  readonly owners: Map<Id, Owner>;
  readonly fundings: FundingFacts[];
  /** How many, by account. */
  readonly liquidations: Map<Id, number>;
  readonly differences: Map<Id, number>;
  readonly equity: Map<Id, EquityObserved>;
  /** By instrument, of the marks observed: what a volatility is measured from. */
  readonly returns: Map<string, Returns>;
  /** By `<portfolio>/<scope>/<id>`. */
  readonly tradingStates: Map<string, TradingState>;
  /** Plan volume of the current UTC day, by portfolio (R23). */
  readonly volumes: Map<Id, { readonly day: string; readonly planVolume: Decimal }>;
}

/** Reads every event: how far the log is folded, whose account is whose, and what happened to accounts as a whole. */
export class DeskProjection implements Projection<DeskState> {
  readonly name = 'desk';
  readonly reads = eventTypes();
  state: DeskState = { cut: new Map(), events: 0, from: undefined, to: undefined, owners: new Map(), fundings: [], liquidations: new Map(), differences: new Map(), equity: new Map(), returns: new Map(), tradingStates: new Map(), volumes: new Map() };

  apply({ event, decision: { partition, sequence, occurredAt } }: Recorded): void {
    const { state } = this;
    state.cut.set(partition, sequence);
    state.events += 1;
    state.from = Math.min(state.from ?? occurredAt, occurredAt);
    state.to = Math.max(state.to ?? occurredAt, occurredAt);
    switch (event.type) {
      case 'BotCreated':
        state.owners.set(event.accountId, { botId: event.botId, portfolioId: event.portfolioId });
        return;
      case 'FundingSettled':
        state.fundings.push({ accountId: event.accountId, instrument: event.instrument, venueTime: event.venueTime, amount: event.amount });
        return;
      case 'PositionLiquidated':
        countOne(state.liquidations, event.accountId);
        return;
      case 'ReconciliationDifferenceFound':
        countOne(state.differences, event.accountId);
        return;
      case 'TradingStateChanged':
        state.tradingStates.set(`${event.portfolioId}/${event.scope}/${event.scopeId}`, event.state);
        return;
      case 'DayRolled':
        state.volumes.set(event.portfolioId, { day: event.day, planVolume: new Decimal(0) });
        return;
      case 'VolumeCounted': {
        const today = state.volumes.get(event.portfolioId);
        state.volumes.set(event.portfolioId, { day: event.day, planVolume: today?.day === event.day ? today.planVolume.plus(event.planVolume) : event.planVolume });
        return;
      }
      case 'EquityObserved':
        this.observe(event, occurredAt);
        return;
    }
  }

  private observe(event: EquityObserved, at: Ms): void {
    this.state.equity.set(event.accountId, event);
    const { returns } = this.state;
    for (const { instrument, markPrice } of event.marks) returns.set(instrument, withMark(returns.get(instrument), at, markPrice));
  }
}

/** One more of `key`. */
export const countOne = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
