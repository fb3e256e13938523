import { freePort } from '@ballast/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker, REVISION, succeeds, VERSION } from './engine.js';

const PROJECT = 'ballast-test';
const MINUTES = 60_000;
/** Services whose images cannot be had here; the set-up of the target says so. */
const LEFT_OUT = (process.env['LEFT_OUT'] ?? '').split(' ').filter((name) => name !== '');
const TOOLS = ['ballast'];

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** What the engine still has of a project. */
const leftBehind = async (): Promise<readonly string[]> => {
  const filter = `label=com.docker.compose.project=${PROJECT}`;
  const listed = await Promise.all([['ps', '-aq'], ['volume', 'ls', '-q'], ['network', 'ls', '-q']].map((command) => succeeds([...command, '--filter', filter])));
  return listed.flatMap((text) => text.split('\n').filter((line) => line !== ''));
};

describe('docker compose up', () => {
  const env: Record<string, string> = {};
  let prometheus = '';
  const compose = (...args: readonly string[]): Promise<string> => succeeds(['compose', '-p', PROJECT, ...args], env);
  const query = async (expression: string): Promise<readonly Sample[]> => {
    const answer = (await (await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(expression)}`)).json()) as { readonly data: { readonly result: readonly Sample[] } };
    return answer.data.result;
  };
  const valueOf = async (expression: string): Promise<number> => Number((await query(expression))[0]?.value[1] ?? 0);
  let services: readonly string[] = [];

  beforeAll(async () => {
    for (const name of ['HTTP_PORT', 'PROMETHEUS_PORT', 'ALERTMANAGER_PORT', 'GRAFANA_PORT']) env[name] = String(await freePort());
    prometheus = `http://127.0.0.1:${env['PROMETHEUS_PORT']}`;
    services = (await compose('config', '--services')).split('\n').filter((name) => name !== '' && !LEFT_OUT.includes(name) && !TOOLS.includes(name));
    await compose('down', '-v');
    const up = await docker(['compose', '-p', PROJECT, 'up', '-d', '--wait', ...services], env);
    if (up.code !== 0) throw new Error(`docker compose up ended with ${up.code}:\n${up.stderr.slice(-3_000)}\n${(await docker(['compose', '-p', PROJECT, 'logs', '--tail', '15'], env)).stdout.slice(-12_000)}`);
  }, 15 * MINUTES);
  afterAll(async () => {
    await docker(['compose', '-p', PROJECT, 'down', '-v', '--timeout', '20'], env);
  }, 3 * MINUTES);

  it('brings everything up healthy, and the keys are handed out', async () => {
    const running = (await compose('ps', '--format', '{{.Service}} {{.State}} {{.Health}}')).trim().split('\n').sort();
    expect(running).toEqual(services.filter((name) => name !== 'keys').map((name) => `${name} running healthy`).sort());
    expect(await compose('logs', '--no-log-prefix', 'keys')).toContain('keys are handed to provisioner, market-data');
  });

  it('lets a pair bot trade, as Prometheus tells it', async () => {
    await expect.poll(() => valueOf('sum(ballast_fills_total)'), { timeout: 4 * MINUTES, interval: 1_000 }).toBeGreaterThanOrEqual(4);
  }, 5 * MINUTES);

  it('is seen by Prometheus as a whole, each process with its version and revision', async () => {
    const jobs = services.filter((name) => !['keys', 'nats', 'redis', 'prometheus', 'alertmanager', 'grafana', 'nats-exporter', 'demo'].includes(name));
    await expect.poll(async () => (await query('up == 1')).map(({ metric }) => metric['job']).filter((job) => job !== 'nats-exporter').sort(), { timeout: MINUTES, interval: 1_000 }).toEqual([...jobs].sort());
    const builds = await query('ballast_build_info');
    expect(builds.map(({ metric }) => [metric['job'], metric['version'], metric['commit']]).sort()).toEqual([...jobs].sort().map((job) => [job, VERSION, REVISION]));
  });

  it('serves the console and its API on the loopback address, to those who have a token', async () => {
    const base = `http://127.0.0.1:${env['HTTP_PORT']}`;
    const tokens = JSON.parse(await compose('run', '--rm', '--no-deps', '--entrypoint', 'node', 'ballast', '-p', `require('node:fs').readFileSync('/var/lib/ballast/secrets/http-tokens.json', 'utf8')`)) as Readonly<Record<string, string>>;
    expect((await fetch(`${base}/`)).status).toBe(200);
    expect((await fetch(`${base}/api/bots`)).status).toBe(401);
    const answer = await fetch(`${base}/api/bots`, { headers: { authorization: `Bearer ${tokens['viewer']}` } });
    expect([answer.status, JSON.stringify(await answer.json())]).toEqual([200, expect.stringContaining('pair-1') as string]);
  });

  it('proves its log from the command line inside: verify finds nothing', async () => {
    expect(await compose('run', '--rm', '--no-deps', 'ballast', 'verify')).toContain('everything holds');
  });

  it('lets a strategy reach neither the venue nor Redis', async () => {
    const reach = (host: string, port: number): Promise<string> => compose('exec', '-T', 'strategy-dn-pair', 'node', '-e', `require('node:net').connect({ host: '${host}', port: ${port}, timeout: 3000 }).on('connect', () => { console.log('reached'); process.exit(0); }).on('error', ({ code }) => { console.log(code); process.exit(0); })`);
    expect((await reach('nats', 4222)).trim()).toBe('reached');
    expect((await reach('paper-venue', 4020)).trim()).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
    expect((await reach('redis', 6379)).trim()).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
  });

  it('leaves nothing behind when it is taken down', async () => {
    expect((await leftBehind()).length).toBeGreaterThan(20);
    await compose('down', '-v', '--timeout', '20');
    expect(await leftBehind()).toEqual([]);
  });
});
