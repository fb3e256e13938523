import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsOf, readLog } from '../desk/log.js';
import { ALL, PROVISIONERS, ReplicaDesk, until } from './replica-desk.js';

const [A, B] = ['risk', 'risk-2'] as const;
const TAKEOVER_MAX_MS = 10_000;
const FROZEN_MS = 9_000;
/** Until NATS has cut who is gone it may ask nobody there: 8 s, and one try of 2 s that began before. */
const LOST_NODE_MAX_MS = 15_000;
const rows: string[] = [];

describe('two replicas of a service', () => {
  let desk: ReplicaDesk;
  const inSeconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

  beforeAll(async () => {
    desk = await ReplicaDesk.start('takeover', [A, B]);
  });
  afterAll(async () => {
    await desk.stop();
    process.stdout.write(`${['what happened to one of two replicas          its partitions answered after', ...rows].join('\n')}\n`);
  });

  /** Waits until both share, does it to B, and measures until what B owned is answered. */
  async function after(what: string, harm: () => Promise<void>): Promise<number> {
    await until('both own their share', () => desk.isShared());
    const lost = (await desk.owned(B)) ?? [];
    expect(lost.length).toBe(4);
    await harm();
    const tookMs = await desk.answering(lost);
    rows.push(`${what.padEnd(46)}${inSeconds(tookMs)}`);
    return tookMs;
  }

  it('have four partitions each, and answer for all of them', async () => {
    await until('both own their share', () => desk.isShared());
    expect(await desk.answering(ALL)).toBeLessThan(TAKEOVER_MAX_MS);
  });

  it('take over what one of them owned within 10 s of its kill -9, and share again when it is back', async () => {
    expect(await after('kill -9', () => desk.stack.kill(B))).toBeLessThan(TAKEOVER_MAX_MS);
    await until('both own their share again', () => desk.isShared());
  });

  it('hand over at once where one is told to stop', async () => {
    expect(await after('SIGTERM', () => desk.stack.kill(B, 'SIGTERM'))).toBeLessThan(TAKEOVER_MAX_MS);
  });

  it('take over from one that is frozen, and what it was about to do when it wakes is done by nobody twice', async () => {
    const frozen = after('frozen', () => desk.stack.kill(B, 'SIGSTOP'));
    await delay(FROZEN_MS);
    expect(await frozen).toBeLessThan(TAKEOVER_MAX_MS);
    await desk.stack.kill(B, 'SIGCONT');
    await until('both own their share again', () => desk.isShared());
    await desk.answering(ALL);
  });

  it.each(PROVISIONERS)('take over from one that is gone together with %s, with nobody to close their connections, as where a node is lost', async (provisioner) => {
    const gone = [B, provisioner];
    const tookMs = await after(`lost with ${provisioner}`, async () => {
      for (const name of gone) await desk.stack.kill(name, 'SIGSTOP');
    });
    for (const name of gone) await desk.stack.kill(name, 'SIGCONT');
    expect(tookMs).toBeLessThan(LOST_NODE_MAX_MS);
    await until('both own their share again', () => desk.isShared());
    await desk.answering(ALL);
  });

  it('have written every decision once, in one chain for each stream, whoever owned it', async () => {
    const story = await readLog(desk.bus.store);
    expect(story.verify.breaches).toEqual([]);
    expect(eventsOf(story, 'TradingStateChanged').length, 'each command decided once').toBe(desk.carriedOut);
    expect(desk.carriedOut).toBe(4 * ALL.length + 5 * 4);
  });
});
