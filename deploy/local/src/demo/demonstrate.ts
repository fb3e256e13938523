import { EnvironmentError } from '@ballast/bus';
import { MarketDataError } from '@ballast/venues';
import { RunRefused } from './run-folder.js';

const EXIT_FAULT = 1;
const EXIT_USAGE = 2;

/** What a demonstration is, to the process that runs it. */
export interface Demonstration {
  /** True once a person has asked it to stop. */
  readonly interrupted: boolean;
  /** Runs to the end; the exit code. */
  run(): Promise<number>;
}

async function toTheEnd(demo: Demonstration): Promise<number> {
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

/** Runs it and ends the process: 2 where what was asked is wrong, in one line, 1 where it failed. `make` reads the environment. */
export async function demonstrate(name: string, make: () => Demonstration): Promise<never> {
  try {
    return process.exit(await toTheEnd(make()));
  } catch (error) {
    process.stderr.write(`${name}: ${isTheirs(error) ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return process.exit(isTheirs(error) ? EXIT_USAGE : EXIT_FAULT);
  }
}
