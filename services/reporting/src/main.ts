import { runService } from '@ballast/bus';
import { readReportingConfig } from './config.js';
import { reportingModule } from './reporting.module.js';

const config = readReportingConfig(process.env);

await runService({ name: 'reporting', build: process.env['BALLAST_BUILD'] ?? 'dev', module: ({ metrics }) => reportingModule({ ...config, metrics }) });
