import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, isAlive, ManagedProcess, WORKSPACE_ROOT } from '@ballast/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pidEntries } from './pid-file.js';
import { stopEverything } from './stop-everything.js';

const LIBRARY = join(WORKSPACE_ROOT, 'deploy/local/dist/index.js');
const SERVICE = `
  import { createServer } from 'node:http';
  createServer((_, response) => response.end('ok')).listen(Number(process.env.HEALTH_PORT), '127.0.0.1');
`;

describe.runIf(existsSync(LIBRARY))('a supervisor that is a process of its own (compiled by make setup)', () => {
  let root: string;
  let supervisor: ManagedProcess;
  const runDir = (): string => join(root, 'run', 'it');

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'ballast-supervisor-'));
    writeFileSync(join(root, 'service.mjs'), SERVICE);
    const services = [];
    for (const name of ['venue', 'risk']) services.push({ name, entry: 'service.mjs', env: {}, healthPort: await freePort() });
    const main = `
      import { LocalStack, serviceChild } from ${JSON.stringify(LIBRARY)};
      const root = ${JSON.stringify(root)};
      const stack = new LocalStack({ runDir: root + '/run/it', stages: ${JSON.stringify(services)}.map((service) => [serviceChild(root, service)]) });
      await stack.start();
      console.log('all ready');
    `;
    writeFileSync(join(root, 'supervisor.mjs'), main);
    supervisor = new ManagedProcess({ name: 'supervisor', command: process.execPath, args: [join(root, 'supervisor.mjs')] });
    await supervisor.start();
    await supervisor.waitForLine('all ready', 45_000);
  });
  afterEach(async () => {
    if (supervisor.running) await supervisor.kill();
    rmSync(root, { recursive: true, force: true });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('stops every process on %s and says so by its exit code', async (signal, code) => {
    const pids = pidEntries(runDir()).map(({ pid }) => pid);
    expect(pids).toHaveLength(3);
    expect(await supervisor.kill(signal)).toEqual({ code, signal: null });
    expect(pids.filter(isAlive)).toEqual([]);
    expect(pidEntries(runDir())).toEqual([]);
  });

  it.runIf(existsSync('/usr/bin/setpriv'))('takes every process along when it is killed by kill -9', async () => {
    const pids = pidEntries(runDir()).map(({ pid }) => pid);
    await supervisor.kill('SIGKILL');
    await expect.poll(() => pids.filter(isAlive)).toEqual([]);
  });

  it('is ended by make down before its children, so that it starts none of them again', async () => {
    const pids = pidEntries(runDir()).map(({ pid }) => pid);
    expect([...(await stopEverything(join(root, 'run')))].sort()).toEqual(['risk', 'supervisor', 'venue']);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(await stopEverything(join(root, 'run'))).toEqual([]);
  });
});
