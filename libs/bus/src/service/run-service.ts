import { createLogger, type Logger } from '@ballast/observability';
import { doneBefore, isKeeperThread, KeeperThread, tellProcess } from './keeper-thread.js';
import { readServiceEnv, type ServiceEnv } from './service-env.js';
import { ServiceLife, type ServiceOptions } from './service-life.js';
import { SharedService } from './shared-service.js';
import { keepNext } from './snapshot-keeper.js';

export type { ServiceContext, ServiceOptions } from './service-life.js';

/** A process ends with this where something broke that it can't go on with. */
const EXIT_FATAL = 70;

/** A start that failed says why in one line, and ends the process with a code of its own. */
export async function runService(options: ServiceOptions): Promise<void> {
  const log = createLogger(options.name, { env: options.env ?? process.env });
  const die = (error: unknown): void => {
    if (isKeeperThread()) log.warn({ err: error }, 'the log could not be folded in advance');
    else log.fatal({ err: error }, `${options.name} stops: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(EXIT_FATAL);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  try {
    await boot(options, readServiceEnv(options.name, options.env ?? process.env), log, die);
  } catch (error) {
    die(error);
  }
}

async function boot(options: ServiceOptions, env: ServiceEnv, log: Logger, die: (error: unknown) => void): Promise<void> {
  if (isKeeperThread()) {
    tellProcess(await keepNext({ options, env, log, die }, doneBefore()));
    process.exit(0);
  }
  if (env.lease) {
    const keeper = env.keepSnapshotsMs > 0 && options.makesClock === undefined ? new KeeperThread(process.argv[1] ?? '') : undefined;
    const shared = await SharedService.open({ options, env, lease: env.lease, log, die, ...(keeper ? { keeper } : {}) });
    endOnSignal(log, die, () => shared.leave());
    return shared.run();
  }
  const life = await ServiceLife.open(options, env, { partitions: env.partitions, log, die, mayAct: () => true });
  endOnSignal(log, die, async () => {
    await life.stop();
    await life.told();
  });
  await life.start();
}

/** The first SIGTERM or SIGINT ends the process in order. */
function endOnSignal(log: Logger, die: (error: unknown) => void, end: () => Promise<void>): void {
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stops: no more messages are taken, what is in hand is finished');
    end().then(() => process.exit(0), die);
  };
  process.once('SIGTERM', () => stop('SIGTERM'));
  process.once('SIGINT', () => stop('SIGINT'));
}
