import { AwayConcern, runService } from '@ballast/bus';
import { readReportingConfig } from './config.js';
import { reportingModule } from './reporting.module.js';

const { notifications, ...config } = readReportingConfig(process.env);

await runService({
  name: 'reporting',
  sharing: 'leader',
  savesAside: true,
  build: process.env['BALLAST_BUILD'] ?? 'dev',
  module: ({ metrics, bus: { snapshots }, concern, log }) => {
    const away = new AwayConcern('notifications', concern);
    const report = { metrics, concern: (target: string, detail: string | undefined): void => away.say(target, detail), warn: (line: string): void => log.warn(line) };
    return reportingModule({ ...config, metrics, notifications: { ...notifications, snapshots, report } });
  },
});
