import { EnvironmentError } from '@ballast/bus';
import { WORKSPACE_ROOT } from '@ballast/testing';
import { demoConfig } from './config.js';
import { Demo } from './demo.js';

const EXIT_FAULT = 1;
const EXIT_USAGE = 2;

async function main(): Promise<number> {
  const demo = new Demo(demoConfig(process.env, WORKSPACE_ROOT), WORKSPACE_ROOT);
  try {
    return await demo.run();
  } catch (error) {
    // What breaks while everything is being stopped is no fault; the supervisor ends this process.
    if (demo.interrupted) return await new Promise<never>(() => undefined);
    throw error;
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`demo: ${error instanceof EnvironmentError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(error instanceof EnvironmentError ? EXIT_USAGE : EXIT_FAULT);
  },
);
