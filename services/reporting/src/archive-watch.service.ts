import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { ReportingSettings } from './reporting.settings.js';

/** What an archive of the log is told by; it is written last, whole. */
const MANIFEST = 'manifest.json';
const MS_PER_S = 1_000;

/** Tells how old the archive of the log is, where ARCHIVE_DIR names one, whenever metrics are asked for. */
@Injectable()
export class ArchiveWatch {
  constructor({ archiveDir, metrics }: ReportingSettings) {
    if (archiveDir === undefined || !metrics) return;
    const began = Date.now();
    metrics.beforeScrape(() => {
      // Where none was ever written, it is as old as this process.
      const writtenAt = statSync(join(archiveDir, MANIFEST), { throwIfNoEntry: false })?.mtimeMs ?? began;
      metrics.set('ballast_archive_age_seconds', {}, Math.max(0, Date.now() - writtenAt) / MS_PER_S);
    });
  }
}
