import type { Id } from '@ballast/domain';

/** What carries a transfer to its outcome: with that, whatever failed on the way is over. */
export const TRANSFER_CALLS = ['transfer', 'prepareTransfer', 'sendTransfer', 'findTransfer'] as const;

/** What fails of each bot's calls, until the same call works again. */
export class CallFaults {
  private readonly faults = new Map<Id, Map<string, string>>();

  failed(botId: Id, call: string, message: string): void {
    const calls = this.faults.get(botId) ?? new Map<string, string>();
    this.faults.set(botId, calls.set(call, message));
  }

  healed(botId: Id, calls: readonly string[]): void {
    const known = this.faults.get(botId);
    for (const call of calls) known?.delete(call);
    if (known?.size === 0) this.faults.delete(botId);
  }

  /** '' where nothing fails. */
  of(botId: Id): string {
    return [...(this.faults.get(botId) ?? [])].map(([call, message]) => `${call}: ${message}`).join('; ');
  }
}
