import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { WORKSPACE_ROOT } from '@ballast/testing';
import { announceRun, withdrawRun } from '../stack/current-run.js';
import { logStack } from '../stack/log-stack.js';
import { discoverStrategies } from '../strategies.js';
import { RunFolder, RunRefused } from './run-folder.js';

const EXIT_FAULT = 1;
const EXIT_USAGE = 2;
const READY_MS = 120_000;

/** RUN=<folder of a run>; without it the last one that came to its end. @throws RunRefused */
function runMeant(env: NodeJS.ProcessEnv): string {
  const usual = resolve(WORKSPACE_ROOT, env['DEMO_RUN_DIR'] ?? join('run', 'demo'));
  const dir = env['RUN'] === undefined || env['RUN'] === '' ? RunFolder.lastFinished(usual) : resolve(WORKSPACE_ROOT, env['RUN']);
  if (!existsSync(join(dir, 'nats', 'store'))) throw new RunRefused(`RUN: found no log in ${dir}, allowed is the folder of a run, as run/demo`);
  RunFolder.mustRest(dir);
  return dir;
}

/** `make inspect`: serves the log of a run that is over to `npx ballast …` until Ctrl-C. Nothing runs that could add to it. */
async function main(): Promise<void> {
  const dir = runMeant(process.env);
  const served = await logStack({ root: WORKSPACE_ROOT, runDir: dir, readyTimeoutMs: READY_MS, strategies: discoverStrategies(WORKSPACE_ROOT).map(({ name }) => name) });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => withdrawRun(dir, served));
  await served.stack.start();
  announceRun(dir, served);
  process.stdout.write(`the log of ${dir} is served until Ctrl-C; nobody who trades runs\n`);
  process.stdout.write('in another terminal: npx ballast trades | positions --all | explain <trade> | verify | rebuild | tail --last 50\n');
}

main().catch((error: unknown) => {
  process.stderr.write(`inspect: ${error instanceof RunRefused ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(error instanceof RunRefused ? EXIT_USAGE : EXIT_FAULT);
});
