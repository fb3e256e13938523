import type { DecisionRecord } from '@ballast/bus';
import type { Breach, Check } from './breach.js';
import { CashCheck } from './cash.check.js';
import { ChainCheck, DecisionCheck } from './chain.check.js';
import { OrderQuantityCheck, PlanQuantityCheck, PositionPerFillCheck } from './quantity.checks.js';

export interface VerifyReport {
  readonly messages: number;
  readonly events: number;
  readonly rules: readonly string[];
  readonly breaches: readonly Breach[];
}

/** Proves over a range of the log what must always hold. The checks of totals need a range from the first event on. */
export class Verifier {
  private readonly checks: readonly Check[];
  private readonly breaches: Breach[] = [];
  private messages = 0;
  private events = 0;

  constructor(options: { readonly whole: boolean }) {
    const always: readonly Check[] = [new DecisionCheck()];
    this.checks = options.whole ? [...always, new ChainCheck(), new OrderQuantityCheck(), new PlanQuantityCheck(), new PositionPerFillCheck(), new CashCheck()] : always;
  }

  see(decision: DecisionRecord): void {
    this.messages += 1;
    this.events += decision.events.length;
    for (const check of this.checks) {
      const fault = check.message?.(decision);
      if (fault) this.breach(check.rule, decision, '', fault);
      decision.events.forEach((event, index) => {
        const detail = check.event?.({ event, index, decision });
        if (detail) this.breach(check.rule, decision, event.type, detail);
      });
    }
  }

  report(): VerifyReport {
    for (const check of this.checks) for (const { decision, detail } of check.end?.() ?? []) this.breach(check.rule, decision, '', detail);
    const breaches = [...this.breaches].sort((a, b) => a.partition - b.partition || a.sequence - b.sequence);
    return { messages: this.messages, events: this.events, rules: this.checks.map(({ rule }) => rule), breaches };
  }

  private breach(rule: string, { partition, sequence, subject }: DecisionRecord, eventType: string, detail: string): void {
    this.breaches.push({ rule, partition, sequence, subject, eventType, detail });
  }
}
