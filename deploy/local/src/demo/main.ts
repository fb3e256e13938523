import { EnvironmentError } from '@ballast/bus';
import { WORKSPACE_ROOT } from '@ballast/testing';
import { MarketDataError } from '@ballast/venues';
import { demoConfig } from './config.js';
import { Demo } from './demo.js';
import { RunRefused } from './run-folder.js';

const EXIT_FAULT = 1;
const EXIT_USAGE = 2;

const notifyIn = (env: NodeJS.ProcessEnv): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (name.startsWith('NOTIFY_') && value !== undefined ? [[name, value]] : [])));

async function main(): Promise<number> {
  const demo = new Demo(demoConfig(process.env, WORKSPACE_ROOT), WORKSPACE_ROOT, notifyIn(process.env));
  try {
    return await demo.run();
  } catch (error) {
    // What breaks while everything is being stopped is no fault; the supervisor ends this process.
    if (demo.interrupted) return await new Promise<never>(() => undefined);
    throw error;
  }
}

/** What is wrong with what was asked: one line says it. */
const isTheirs = (error: unknown): error is Error => error instanceof EnvironmentError || error instanceof MarketDataError || error instanceof RunRefused;

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`demo: ${isTheirs(error) ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(isTheirs(error) ? EXIT_USAGE : EXIT_FAULT);
  },
);
