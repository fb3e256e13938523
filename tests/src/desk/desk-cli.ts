import type { MemoryDesk } from '@ballast/local';
import { type CliBus, type CliIo, runCli } from '@ballast/operator';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one `ballast …` against a desk in memory, and a second of market time for whoever answers. */
export async function ballastOn(desk: MemoryDesk, ...argv: readonly string[]): Promise<Ran> {
  const { store, deadLetters, wire, work, clock } = desk.system;
  const out: string[] = [];
  const err: string[] = [];
  const connect: CliIo['connect'] = ({ user }) => Promise.resolve<CliBus>({ store, deadLetters, requests: desk.system.requestsOf(user), marketWire: wire, close: () => Promise.resolve() });
  const ran = runCli(argv, { env: {}, cwd: '/', out: (text) => out.push(text), err: (text) => err.push(text), connect, stopped: new Promise(() => undefined), run: () => Promise.resolve(0) });
  await work.idle();
  await desk.system.run(clock.now() + 1_000);
  return { code: await ran, out: out.join('\n'), err: err.join('\n') };
}
