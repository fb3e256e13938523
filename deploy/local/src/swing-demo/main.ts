import { EnvironmentError } from '@ballast/bus';
import { WORKSPACE_ROOT } from '@ballast/testing';
import { MarketDataError } from '@ballast/venues';
import { RunRefused } from '../demo/run-folder.js';
import { swingDemoConfig } from './config.js';
import { SwingDemo } from './swing-demo.js';

const EXIT_FAULT = 1;
const EXIT_USAGE = 2;

async function main(): Promise<number> {
  const demo = new SwingDemo(swingDemoConfig(process.env, WORKSPACE_ROOT), WORKSPACE_ROOT);
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
    process.stderr.write(`demo-swing: ${isTheirs(error) ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(isTheirs(error) ? EXIT_USAGE : EXIT_FAULT);
  },
);
