import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, isAlive } from '@ballast/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { natsChild, redisChild, serviceChild, type ChildSpec } from './child-spec.js';
import { LocalStack, type StackOptions } from './local-stack.js';
import { pidEntries } from './pid-file.js';
import { stopEverything } from './stop-everything.js';

/** A service as small as one can be: ready 100 ms after its start, ends on SIGTERM, says what it was given. */
const SERVICE = `
  import { createServer } from 'node:http';
  const begun = performance.now();
  console.error('colour ' + process.env.COLOUR + ' secret ' + process.env.SECRET_OF_ANOTHER);
  const server = createServer((_, response) => response.writeHead(performance.now() - begun > 100 ? 200 : 503).end('warming up'));
  server.listen(Number(process.env.HEALTH_PORT), '127.0.0.1');
  if (process.env.DEAF !== undefined) process.on('SIGTERM', () => console.error('deaf'));
  else process.on('SIGTERM', () => { console.error('clean end'); process.exit(0); });
`;

describe('the processes of a stack', () => {
  let root: string;
  let runDir: string;
  const stacks: LocalStack[] = [];
  const service = async (name: string, env: Record<string, string> = {}, text = SERVICE): Promise<ChildSpec> => {
    writeFileSync(join(root, `${name}.mjs`), text);
    return serviceChild(root, { name, entry: `${name}.mjs`, env, healthPort: await freePort() });
  };
  const stackOf = (stages: StackOptions['stages'], more: Partial<StackOptions> = {}): LocalStack => {
    const stack = new LocalStack({ runDir, stages, readyTimeoutMs: 20_000, graceMs: 5_000, restart: { backoffMs: 20 }, ...more });
    stacks.push(stack);
    return stack;
  };
  const pidOf = (stack: LocalStack, name: string): number => stack.child(name).pid ?? 0;
  const logOf = (name: string): string => readFileSync(join(runDir, 'logs', `${name}.log`), 'utf8');

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'ballast-stack-'));
    runDir = join(root, 'run', 'it');
  });
  afterEach(async () => {
    for (const stack of stacks.splice(0)) await stack.stopAll();
    rmSync(root, { recursive: true, force: true });
  });

  it('have nats-server, redis and services ready in the order of their stages, and leave nothing behind', async () => {
    const stack = stackOf([
      [natsChild({ dir: runDir, port: await freePort(), monitorPort: await freePort() }), redisChild({ dir: join(runDir, 'redis'), port: await freePort() })],
      [await service('venue')],
      [await service('risk'), await service('sizing')],
    ]);
    await stack.start();
    const pids = stack.status().map(({ pid }) => pid ?? 0);
    expect(pids.every(isAlive)).toBe(true);
    expect(pidEntries(runDir).map(({ name }) => name).sort()).toEqual(['nats-server', 'redis-server', 'risk', 'sizing', 'supervisor', 'venue']);
    await stack.stopAll();
    expect(pids.filter(isAlive)).toEqual([]);
    expect(pidEntries(runDir)).toEqual([]);
    expect(logOf('risk')).toContain('clean end');
  });

  it('get their own environment and nothing of the supervisor but the like of PATH', async () => {
    process.env['SECRET_OF_ANOTHER'] = 'canary';
    await stackOf([[await service('risk', { COLOUR: 'blue' })]]).start();
    delete process.env['SECRET_OF_ANOTHER'];
    expect(logOf('risk')).toContain('colour blue secret undefined');
  });

  it('are started again after kill -9, and counted', async () => {
    const stack = stackOf([[await service('risk')]]);
    await stack.start();
    const before = pidOf(stack, 'risk');
    await stack.kill('risk');
    await stack.whenReady('risk');
    expect(pidOf(stack, 'risk')).not.toBe(before);
    expect(stack.status()).toEqual([{ name: 'risk', pid: pidOf(stack, 'risk'), restarts: 1 }]);
  });

  it('are given up after too many deaths in a row, with the last lines of the log', async () => {
    const givenUp = new Promise<Error>((resolve) => {
      const start = async (): Promise<void> => {
        const stack = stackOf([[await service('risk')]], { restart: { backoffMs: 5, restartsMax: 2 }, onGivenUp: resolve });
        await stack.start();
        writeFileSync(join(root, 'risk.mjs'), `console.error('limit file is missing'); process.exit(1);`);
        await stack.kill('risk');
      };
      void start();
    });
    expect((await givenUp).message).toMatch(/risk: died 3 times in a row and is given up[\s\S]*limit file is missing/);
  });

  it('are all stopped when one does not get ready, and the error says which and why', async () => {
    const stack = stackOf([[await service('venue')], [await service('risk', {}, `console.error('no such portfolio'); process.exit(3);`)]]);
    await expect(stack.start()).rejects.toThrow(/risk: ended before it was ready[\s\S]*risk\.log[\s\S]*no such portfolio/);
    expect(stack.status().map(({ pid }) => pid)).toEqual([undefined, undefined]);
  });

  it('are killed after their grace when they do not hear SIGTERM, also when they are frozen', async () => {
    const stack = stackOf([[await service('deaf', { DEAF: '1' }), await service('frozen')]], { graceMs: 1_500 });
    await stack.start();
    const pids = stack.status().map(({ pid }) => pid ?? 0);
    await stack.kill('frozen', 'SIGSTOP');
    await stack.stopAll();
    expect(pids.filter(isAlive)).toEqual([]);
    expect(logOf('deaf')).toContain('deaf');
    expect(logOf('frozen')).toContain('clean end');
  });

  it('cannot be started twice in one folder', async () => {
    const first = stackOf([[await service('risk')]]);
    await first.start();
    await expect(stackOf([[await service('sizing')]]).start()).rejects.toThrow(/still running here: .*risk.*make down/);
  });

  it('are refused by name where two have one name', async () => {
    const risk = await service('risk');
    expect(() => stackOf([[risk], [risk]])).toThrow('found the name "risk" twice');
  });

  it('are found by make down through their pid files, but never by a pid that another program has now', async () => {
    const stack = stackOf([[await service('risk')]]);
    await stack.start();
    const pid = pidOf(stack, 'risk');
    await stack.stopAll();
    writeFileSync(join(runDir, 'pids', 'stranger.json'), JSON.stringify({ name: 'stranger', pid: process.pid, start: 'another boot/1' }));
    expect(isAlive(pid)).toBe(false);
    expect(await stopEverything(join(root, 'run'))).toEqual([]);
    expect(pidEntries(runDir)).toEqual([]);
  });
});
