import { runService } from '@ballast/bus';
import { logAbout } from '@ballast/observability';
import { sizingModule } from './sizing.module.js';

await runService({ name: 'sizing', build: process.env['BALLAST_BUILD'] ?? 'dev', module: ({ log, metrics, concern }) => sizingModule({ metrics, concern, trace: (line, about) => logAbout(log, about).info(line) }) });
