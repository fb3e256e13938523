import { parseArgs } from 'node:util';
import { createLogger } from '@ballast/observability';
import { Reloader } from './reloader.js';

const EXIT_USAGE = 2;
const LOOK_MS = 5_000;
const USAGE = ['nats-reloader --pid <file> --watch <folder>', '  --pid <file>       where the NATS server writes its process id', '  --watch <folder>   its certificates: once they are replaced, it is told to read them'].join('\n');

function main(argv: readonly string[]): void {
  const { values } = parseArgs({ args: [...argv], options: { pid: { type: 'string' }, watch: { type: 'string' } } });
  if (values.pid === undefined) throw new TypeError('--pid: found nothing, allowed is a file');
  if (values.watch === undefined) throw new TypeError('--watch: found nothing, allowed is a folder');
  const log = createLogger('nats-reloader');
  const reloader = new Reloader({ pidFile: values.pid, folder: values.watch });
  const look = (): void => {
    const pid = reloader.look();
    if (pid !== undefined) log.info({ pid }, 'certificates were replaced: the server is told to read them');
  };
  look();
  setInterval(look, LOOK_MS);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  process.stderr.write(`${error.message}\n\n${USAGE}\n`);
  process.exitCode = EXIT_USAGE;
}
