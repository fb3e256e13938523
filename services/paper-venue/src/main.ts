import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ConfigError, configOf } from './config.js';
import { PaperVenueModule } from './paper-venue.module.js';

async function main(): Promise<void> {
  const application = await NestFactory.createApplicationContext(PaperVenueModule.with(configOf(process.env)), { logger: ['error', 'warn'] });
  application.enableShutdownHooks();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : error instanceof Error ? String(error.stack) : String(error)}\n`);
  process.exit(1);
});
