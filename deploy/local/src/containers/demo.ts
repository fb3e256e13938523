import { readFileSync } from 'node:fs';
import { connectJetStream, EnvReader, readServiceEnv } from '@ballast/bus';
import { notional } from '@ballast/domain';
import { createLogger, HealthServer, Metrics } from '@ballast/observability';
import { SimClockClient } from '@ballast/venues';
import { botSettings, DEMO_BOT, DemoBot, depositFor } from '../demo/demo-bot.js';

const EXIT_FATAL = 70;
const SIZE = { mode: 'cycle', legNotional: notional('1000') } as const;

/** Sets the bot off, once for every key whatever is started again, and stays so that its health tells that it did. */
async function main(): Promise<void> {
  const log = createLogger('demo');
  const { natsUrl, natsSeedFile, healthHost, healthPort } = readServiceEnv('demo', process.env);
  const reader = new EnvReader('demo', process.env);
  const senderFile = reader.text('VENUE_SENDER_FILE', "a file with the bot's account as the venue knows it");
  const venueUrl = reader.text('SIM_CLOCK_URL', 'the URL of the paper venue');
  reader.check();
  const health = new HealthServer(new Metrics({ service: 'demo', version: process.env['BALLAST_BUILD'] ?? 'dev', commit: process.env['BALLAST_COMMIT'] ?? 'unknown' }), ['started'], { host: healthHost });
  await health.start(healthPort);
  const bus = await connectJetStream({ url: natsUrl, service: 'cli', onFault: die, ...(natsSeedFile === undefined ? {} : { credentialSeedFile: natsSeedFile }) });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void Promise.all([bus.close(), health.stop()]).then(() => process.exit(0), die));
  const bot = new DemoBot(bus.requests, { keyOf: (step) => `demo-${step}` });
  await new SimClockClient(venueUrl).deposit(readFileSync(senderFile, 'utf8').trim(), depositFor(SIZE), 'demo-deposit');
  if ((await bot.status()) === 'ABSENT') await bot.create(botSettings(SIZE));
  if ((await bot.status()) === 'CREATED') await bot.start();
  health.set('started', true);
  log.info({ botId: DEMO_BOT.botId, status: await bot.status() }, 'the bot is set off');
}

function die(error: unknown): void {
  createLogger('demo').fatal({ err: error }, 'the demonstration stops');
  process.exit(EXIT_FATAL);
}

main().catch(die);
