import type { Metrics } from '@ballast/observability';
import type { Provenance } from '@ballast/reports';

/** What the service is started with. */
export abstract class ReportingSettings {
  /** Folder of summary.json, trades.csv, slices.csv, the slippage records and report.md. */
  abstract readonly reportDir: string;
  abstract readonly provenance: Provenance;
  /** Absent in a back-test. */
  abstract readonly metrics?: Metrics;
  /** Folder that the log is archived into; absent where nobody looks at its age. */
  abstract readonly archiveDir?: string;
}
