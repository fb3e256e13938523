import { backoff } from '@ballast/bus';
import type { Clock, Ms } from '@ballast/domain';
import type { Metrics } from '@ballast/observability';
import type { DeliveryRecords } from './delivery-records.js';
import { countOf, type Message, NOTICE_KINDS } from './notice.js';
import type { NoticeQueues } from './notice-queues.projection.js';
import { DeliveryFailed, type Target } from './target.js';

/** Times are of the wall clock, ms. */
export interface CourierSettings {
  /** After a message of one kind the next ones of it are collected for so long, and told as one. */
  readonly windowMs: Ms;
  /** Wait after a first failure; doubles with each further one. */
  readonly retryFirstMs: Ms;
  readonly retryMostMs: Ms;
}

/** Where people see how telling goes. */
export interface CourierReport {
  readonly metrics?: Metrics;
  /** What to look at about this target; undefined = nothing any more. */
  readonly concern: (target: string, detail: string | undefined) => void;
  readonly warn: (line: string) => void;
}

export interface CourierParts {
  readonly queues: NoticeQueues;
  readonly records: DeliveryRecords;
  readonly clock: Clock;
  readonly report: CourierReport;
}

const REFUSALS_MAX = 3;
const RETRY_AFTER_MOST_MS = 3_600_000;
/** A stop lets what is on its way come to its end for so long. */
const STOP_PATIENCE_MS = 2_000;

/**
 * Tells one target, one message after the other, at its own pace: nobody waits for it, and other targets go on. The first
 * notice of a kind goes out at once; those that follow within the window go as one. Whatever fails is tried until it gets
 * through; meanwhile the log keeps what waits.
 */
export class Courier {
  private readonly lastAt = new Map<string, number>();
  private readonly abort = new AbortController();
  private wake: () => void = () => undefined;
  private stopped = false;
  private running: Promise<void> | undefined;

  constructor(
    private readonly target: Target,
    private readonly parts: CourierParts,
    private readonly settings: CourierSettings,
  ) {}

  start(): void {
    this.parts.queues.onAdded(() => this.wake());
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.wake();
    const cut = setTimeout(() => this.abort.abort(), STOP_PATIENCE_MS);
    await this.running;
    clearTimeout(cut);
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const next = this.next();
      if (typeof next === 'number') await this.pause(next, true);
      else await this.tell(next);
    }
  }

  /** What to tell now, or in how many ms something is due. */
  private next(): Message | number {
    const { queues, records } = this.parts;
    const claimed = records.claimed(this.target.name, queues);
    if (claimed) return claimed;
    let dueIn = Infinity;
    for (const kind of NOTICE_KINDS) {
      for (const partition of records.partitions) {
        const from = records.upTo(this.target.name, partition, kind) + 1;
        const to = queues.total(partition, kind);
        if (to < from) continue;
        const wait = (this.lastAt.get(`${partition}:${kind}`) ?? -Infinity) + this.settings.windowMs - performance.now();
        if (wait <= 0) return queues.message(partition, kind, from, to);
        dueIn = Math.min(dueIn, wait);
      }
    }
    return dueIn;
  }

  private async tell(message: Message): Promise<void> {
    const { records, clock, report } = this.parts;
    const { name, channel } = this.target;
    await this.insist('claim', () => records.claim(name, message));
    if (this.stopped) return;
    let refusals = 0;
    const outcome = await this.insist(`${message.kind} ${message.key}`, async () => {
      try {
        await this.target.send(message, { now: clock.now(), signal: this.abort.signal });
        return 'sent';
      } catch (error) {
        if (error instanceof DeliveryFailed && error.facts.refused === true) refusals += 1;
        if (refusals < REFUSALS_MAX) throw error;
        report.concern(name, `gave up ${message.kind} ${message.key}: ${wordsOf(error)}`);
        return 'given_up';
      }
    });
    if (outcome === undefined) return;
    report.metrics?.count('ballast_notifications_total', { channel, outcome });
    if (outcome === 'sent') report.concern(name, undefined);
    this.lastAt.set(`${message.partition}:${message.kind}`, performance.now());
    await this.insist('settle', () => records.settle(name, message));
  }

  /** Tries until it is done; undefined where the process stops before. */
  private async insist<Result>(what: string, attempt: () => Promise<Result>): Promise<Result | undefined> {
    const { retryFirstMs, retryMostMs } = this.settings;
    for (let failures = 1; ; failures += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (this.stopped) return undefined;
        this.failed(what, failures, error);
        const asked = error instanceof DeliveryFailed ? (error.facts.retryAfterMs ?? 0) : 0;
        await this.pause(Math.max(backoff(failures, retryFirstMs, retryMostMs), Math.min(asked, RETRY_AFTER_MOST_MS)), false);
        if (this.stopped) return undefined;
      }
    }
  }

  private failed(what: string, failures: number, error: unknown): void {
    const { report } = this.parts;
    const detail = `${failures} failed, ${this.waiting()} wait; ${what}: ${wordsOf(error)}`;
    report.metrics?.count('ballast_notifications_total', { channel: this.target.channel, outcome: 'failed' });
    report.concern(this.target.name, detail);
    report.warn(`${this.target.name}: ${detail}`);
  }

  private waiting(): number {
    const { queues, records } = this.parts;
    return records.partitions.flatMap((partition) => NOTICE_KINDS.map((kind) => countOf({ from: records.upTo(this.target.name, partition, kind) + 1, to: queues.total(partition, kind) }))).reduce((sum, count) => sum + count, 0);
  }

  private pause(ms: number, untilAdded: boolean): Promise<void> {
    if (this.stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = ms === Infinity ? undefined : setTimeout(() => done(), ms);
      const done = (): void => {
        clearTimeout(timer);
        this.wake = () => undefined;
        resolve();
      };
      this.wake = () => (untilAdded || this.stopped ? done() : undefined);
    });
  }
}

const wordsOf = (error: unknown): string => (error instanceof DeliveryFailed ? error.message : error instanceof Error ? `${error.name}: ${error.message}` : String(error));
