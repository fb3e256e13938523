import 'reflect-metadata';
import { runService } from '@ballast/bus';
import { operatorModule } from './operator.module.js';

await runService({ name: 'operator', build: process.env['BALLAST_BUILD'] ?? 'dev', module: () => operatorModule() });
