import { CONTRACTS_UP_TO, Leadership, PROVISIONER, refusalObserver, startProvisioner } from '@ballast/bus';
import { createLogger, HealthServer, type Logger, Metrics } from '@ballast/observability';
import { type ProvisionerConfig, readConfig } from './config.js';

/** Why the process ends with an error: the supervisor sees the code, a person the log line. */
const EXIT_FAULT = 1;
const WATCH_MS = 1_000;

/** Whose turn it is, where several run. One that can't renew its lease is not ready: a roll-out waits, and whoever answers until now goes on. */
function turnsOf({ natsUrl, natsSeedFile, lease }: ProvisionerConfig, build: string, log: Logger, health: HealthServer): Promise<Leadership> | undefined {
  const onFailure = (error?: Error): void => {
    health.set('lease', error === undefined);
    if (error) log.warn({ err: error }, 'the lease is not renewed');
    else log.info('the lease is renewed again');
  };
  return lease && Leadership.open({ url: natsUrl, service: PROVISIONER, credentialSeedFile: natsSeedFile, ttlMs: lease.ttlMs, writer: { contract: CONTRACTS_UP_TO, build }, onFailure });
}

/** Streams first, then answers, where several run in its turn; ends by itself where the server's streams are not as the log needs them. */
async function main(): Promise<void> {
  const log = createLogger(PROVISIONER);
  const config = readConfig(process.env);
  const build = process.env['BALLAST_BUILD'] ?? 'dev';
  const metrics = new Metrics({ service: PROVISIONER, version: build, commit: process.env['BALLAST_COMMIT'] ?? 'unknown' });
  metrics.watchProcess();
  const health = new HealthServer(metrics, ['streams', 'bus', ...(config.lease ? ['lease'] : [])], { host: config.healthHost });
  const healthPort = await health.start(config.healthPort);
  const fail = (error: unknown): void => {
    log.fatal({ err: error }, 'the provisioner stops');
    process.exit(EXIT_FAULT);
  };
  const turns = await turnsOf(config, build, log, health);
  const provisioner = await startProvisioner({
    url: config.natsUrl,
    credentialSeedFile: config.natsSeedFile,
    monitorUrl: config.natsMonitorUrl,
    replicas: config.replicas,
    onFault: fail,
    onRefused: refusalObserver(metrics, log),
    onServed: (verb, ok) => log.debug({ verb, ok }, 'answered'),
    ...(turns ? { turns } : {}),
  });
  health.set('streams', true);
  health.set('bus', true);
  if (turns) health.set('lease', true);
  const watch = setInterval(() => health.set('bus', provisioner.connected()), WATCH_MS);
  log.info({ healthPort }, turns ? 'streams are as asked; answers requests in its turn' : 'streams are as asked; answers requests');
  const stop = async (): Promise<void> => {
    clearInterval(watch);
    health.set('streams', false);
    await provisioner.close();
    await health.stop();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop().then(() => process.exit(0), fail));
}

main().catch((error: unknown) => {
  createLogger(PROVISIONER).fatal({ err: error }, 'the provisioner does not start');
  process.exit(EXIT_FAULT);
});
