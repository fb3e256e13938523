import { runService } from '@ballast/bus';
import { readRiskConfig } from './config.js';
import { riskModule } from './risk.module.js';

await runService({ name: 'risk', build: process.env['BALLAST_BUILD'] ?? 'dev', module: ({ metrics, concern }) => riskModule({ ...readRiskConfig(process.env), metrics, concern }) });
