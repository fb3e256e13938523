import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Partition } from '@ballast/domain';
import { type DecisionRecord, decodeMessage, type EventStore, NewerContract, type StoredMessage } from '@ballast/bus';
import { type Breach, Verifier, type VerifyReport } from '@ballast/books';
import { ContractError } from '@ballast/events';
import { type Cut, cutText, isEmpty, type Range, type Until, untilOf } from '../cut.js';
import { type LinkOptions, withBus } from '../connection.js';
import { CliFailure, type CliIo, WrongUsage } from '../io.js';
import { linesOf, show, tableOf } from '../output.js';
import { ALL_PARTITIONS, newer } from '../read-log.js';
import { onBus } from './options.js';

interface VerifyOptions extends LinkOptions {
  readonly from?: string;
  readonly to?: string;
}

/** What a live system has decided but not yet followed up (a fill without its position event) is looked at again after this. */
const SETTLE_MS = 1_000;
const SHOWN_MAX = 20;

/** `ballast verify`: proves what must always hold. */
export function addVerify(program: Command, io: CliIo, exit: (code: number) => void): void {
  onBus(program.command('verify'), 'ballast verify', 'ballast verify --from 2026-01-31T12:00:00Z --to 0:120,3:900')
    .description('hash chains, gaps, quantities, positions and cash; exit code 1 and the first offending event on a breach')
    .option('--from <time|cut>', 'report what is after this')
    .option('--to <time|cut>', 'report what is up to this')
    .action((options: VerifyOptions) => verify(options, io, exit));
}

async function verify(options: VerifyOptions, io: CliIo, exit: (code: number) => void): Promise<void> {
  const range = { from: untilOf('--from', options.from), to: untilOf('--to', options.to) };
  if (isEmpty(range)) throw new WrongUsage(`--from and --to: found ${options.from ?? ''} and ${options.to ?? ''}, between which nothing can be; allowed is a --to after --from`);
  const inspection = new Inspection(range);
  const report = await withBus(io, options, async ({ store }) => {
    await inspection.read(store);
    if (inspection.report().breaches.length > 0) {
      await delay(SETTLE_MS);
      await inspection.read(store);
    }
    return inspection.report();
  });
  demandReached(range, inspection.cut);
  if (report.messages === 0 && (range.from ?? range.to) !== undefined) throw new CliFailure('nothing is proven: no decision of the log is in this range', `name a part of the log, which reaches ${cutText(inspection.cut)}`);
  const [first] = report.breaches;
  const document = { ok: first === undefined, cut: cutText(inspection.cut), messages: report.messages, events: report.events, rules: report.rules, ...(first ? { first } : {}), breaches: report.breaches };
  show(io, options.json, document, () => textOf(report, inspection.cut));
  if (!first) return;
  io.err(`breach of "${first.rule}" at partition ${first.partition}, sequence ${first.sequence}, ${first.subject}: ${first.detail}`);
  io.err('next: halt trading (`ballast halt`), look at the decision (`ballast explain <id>`), restore the partition where its bytes are damaged');
  exit(1);
}

/** @throws CliFailure where a cut is beyond the end of the log */
function demandReached(range: Range, end: Cut): void {
  for (const until of [range.from, range.to]) {
    if (until === undefined || 'time' in until) continue;
    for (const [partition, sequence] of until.cut) if (sequence > (end.get(partition) ?? 0)) throw new CliFailure(`partition ${partition} of the log ends at ${end.get(partition) ?? 0}; the cut asks for ${sequence}`, `name a cut that the log has reached: it reaches ${cutText(end)}`);
  }
}

function textOf({ messages, events, rules, breaches }: VerifyReport, cut: Cut): string {
  const head = `${messages} decisions, ${events} events, up to ${cutText(cut)}; proven: ${rules.join(', ')}`;
  if (breaches.length === 0) return linesOf(head, 'everything holds');
  const rows = breaches.slice(0, SHOWN_MAX).map(({ rule, partition, sequence, subject, eventType, detail }) => [rule, `${partition}:${sequence}`, subject, eventType, detail]);
  return linesOf(head, tableOf(['rule', 'place', 'subject', 'event', 'what is wrong'], rows, ''), `${breaches.length} breaches${breaches.length > SHOWN_MAX ? `, the first ${SHOWN_MAX} are shown` : ''}`);
}

/** Reads the log with every field checked, and goes on from where it ended when it is read again. */
class Inspection {
  private readonly verifier: Verifier;
  private readonly unreadable: Breach[] = [];
  private readonly seen = new Map<Partition, number>();

  constructor(private readonly range: Range) {
    this.verifier = new Verifier({ inRange: (decision) => this.isInRange(decision) });
  }

  get cut(): Cut {
    return this.seen;
  }

  async read(store: EventStore): Promise<void> {
    await Promise.all(
      ALL_PARTITIONS.map(async (partition) => {
        const from = (this.seen.get(partition) ?? 0) + 1;
        const to = await store.lastSequence(partition);
        if (to >= from) await store.read(partition, { filters: [], from, to }, (message) => this.see(message));
      }),
    );
  }

  report(): VerifyReport {
    const report = this.verifier.report();
    const breaches = [...this.unreadable, ...report.breaches].sort((a, b) => a.partition - b.partition || a.sequence - b.sequence);
    return { ...report, rules: ['contract', ...report.rules], breaches };
  }

  private see(message: StoredMessage): void {
    const { partition, sequence, subject } = message;
    this.seen.set(partition, sequence);
    try {
      this.verifier.see(decodeMessage(message));
    } catch (error) {
      if (error instanceof NewerContract) throw newer(error);
      if (!(error instanceof ContractError)) throw error;
      this.unreadable.push({ rule: 'contract', partition, sequence, subject, eventType: '', detail: error.message });
    }
  }

  private isInRange(decision: DecisionRecord): boolean {
    const { from, to } = this.range;
    return (from === undefined || !isUpTo(decision, from)) && (to === undefined || isUpTo(decision, to));
  }
}

const isUpTo = ({ partition, sequence, occurredAt }: DecisionRecord, until: Exclude<Until, undefined>): boolean => ('time' in until ? occurredAt <= until.time : sequence <= (until.cut.get(partition) ?? 0));
