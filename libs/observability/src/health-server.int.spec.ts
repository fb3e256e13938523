import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setTimeout as delay } from 'node:timers/promises';
import { HealthServer } from './health-server.js';
import { Metrics } from './metrics.js';

const build = { service: 'risk', version: '0.1.0', commit: 'unknown' };

function blockEventLoop(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until) Math.sqrt(until);
}

describe('the health server', () => {
  let health: HealthServer;
  let base: string;
  const get = async (path: string, method = 'GET'): Promise<{ status: number; body: unknown; type: string | null }> => {
    const answer = await fetch(`${base}${path}`, { method });
    const text = await answer.text();
    const type = answer.headers.get('content-type');
    return { status: answer.status, type, body: type === 'application/json' ? (JSON.parse(text) as unknown) : text };
  };

  const start = async (lagMaxMs?: number): Promise<void> => {
    health = new HealthServer(new Metrics(build), ['recovered', 'live'], lagMaxMs === undefined ? {} : { lagMaxMs });
    base = `http://127.0.0.1:${await health.start(0)}`;
  };
  beforeEach(() => start());
  afterEach(() => health.stop());

  it('is not ready until every condition holds, and names those that do not', async () => {
    expect(await get('/readyz')).toMatchObject({ status: 503, body: { ready: false, missing: ['recovered', 'live'] } });
    health.set('recovered', true);
    expect(await get('/readyz')).toMatchObject({ status: 503, body: { missing: ['live'] } });
    health.set('live', true);
    expect(await get('/readyz')).toMatchObject({ status: 200, body: { ready: true, missing: [] } });
    health.set('recovered', false);
    expect(await get('/readyz')).toMatchObject({ status: 503, body: { missing: ['recovered'] } });
  });

  it('names what a person should look at, and stays ready: a parked lane blocks only itself', async () => {
    for (const condition of ['recovered', 'live']) health.set(condition, true);
    expect(await get('/readyz')).toMatchObject({ status: 200, body: { ready: true, concerns: {} } });
    health.concern('lanes', '1 wait for a person: 3:pair-1');
    expect(await get('/readyz')).toMatchObject({ status: 200, body: { ready: true, missing: [], concerns: { lanes: '1 wait for a person: 3:pair-1' } } });
    expect((await get('/metrics')).body).toContain('ballast_concern{check="lanes"} 1');
    health.concern('lanes', undefined);
    expect(await get('/readyz')).toMatchObject({ status: 200, body: { concerns: {} } });
    expect((await get('/metrics')).body).toContain('ballast_concern{check="lanes"} 0');
  });

  it('is alive while it is not ready', async () => {
    expect(await get('/healthz')).toMatchObject({ status: 200, body: { alive: true } });
  });

  it('is not alive after its event loop was blocked, and alive again afterwards', async () => {
    await health.stop();
    await start(100);
    await delay(60);
    blockEventLoop(400);
    await delay(60);
    expect(await get('/healthz')).toMatchObject({ status: 503, body: { alive: false, lagMaxMs: 100 } });
    await expect.poll(() => get('/healthz')).toMatchObject({ status: 200, body: { alive: true } });
  });

  it('serves metrics, with the readiness conditions and the build among them', async () => {
    const { status, body, type } = await get('/metrics');
    expect(status).toBe(200);
    expect(type).toContain('text/plain');
    expect(body).toContain('ballast_ready{condition="live"} 0');
    expect(body).toContain(`ballast_build_info{service="risk",version="0.1.0",commit="unknown",node="${process.version}"} 1`);
    expect(body).toMatch(/^ballast_event_loop_lag_seconds [0-9.e-]+$/m);
  });

  it('refuses other paths and methods by name', async () => {
    expect(await get('/secrets')).toMatchObject({ status: 404, body: { error: 'path: found /secrets, allowed is /healthz, /readyz or /metrics' } });
    expect(await get('/readyz', 'POST')).toMatchObject({ status: 405 });
  });

  it('says so when its port is taken', async () => {
    const second = new HealthServer(new Metrics(build), []);
    await expect(second.start(Number(new URL(base).port))).rejects.toThrow('EADDRINUSE');
    await second.stop();
  });
});
