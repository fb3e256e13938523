import type { DecisionRecord, StoredMessage } from '@ballast/bus';
import type { Breach, Check } from './breach.js';
import { CashCheck } from './cash.check.js';
import { DeletedBotCheck } from './deleted-bot.check.js';
import { ChainCheck, DecisionCheck } from './chain.check.js';
import { OpeningCheck } from './opening.check.js';
import { OrderTermsCheck } from './order-terms.check.js';
import { PositionPerFillCheck, RunningPositionCheck } from './position.checks.js';
import { OrderQuantityCheck, PlanQuantityCheck } from './quantity.checks.js';
import { ProtectionCheck } from './protection.check.js';
import { ResultCheck } from './result.check.js';
import { TradeCheck } from './trade.check.js';
import { TreasuryCheck } from './treasury.check.js';

export interface VerifyReport {
  readonly messages: number;
  readonly events: number;
  readonly rules: readonly string[];
  readonly breaches: readonly Breach[];
}

/** A part of the log that is asked about; what was before it is needed to judge it. */
export type InRange = (decision: DecisionRecord) => boolean;

/**
 * Proves what must always hold. It has to see the log from its first message on, since quantities and cash are sums over
 * all of it; `inRange` says which messages the report is about (default: all).
 */
export class Verifier {
  private readonly checks: readonly Check[] = [
    new ChainCheck(), new DecisionCheck(), new PlanQuantityCheck(), new OrderTermsCheck(), new OrderQuantityCheck(),
    new PositionPerFillCheck(), new RunningPositionCheck(), new ResultCheck(), new TradeCheck(), new CashCheck(), new TreasuryCheck(), new ProtectionCheck(), new DeletedBotCheck(), new OpeningCheck(),
  ];
  private readonly breaches: Breach[] = [];
  private readonly inRange: InRange;
  private messages = 0;
  private events = 0;

  constructor(options: { readonly inRange?: InRange } = {}) {
    this.inRange = options.inRange ?? (() => true);
  }

  see(decision: DecisionRecord): void {
    if (this.inRange(decision)) {
      this.messages += 1;
      this.events += decision.events.length;
    }
    for (const check of this.checks) {
      const fault = check.message?.(decision);
      if (fault) this.breaches.push(...this.breachAt(check.rule, decision, '', fault));
      decision.events.forEach((event, index) => {
        const detail = check.event?.({ event, index, decision });
        if (detail) this.breaches.push(...this.breachAt(check.rule, decision, event.type, detail));
      });
    }
  }

  /** A message that nobody reads, where that is no breach. */
  passOver(message: StoredMessage): void {
    for (const check of this.checks) check.passOver?.(message);
  }

  /** What was found so far, in the order of the log; more may be seen afterwards. */
  report(): VerifyReport {
    const ends = this.checks.flatMap((check) => (check.end?.() ?? []).flatMap(({ decision, detail }) => this.breachAt(check.rule, decision, '', detail)));
    const breaches = [...this.breaches, ...ends].sort((a, b) => a.partition - b.partition || a.sequence - b.sequence);
    return { messages: this.messages, events: this.events, rules: this.checks.map(({ rule }) => rule), breaches };
  }

  private breachAt(rule: string, decision: DecisionRecord, eventType: string, detail: string): readonly Breach[] {
    const { partition, sequence, subject } = decision;
    return this.inRange(decision) ? [{ rule, partition, sequence, subject, eventType, detail }] : [];
  }
}
