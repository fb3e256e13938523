import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BallastStack } from './ballast-stack.js';

/** The note by which `ballast` finds the stack that runs: `current.json` beside its run folder. */
const fileOf = (runDir: string): string => join(dirname(runDir), 'current.json');

/** What is announced: a whole stack, or the log of a run alone. */
type Served = Pick<BallastStack, 'nats'> & Partial<Pick<BallastStack, 'venueUrl'>>;

export function announceRun(runDir: string, { nats, venueUrl }: Served): void {
  mkdirSync(dirname(runDir), { recursive: true });
  writeFileSync(fileOf(runDir), `${JSON.stringify({ natsUrl: nats.url, seedFiles: nats.seedFiles, adminUrl: venueUrl }, null, 2)}\n`);
}

/** Takes the note away, unless another stack has written its own since. */
export function withdrawRun(runDir: string, { nats }: Pick<Served, 'nats'>): void {
  const file = fileOf(runDir);
  if (!existsSync(file)) return;
  const { natsUrl } = JSON.parse(readFileSync(file, 'utf8')) as { readonly natsUrl?: string };
  if (natsUrl === nats.url) rmSync(file);
}
