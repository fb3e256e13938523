import type { DeadLetters, EventStore, MarketWire, Requests, RESTORER } from '@ballast/bus';

/** What the command line has of the bus. */
export interface CliBus {
  readonly store: EventStore;
  readonly deadLetters: DeadLetters;
  readonly requests: Requests;
  readonly marketWire: Pick<MarketWire, 'lastValues'>;
  close(): Promise<void>;
}

/** Users of the permission table that a person can be at the command line; only the approver resumes a hard stop or lets a portfolio climb. */
export const CLI_USERS = ['cli', 'approver'] as const;
export type CliUser = (typeof CLI_USERS)[number];

/** Where the log is and who asks. */
export interface Target {
  /** `nats://host:port`, several with commas. */
  readonly natsUrl: string;
  /** Whose credential it is: a person's own name for whatever is recorded. */
  readonly user: CliUser | typeof RESTORER;
  /** File with the nkey seed; absent where the server asks for none. */
  readonly seedFile: string | undefined;
  /** Folder of the archive of what is sealed of the log. */
  readonly archiveDir?: string;
}

/** Everything outside that a command touches: a test has its own. */
export interface CliIo {
  readonly env: NodeJS.ProcessEnv;
  /** Folder from which `run/current.json` is looked for, upwards. */
  readonly cwd: string;
  /** One document or line on stdout; the newline is added. */
  out(text: string): void;
  /** One line on stderr; the newline is added. */
  err(text: string): void;
  connect(target: Target): Promise<CliBus>;
  /** Resolves when the person wants it to end (Ctrl-C). */
  readonly stopped: Promise<void>;
  /** Runs a program with this process's output. @returns its exit code. */
  run(command: string, args: readonly string[]): Promise<number>;
}

/** What was asked could not be done: says why and what to do next. Exit code 1. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
  constructor(
    message: string,
    readonly advice: string,
  ) {
    super(message);
  }
}

/** What was asked makes no sense: names the option, what was found, what is allowed. Exit code 2. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}
