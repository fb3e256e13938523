import 'reflect-metadata';
import { runService } from '@ballast/bus';
import { serveForLife } from './http/edge-of-a-life.js';
import { httpConfig } from './http/http.config.js';
import { operatorModule } from './operator.module.js';

await runService({
  name: 'operator',
  // Ids of bots and their accounts are unlike those of every other portfolio: one process judges them all.
  sharing: 'leader',
  servesIdle: true,
  build: process.env['BALLAST_BUILD'] ?? 'dev',
  module: () => operatorModule(),
  onLive: (context) => {
    const config = httpConfig(process.env);
    if (!config) return;
    serveForLife(context.platform, async () => {
      const { serveHttp } = await import('./http/serve-http.js');
      return serveHttp(context, config, process.env);
    });
  },
});
