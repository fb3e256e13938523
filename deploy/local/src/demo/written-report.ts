import { setTimeout as delay } from 'node:timers/promises';
import type { Requests } from '@ballast/bus';
import { contentId, type Partition } from '@ballast/domain';
import type { Outcome, ReportedSummary } from './outcome.js';

const LOOK_MS = 200;
const PATIENCE_MS = 60_000;

export interface WrittenReport {
  readonly files: Outcome['files'];
  readonly summary: ReportedSummary;
}

/**
 * Has reporting write its files, again until it has read the log up to `upTo`: a busy machine may have left it behind.
 * @throws Error with what reporting said, or how far it came.
 */
export async function writtenReport(requests: Pick<Requests, 'command'>, partition: Partition, upTo: number, patienceMs = PATIENCE_MS): Promise<WrittenReport> {
  const until = performance.now() + patienceMs;
  for (let attempt = 1; ; attempt += 1) {
    const reply = await requests.command('reporting', partition, 'write-report', {}, contentId('report', process.pid, upTo, attempt));
    if (!reply.ok) throw new Error(`reporting: write-report: ${reply.error}`);
    const written = reply.data as WrittenReport;
    const reached = written.summary.cut[String(partition)] ?? 0;
    if (reached >= upTo) return written;
    if (performance.now() > until) throw new Error(`reporting: found the log read up to ${partition}:${reached}, it goes to ${partition}:${upTo}`);
    await delay(LOOK_MS);
  }
}
