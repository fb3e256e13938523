import { refusalObserver, startProvisioner } from '@ballast/bus';
import { createLogger, HealthServer, Metrics } from '@ballast/observability';
import { readConfig } from './config.js';

/** Why the process ends with an error: the supervisor sees the code, a person the log line. */
const EXIT_FAULT = 1;
const WATCH_MS = 1_000;

/** One process: streams first, then answers; ends by itself where the server's streams are not as the log needs them. */
async function main(): Promise<void> {
  const log = createLogger('provisioner');
  const config = readConfig(process.env);
  const metrics = new Metrics({ service: 'provisioner', version: process.env['BALLAST_BUILD'] ?? 'dev', commit: process.env['BALLAST_COMMIT'] ?? 'unknown' });
  metrics.watchProcess();
  const health = new HealthServer(metrics, ['streams', 'bus'], { host: config.healthHost });
  const healthPort = await health.start(config.healthPort);
  const fail = (error: unknown): void => {
    log.fatal({ err: error }, 'the provisioner stops');
    process.exit(EXIT_FAULT);
  };
  const provisioner = await startProvisioner({
    url: config.natsUrl,
    credentialSeedFile: config.natsSeedFile,
    monitorUrl: config.natsMonitorUrl,
    replicas: config.replicas,
    onFault: fail,
    onRefused: refusalObserver(metrics, log),
    onServed: (verb, ok) => log.debug({ verb, ok }, 'answered'),
  });
  health.set('streams', true);
  health.set('bus', true);
  const watch = setInterval(() => health.set('bus', provisioner.connected()), WATCH_MS);
  log.info({ healthPort }, 'streams are as asked; answers requests');
  const stop = async (): Promise<void> => {
    clearInterval(watch);
    health.set('streams', false);
    await provisioner.close();
    await health.stop();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop().then(() => process.exit(0), fail));
}

main().catch((error: unknown) => {
  createLogger('provisioner').fatal({ err: error }, 'the provisioner does not start');
  process.exit(EXIT_FAULT);
});
