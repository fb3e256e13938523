import { pathToFileURL } from 'node:url';
import { WORKING_COPY } from '../working-copy.js';
import { programFile, UnknownProgram } from './programs.js';

const EXIT_USAGE = 64;

// The image has one entry point; its first argument is the program, the rest is the program's own.
const [node = '', , name, ...rest] = process.argv;
try {
  const file = programFile(name, WORKING_COPY);
  process.argv = [node, file, ...rest];
  await import(pathToFileURL(file).href);
} catch (error) {
  if (!(error instanceof UnknownProgram)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT_USAGE;
}
