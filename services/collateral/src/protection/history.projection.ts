import type { Projection, Recorded } from '@ballast/bus';
import type { Id, Money, Ms, Ratio } from '@ballast/domain';

/** One thing that happened to a bot's protection, for people. */
export interface HistoryRow {
  /** Place in the log of its partition: sequence and index. */
  readonly id: string;
  readonly at: Ms;
  readonly type: string;
  readonly amount?: Money;
  readonly fee?: Money;
  readonly deposited?: Money;
  readonly distance?: Ratio;
  /** Whose word, or why. */
  readonly detail?: string;
}

/** Newest rows kept of each bot. */
const ROWS_MAX = 1_000;
const TYPES = [
  'ProtectionConfigured', 'ProtectionPaused', 'ProtectionUnpaused', 'ProtectionDeposited', 'ProtectionWithdrawn', 'ProtectionTransferRefused', 'ProtectionExhausted', 'ProtectionStale', 'ProtectionFresh',
  'ProtectionReductionRequested', 'ProtectionReleased',
] as const;

type RowFacts = Omit<HistoryRow, 'id' | 'at' | 'type'>;

/** What happened to each bot's protection, the last thousand things. */
export class ProtectionHistory implements Projection<Map<Id, HistoryRow[]>> {
  readonly name = 'collateral-protection-history';
  readonly reads: readonly string[] = TYPES;
  state = new Map<Id, HistoryRow[]>();

  apply(recorded: Recorded): void {
    const { event, index, decision } = recorded;
    const facts = factsOf(event);
    if (!facts || !('botId' in event)) return;
    const rows = this.state.get(event.botId) ?? [];
    rows.push({ id: `${decision.sequence}.${index}`, at: decision.occurredAt, type: event.type, ...facts });
    if (rows.length > ROWS_MAX) rows.shift();
    this.state.set(event.botId, rows);
  }

  /** Newest first: those before a place, which need not be there any more; whatever is appended meanwhile shifts nothing. `next` where older ones follow. */
  page(botId: Id, limit: number, before?: string): { readonly rows: readonly HistoryRow[]; readonly next?: string } {
    const all = this.state.get(botId) ?? [];
    const found = before === undefined ? -1 : all.findIndex(({ id }) => !isBefore(id, before));
    const end = found < 0 ? all.length : found;
    const from = Math.max(0, end - limit);
    const rows = all.slice(from, end).reverse();
    const last = from > 0 ? rows.at(-1) : undefined;
    return { rows, ...(last ? { next: last.id } : {}) };
  }

  lastAction(botId: Id): HistoryRow | undefined {
    return this.state.get(botId)?.findLast(({ type }) => type === 'ProtectionDeposited' || type === 'ProtectionWithdrawn');
  }
}

function isBefore(id: string, place: string): boolean {
  const [[sequence = 0, index = 0], [atSequence = 0, atIndex = 0]] = [id, place].map((text) => text.split('.').map((part) => Number.parseInt(part, 10))) as [number[], number[]];
  return sequence < atSequence || (sequence === atSequence && index < atIndex);
}

function factsOf(event: Recorded['event']): RowFacts | undefined {
  switch (event.type) {
    case 'ProtectionConfigured': return { detail: event.by };
    case 'ProtectionPaused': return { deposited: event.deposited, detail: `${event.by}: ${event.reason}` };
    case 'ProtectionUnpaused': return { detail: `${event.by}: ${event.reason}` };
    case 'ProtectionDeposited':
    case 'ProtectionWithdrawn': return { amount: event.amount, fee: event.fee, deposited: event.deposited, ...(event.distanceAfter ? { distance: event.distanceAfter } : {}) };
    case 'ProtectionTransferRefused': return { detail: `${event.kind}: ${event.reason}` };
    case 'ProtectionExhausted': return { deposited: event.deposited, distance: event.distance, detail: event.cause };
    case 'ProtectionStale': return { ...(event.distance ? { distance: event.distance } : {}), detail: event.what };
    case 'ProtectionFresh': return event.distance ? { distance: event.distance } : {};
    case 'ProtectionReductionRequested': return { detail: `${event.side} ${event.quantity.toString()} ${event.instrument}: ${event.reason}` };
    case 'ProtectionReleased': return { detail: event.reason };
  }
  return undefined;
}
