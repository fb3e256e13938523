import { addNotional, type Id, type Ms, type Notional, ZERO_NOTIONAL } from '@ballast/domain';
import { drop, entries, get, type PersistentMap, put, without } from './persistent-map.js';

/** An approval that has not ended: in flight until execution accepts or refuses it, then open until its round is counted. */
export interface Approval {
  readonly planId: Id;
  readonly tradeId: Id;
  readonly accountId: Id;
  readonly byInstrument: Readonly<Record<string, Notional>>;
  readonly planVolume: Notional;
  readonly validUntil: Ms;
  readonly opened: boolean;
  /** Orders that it is to be sent in. */
  readonly orders: number;
  /** Instruments of which it takes over what earlier trades left open; absent where none. */
  readonly absorbs?: readonly string[];
}

/**
 * Every approval that has not ended, with what is asked of them all kept as totals: judging a plan looks at its own
 * account's approvals only, however many bots the portfolio has.
 */
export interface Approvals {
  readonly byTrade: PersistentMap<Approval>;
  readonly byAccount: PersistentMap<Readonly<Record<Id, Approval>>>;
  /** Until execution has answered: few, whatever is open. */
  readonly inFlight: Readonly<Record<Id, Approval>>;
  readonly volume: Notional;
  readonly count: number;
}

export const NO_APPROVALS: Approvals = { byTrade: {}, byAccount: {}, inFlight: {}, volume: ZERO_NOTIONAL, count: 0 };

export const approvalOf = ({ byTrade }: Approvals, tradeId: Id): Approval | undefined => get(byTrade, tradeId);
export const approvalsOf = ({ byAccount }: Approvals, accountId: Id): readonly Approval[] => Object.values(get(byAccount, accountId) ?? {});
export const inFlightOf = ({ inFlight }: Approvals): readonly Approval[] => Object.values(inFlight);
export const allApprovals = ({ byTrade }: Approvals): readonly Approval[] => entries(byTrade).map(([, approval]) => approval);

/** Adds it, or takes the place of the one of the same trade. */
export function withApproval(approvals: Approvals, approval: Approval): Approvals {
  const { tradeId, accountId, planVolume, opened } = approval;
  const rest = withoutApproval(approvals, tradeId);
  return {
    byTrade: put(rest.byTrade, tradeId, approval),
    byAccount: put(rest.byAccount, accountId, { ...get(rest.byAccount, accountId), [tradeId]: approval }),
    inFlight: opened ? rest.inFlight : { ...rest.inFlight, [tradeId]: approval },
    volume: addNotional(rest.volume, planVolume),
    count: rest.count + 1,
  };
}

export function withoutApproval(approvals: Approvals, tradeId: Id): Approvals {
  const gone = approvalOf(approvals, tradeId);
  if (!gone) return approvals;
  const { byTrade, byAccount, inFlight, volume, count } = approvals;
  const others = without(get(byAccount, gone.accountId) ?? {}, tradeId);
  return {
    byTrade: drop(byTrade, tradeId),
    byAccount: Object.keys(others).length === 0 ? drop(byAccount, gone.accountId) : put(byAccount, gone.accountId, others),
    inFlight: without(inFlight, tradeId),
    volume: volume.minus(gone.planVolume) as Notional,
    count: count - 1,
  };
}
