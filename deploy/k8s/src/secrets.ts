import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { secretsOf } from './generate/files.js';
import { makeSecrets, secretManifests } from './secrets/make-secrets.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const EXIT_USAGE = 2;
const USAGE = [
  'node deploy/k8s/dist/secrets.js --out <folder> [--paper] [--restorer] [--namespace <name>]',
  '  --out <folder>       one folder for each Secret, with its files; what is there stays as it is',
  '  --paper              also a wallet for the simulated venue',
  '  --restorer           also the seed of who puts an archive back and rolls partitions over: for that alone, without it again afterwards',
  '  --namespace <name>   prints the folder as Secrets of that namespace, for kubectl apply -f -',
].join('\n');

function main(argv: readonly string[]): number {
  const { values } = parseArgs({ args: [...argv], options: { out: { type: 'string' }, paper: { type: 'boolean', default: false }, restorer: { type: 'boolean', default: false }, namespace: { type: 'string' } } });
  if (values.out === undefined) throw new TypeError('--out: found nothing, allowed is a folder');
  const catalogue = secretsOf(ROOT);
  const { ready, missing } = makeSecrets({ folder: values.out, catalogue, paper: values.paper, restorer: values.restorer });
  if (values.namespace !== undefined) process.stdout.write(secretManifests(values.out, values.namespace, catalogue));
  process.stderr.write(`${ready.length} files of Secrets in ${values.out}; tokens and public keys for people in ${values.out}/for-people\n`);
  for (const path of missing) process.stderr.write(`missing: ${path}: put it there by hand\n`);
  return missing.length === 0 ? 0 : 1;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  process.stderr.write(`${error.message}\n\n${USAGE}\n`);
  process.exitCode = EXIT_USAGE;
}
