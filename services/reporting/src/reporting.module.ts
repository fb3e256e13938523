import { type DynamicModule, Module } from '@nestjs/common';
import type { Metrics } from '@ballast/observability';
import { Notifier, NotifierSettings } from './notifications/notifier.service.js';
import { BotMetrics } from './bot-metrics.controller.js';
import { OrderMetrics } from './order-metrics.controller.js';
import { ArchiveWatch } from './archive-watch.service.js';
import { LiveReadModels } from './read-models.service.js';
import { ReportingController } from './reporting.controller.js';
import { ReportingSettings } from './reporting.settings.js';
import { RoundMetrics } from './round-metrics.controller.js';
import type { Provenance } from '@ballast/reports';
import { TradingMetrics } from './trading-metrics.controller.js';

@Module({})
export class ReportingModule {}

export interface ReportingOptions {
  /** Where summary.json, trades.csv, slices.csv, the slippage records and report.md go. */
  readonly reportDir: string;
  /** What the report says of the market data: oracle, funding, source. */
  readonly provenance?: Provenance;
  readonly metrics?: Metrics;
  /** Folder that the log is archived into, for the age of the archive. */
  readonly archiveDir?: string;
  /** Absent in a back-test, and where nobody is to be told. */
  readonly notifications?: NotifierSettings;
}

/** The reporting service: read models of the whole log, queries on them, exports. It writes no event. */
export const reportingModule = ({ reportDir, provenance = {}, metrics, archiveDir, notifications }: ReportingOptions): DynamicModule => ({
  module: ReportingModule,
  controllers: [ReportingController, BotMetrics, TradingMetrics, OrderMetrics, RoundMetrics],
  providers: [
    ArchiveWatch,
    LiveReadModels,
    { provide: ReportingSettings, useValue: { reportDir, provenance, ...(metrics ? { metrics } : {}), ...(archiveDir === undefined ? {} : { archiveDir }) } satisfies ReportingSettings },
    ...(notifications && notifications.targets.length > 0 ? [Notifier, { provide: NotifierSettings, useValue: notifications }] : []),
  ],
});
