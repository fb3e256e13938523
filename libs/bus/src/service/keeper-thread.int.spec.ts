import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { KeeperThread } from './keeper-thread.js';

const folder = mkdtempSync(join(tmpdir(), 'ballast-keeper-'));
let programs = 0;

/** A program that a thread runs in place of a service's. */
function program(text: string): string {
  programs += 1;
  const file = join(folder, `program-${programs}.mjs`);
  writeFileSync(file, `import { appendFileSync } from 'node:fs';\nimport { parentPort, workerData } from 'node:worker_threads';\n${text}\n`);
  return file;
}

describe('the thread that folds in advance', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('goes through each set once, however fast the log grows: a set that it is done with is due no more in that round', async () => {
    const sets = ['0,1,2,3', '4,5,6,7'];
    const seen = join(folder, 'seen');
    await new KeeperThread(program(`const next = ${JSON.stringify(sets)}.find((set) => !workerData.ballastKeeps.includes(set));\nappendFileSync(${JSON.stringify(seen)}, next + '\\n');\nparentPort.postMessage(next);`)).run();
    expect(readFileSync(seen, 'utf8').trim().split('\n')).toEqual([...sets, 'undefined']);
  }, 30_000);

  it('says how it ended where it could not go on', async () => {
    await expect(new KeeperThread(program('process.exit(70);')).run()).rejects.toThrow('the thread that folds in advance ended with 70');
    await expect(new KeeperThread(program('throw new Error("no room");')).run()).rejects.toThrow('no room');
  }, 30_000);

  it('ends where it is told to, in the middle of a round', async () => {
    const keeper = new KeeperThread(program('setInterval(() => undefined, 1_000);'));
    const round = keeper.run();
    await keeper.stop();
    await expect(round).rejects.toThrow('the thread that folds in advance ended');
  }, 30_000);
});
