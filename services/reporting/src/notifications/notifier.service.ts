import { Injectable } from '@nestjs/common';
import { backoff, Runtime, type SnapshotStore } from '@ballast/bus';
import { Clock } from '@ballast/domain';
import { Courier, type CourierReport, type CourierSettings } from './courier.js';
import { DeliveryRecords } from './delivery-records.js';
import { NoticeQueues } from './notice-queues.projection.js';
import type { Target } from './target.js';

/** Who is told, and where it is kept how far. */
export abstract class NotifierSettings {
  abstract readonly targets: readonly Target[];
  abstract readonly snapshots: SnapshotStore;
  abstract readonly courier: CourierSettings;
  abstract readonly report: CourierReport;
}

const RECORD = 'record';

/**
 * Tells people of what the log says (R89). Nothing waits for it, in lock step neither: it has no say in anything that is decided,
 * so the pace is not told of what it has under way.
 */
@Injectable()
export class Notifier {
  private readonly queues = new NoticeQueues();
  private readonly couriers: Courier[] = [];
  private readonly stopping = new AbortController();
  private opening: Promise<void> = Promise.resolve();

  constructor(
    private readonly settings: NotifierSettings,
    private readonly runtime: Runtime,
    private readonly clock: Clock,
  ) {
    runtime.project(this.queues);
    runtime.onRecovered(() => {
      this.opening = this.begin();
      return Promise.resolve();
    });
    runtime.onStop(() => this.stop());
  }

  private async begin(): Promise<void> {
    const { targets, snapshots, courier, report } = this.settings;
    const totals = new Map(this.runtime.partitions.map((partition) => [partition, this.queues.totals(partition)]));
    const records = new DeliveryRecords(snapshots, targets.map(({ name }) => name));
    for (let failures = 1; !this.stopping.signal.aborted; failures += 1) {
      try {
        await records.open(totals);
        report.concern(RECORD, undefined);
        break;
      } catch (error) {
        report.concern(RECORD, `of what was told can't be read: ${String(error)}`);
        await this.pause(backoff(failures, courier.retryFirstMs, courier.retryMostMs));
      }
    }
    if (this.stopping.signal.aborted) return;
    for (const target of targets) {
      const one = new Courier(target, { queues: this.queues, records, clock: this.clock, report }, courier);
      this.couriers.push(one);
      one.start();
    }
  }

  private async stop(): Promise<void> {
    this.stopping.abort();
    await this.opening;
    await Promise.all(this.couriers.map((courier) => courier.stop()));
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.stopping.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      }, { once: true });
    });
  }
}
