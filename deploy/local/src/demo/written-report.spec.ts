import { expect, it } from 'vitest';
import type { Reply } from '@ballast/bus';
import { writtenReport } from './written-report.js';

/** A reporting that has read one decision more each time it is asked. */
function slowReporting(from: number): { asked: string[]; command: (...asked: readonly unknown[]) => Promise<Reply> } {
  const asked: string[] = [];
  return { asked, command: (...[, , , , key]) => Promise.resolve({ ok: true, data: { files: {}, summary: { cut: { 3: from + asked.push(String(key)) } } } }) };
}

it('asks reporting again, each time as a new command, until it has read the log to its end', async () => {
  const reporting = slowReporting(5);
  expect((await writtenReport(reporting, 3, 7)).summary.cut).toEqual({ 3: 7 });
  expect(new Set(reporting.asked).size).toBe(2);
});

it('says how far reporting has come where it does not get there, and what it answers where it refuses', async () => {
  await expect(writtenReport(slowReporting(0), 3, 9, 0)).rejects.toThrow('reporting: found the log read up to 3:1, it goes to 3:9');
  await expect(writtenReport({ command: () => Promise.resolve({ ok: false, error: 'no disk' }) }, 3, 9)).rejects.toThrow('write-report: no disk');
});
