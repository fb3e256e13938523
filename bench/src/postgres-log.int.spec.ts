import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PostgresLog } from './postgres-log.js';
import { findPostgres, PostgresServer } from './postgres-server.js';

const programs = findPostgres();

describe.runIf(programs !== undefined)('the event log on PostgreSQL that ours is measured against (needs a PostgreSQL on the machine)', () => {
  let server: PostgresServer;
  let log: PostgresLog;
  beforeAll(async () => {
    server = await PostgresServer.start(programs!);
    log = await PostgresLog.open(server.url, 4);
  });
  afterAll(async () => {
    await log.close();
    await server.stop();
    expect(existsSync(server.folder)).toBe(false);
  });

  it('makes every append durable before it answers', async () => {
    expect(await log.setting('fsync')).toBe('on');
    expect(await log.setting('synchronous_commit')).toBe('on');
  });

  it('appends at the expected version and refuses any other', async () => {
    await log.append('a', 0, 'a-1', '{}');
    await log.append('a', 1, 'a-2', '{}');
    for (const stale of [0, 1, 3]) await expect(log.append('a', stale, `a-stale-${stale}`, '{}')).rejects.toThrow(`stream a is not at version ${stale}`);
    await expect(log.append('new', 1, 'new-2', '{}')).rejects.toThrow('stream new is not at version 1');
    expect(await log.versions('a')).toEqual([1, 2]);
  });

  it('lets one of many appends at the same version through', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, writer) => log.append('contended', 0, `contended-${writer}`, '{}')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await log.versions('contended')).toEqual([1]);
  });

  it('stores no decision twice, and leaves the stream where it was', async () => {
    await log.append('once', 0, 'once-1', '{}');
    await expect(log.append('once', 1, 'once-1', '{}')).rejects.toThrow('decision_id');
    await log.append('once', 1, 'once-2', '{}');
    expect(await log.versions('once')).toEqual([1, 2]);
  });
});
