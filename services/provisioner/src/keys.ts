import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ArgumentsError, KEYS_USAGE, readKeyArguments } from './key-arguments.js';
import { ensureSeeds } from './seeds.js';
import { natsServerConfig } from './server-config.js';

const EXIT_USAGE = 2;

/** Writes a seed for each user that has none, and the server's configuration with their public keys. */
function writeKeys(argv: readonly string[]): void {
  const { seedsDir, configFile, server } = readKeyArguments(argv);
  const { seedFiles, publicKeys } = ensureSeeds(seedsDir, server.strategies, server);
  mkdirSync(dirname(configFile), { recursive: true });
  writeFileSync(configFile, natsServerConfig(server, publicKeys));
  process.stdout.write(`${configFile}: ${Object.keys(seedFiles).length} users, seeds in ${seedsDir}\n`);
}

try {
  writeKeys(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ArgumentsError)) throw error;
  process.stderr.write(`${error.message}\n\n${KEYS_USAGE}\n`);
  process.exitCode = EXIT_USAGE;
}
