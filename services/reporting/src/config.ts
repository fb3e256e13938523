import { EnvReader } from '@ballast/bus';
import { type NotificationsConfig, notificationsIn } from './notifications/notifications.config.js';
import type { Provenance } from '@ballast/reports';

/** What reporting reads from its environment beside what every service does. */
export interface ReportingConfig {
  readonly reportDir: string;
  readonly provenance: Provenance;
  readonly archiveDir?: string;
  readonly notifications: NotificationsConfig;
}

/**
 * REPORT_DIR: folder of the report. REPORT_PROVENANCE: JSON object of texts by subject, told in every report. ARCHIVE_DIR: folder of the log's archive, whose age is told. NOTIFY_…: who is told of what.
 * @throws EnvironmentError naming every variable at fault.
 */
export function readReportingConfig(env: NodeJS.ProcessEnv): ReportingConfig {
  const reader = new EnvReader('reporting', env);
  const reportDir = reader.text('REPORT_DIR', 'a folder to write reports into', 'out/report');
  const found = reader.optional('REPORT_PROVENANCE');
  const provenance = found === undefined ? {} : textsOf(found);
  if (!provenance) reader.fault('REPORT_PROVENANCE', found, 'a JSON object whose values are texts, as {"oracle":"60 s EMA of mid"}');
  const archiveDir = reader.optional('ARCHIVE_DIR');
  const notifications = notificationsIn(reader);
  reader.check();
  return { reportDir, provenance: provenance ?? {}, ...(archiveDir === undefined ? {} : { archiveDir }), notifications };
}

function textsOf(json: string): Provenance | undefined {
  try {
    const value: unknown = JSON.parse(json);
    const isTexts = typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((text) => typeof text === 'string');
    return isTexts ? (value as Provenance) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
