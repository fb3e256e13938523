import 'reflect-metadata';
import { runService } from '@ballast/bus';
import { httpConfig } from './http/http.config.js';
import { serveHttp } from './http/serve-http.js';
import { operatorModule } from './operator.module.js';

await runService({
  name: 'operator',
  build: process.env['BALLAST_BUILD'] ?? 'dev',
  module: () => operatorModule(),
  onLive: (context) => {
    const config = httpConfig(process.env);
    if (config) serveHttp(context, config, process.env).catch((error: unknown) => context.platform.fail(error));
  },
});
