import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { connectCli } from './cli/connection.js';
import { runCli } from './cli/program.js';

const stopped = new Promise<void>((resolve) => {
  const tails = process.argv[2] === 'tail';
  if (tails) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
});

const run = (command: string, args: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    spawn(command, [...args], { stdio: 'inherit' }).once('error', reject).once('close', (code) => resolve(code ?? 1));
  });

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  connect: connectCli,
  stopped,
  run,
});
