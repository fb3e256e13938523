import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { ReportingSettings } from './reporting.settings.js';

/** What an archive of the log is told by; it is written last, whole. */
const MANIFEST = 'manifest.json';
const MS_PER_S = 1_000;
/** A first archive may be on its way for so long from the start of this process, ms; from then on there is none, whenever this started. */
const FIRST_WITHIN_MS = 3_600_000;

/**
 * How old an archive is, s.
 * @param writtenAt when it was last written, ms; undefined = never
 * @param began when this process began, ms
 */
export function archiveAge(writtenAt: number | undefined, began: number, now: number): number {
  const since = writtenAt ?? (now - began < FIRST_WITHIN_MS ? began : -Infinity);
  return Math.max(0, now - since) / MS_PER_S;
}

/** Tells how old the archive of the log is, where ARCHIVE_DIR names one, whenever metrics are asked for. */
@Injectable()
export class ArchiveWatch {
  constructor({ archiveDir, metrics }: ReportingSettings) {
    if (archiveDir === undefined || !metrics) return;
    const began = Date.now();
    metrics.beforeScrape(() => {
      const writtenAt = statSync(join(archiveDir, MANIFEST), { throwIfNoEntry: false })?.mtimeMs;
      metrics.set('ballast_archive_age_seconds', {}, archiveAge(writtenAt, began, Date.now()));
    });
  }
}
