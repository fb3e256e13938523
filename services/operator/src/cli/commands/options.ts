import type { Command } from 'commander';

/** The options of every command that asks the bus, and its example. */
export const onBus = (command: Command, ...examples: readonly string[]): Command =>
  withExamples(
    command
      .option('--nats <url>', 'the NATS server (NATS_URL; else the running local stack)')
      .option('--as <user>', 'whose credential: cli or approver (BALLAST_AS; else cli)')
      .option('--seed <file>', 'seed file of that user (BALLAST_CLI_SEED or BALLAST_APPROVER_SEED; else the running local stack)')
      .option('--archive <dir>', 'folder of the archive of what is sealed of the log (BALLAST_ARCHIVE): partitions that were rolled over are read from it')
      .option('--json', 'one JSON document on stdout; decimals are strings'),
    ...examples,
  );

/** Makes a repeated command the same one. */
export const withKey = (command: Command): Command => command.option('--key <text>', 'idempotency key: the same command with the same key is carried out once (default: a fresh one)');

export const withExamples = (command: Command, ...examples: readonly string[]): Command => command.addHelpText('after', `\nExample:\n${examples.map((example) => `  $ ${example}\n`).join('')}`);
