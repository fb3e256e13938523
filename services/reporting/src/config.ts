import { EnvReader } from '@ballast/bus';
import type { ReportingOptions } from './reporting.module.js';
import type { Provenance } from '@ballast/reports';

/**
 * REPORT_DIR: folder of the report. REPORT_PROVENANCE: JSON object of texts by subject, told in every report.
 * @throws EnvironmentError naming every variable at fault.
 */
export function readReportingConfig(env: NodeJS.ProcessEnv): ReportingOptions {
  const reader = new EnvReader('reporting', env);
  const reportDir = reader.text('REPORT_DIR', 'a folder to write reports into', 'out/report');
  const found = reader.optional('REPORT_PROVENANCE');
  const provenance = found === undefined ? {} : textsOf(found);
  if (!provenance) reader.fault('REPORT_PROVENANCE', found, 'a JSON object whose values are texts, as {"oracle":"60 s EMA of mid"}');
  reader.check();
  return { reportDir, provenance: provenance ?? {} };
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
