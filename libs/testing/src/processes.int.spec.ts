import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findBinary } from './processes-binary.js';
import { isAlive } from './processes-identity.js';
import { boundToParent, ManagedProcess, spawnProcess } from './processes.js';

const NODE = process.execPath;
const started: ManagedProcess[] = [];
const script = async (text: string, more: { ready?: () => Promise<boolean>; readyTimeoutMs?: number } = {}): Promise<ManagedProcess> => {
  const managed = new ManagedProcess({ name: 'script', command: NODE, args: ['-e', text], ...more });
  started.push(managed);
  await managed.start();
  return managed;
};

afterEach(async () => {
  for (const managed of started.splice(0)) if (managed.running) await managed.kill();
});

describe('a process of a test', () => {
  it('keeps whole lines of both outputs', async () => {
    const managed = await script(`process.stdout.write('half '); setTimeout(() => { console.log('and half'); console.error('beside'); }, 20)`);
    expect(await managed.waitForLine('and half')).toBe('half and half');
    await managed.exited;
    expect([...managed.lines].sort()).toEqual(['beside', 'half and half']);
  });

  it('is started again after kill -9, with another process id', async () => {
    const managed = await script(`console.log('up ' + process.pid); setInterval(() => {}, 1000)`);
    const first = managed.pid;
    expect(await managed.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    await managed.restart();
    await managed.waitForLine(`up ${managed.pid}`);
    expect(managed.pid).not.toBe(first);
  });

  it('is killed when it does not end on SIGTERM in time', async () => {
    const managed = await script(`process.on('SIGTERM', () => {}); console.log('deaf'); setInterval(() => {}, 1000)`);
    await managed.waitForLine('deaf');
    expect((await managed.stop(100)).signal).toBe('SIGKILL');
  });

  it('takes along what it started itself', async () => {
    const managed = await script(`const { spawn } = require('node:child_process'); console.log('child ' + spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']).pid); setInterval(() => {}, 1000)`);
    const child = Number((await managed.waitForLine('child ')).slice('child '.length));
    expect(isAlive(child)).toBe(true);
    await managed.kill();
    await expect.poll(() => isAlive(child)).toBe(false);
  });

  it('shows its last lines when it is not ready in time', async () => {
    const stuck = script(`console.log('waiting for the moon'); setInterval(() => {}, 1000)`, { ready: () => Promise.resolve(false), readyTimeoutMs: 500 });
    await expect(stuck).rejects.toThrow(/script: not ready after 500 ms[\s\S]*waiting for the moon/);
  });

  it.runIf(existsSync('/usr/bin/setpriv'))('dies with the process that started it, even by kill -9', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ballast-process-'));
    const file = join(folder, 'parent.mjs');
    const bound = boundToParent(NODE, ['-e', 'console.log("ready"); setInterval(() => {}, 1000)']);
    writeFileSync(file, `import { spawn } from 'node:child_process';
      const child = spawn(${JSON.stringify(bound.command)}, ${JSON.stringify(bound.args)}, { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
      child.stdout.once('data', () => console.log('grandchild ' + child.pid));`);
    const parent = await spawnProcess({ name: 'parent', command: NODE, args: [file] });
    started.push(parent);
    const grandchild = Number((await parent.waitForLine('grandchild ')).slice('grandchild '.length));
    await parent.kill('SIGKILL');
    await expect.poll(() => isAlive(grandchild)).toBe(false);
  });
});

describe('the place of a program', () => {
  it('is what the environment variable names', () => {
    expect(findBinary('node', 'ANY_BIN', { ANY_BIN: NODE })).toBe(NODE);
  });

  it('is refused by name where the variable names nothing that runs', () => {
    expect(() => findBinary('node', 'ANY_BIN', { ANY_BIN: '/nowhere' })).toThrow('ANY_BIN: found "/nowhere", allowed is the full path of an executable node');
  });

  it('tells which command installs it where it is nowhere', () => {
    expect(() => findBinary('no-such-server', 'ANY_BIN', { PATH: '/nowhere' })).toThrow(/ANY_BIN is not set.*run "make setup"/);
  });
});
