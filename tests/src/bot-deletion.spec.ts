import { afterEach, describe, expect, it } from 'vitest';
import { partitionOf } from '@ballast/domain';
import { eventsOf } from './desk/log.js';
import { ProtectedPair } from './desk/protected-pair.js';

const MINUTE_MS = 60_000;
let pair: ProtectedPair;
afterEach(() => pair.desk.stop());

let asked = 0;
async function deletion(): Promise<string> {
  const reply = pair.desk.system.requestsOf('cli').command('operator', partitionOf('main'), 'delete-bot', { botId: 'pair-1', reason: 'test' }, `delete-${(asked += 1)}`);
  await pair.runFor(1_000);
  const answer = await reply;
  return answer.ok ? 'deleted' : answer.error;
}

describe('a protected bot on the desk in memory', () => {
  it('is deleted when it is at rest, flat and all of its protection is back, and not before; then nothing of it goes on (W-12, C-65)', async () => {
    pair = await ProtectedPair.start();
    await pair.moveTo(530);
    await pair.runFor(3 * MINUTE_MS);
    expect(eventsOf(await pair.log(), 'ProtectionDeposited')).not.toEqual([]);
    expect(await deletion()).toMatch(/is RUNNING; only one at rest/);
    await pair.tellBot('stop-bot', { botId: 'pair-1', reason: 'test' });
    await pair.runFor(MINUTE_MS);
    expect(await deletion()).toMatch(/before it is flat and its protection is back; open are: position \S+ ETH-PERP in account pair-1; position \S+ SOL-PERP in account pair-1; trade \S+ is open; protection: \d+(\.\d+)? of protection is still deposited/);
    await pair.tellBot('close-all', { botId: 'pair-1', reason: 'test' });
    await pair.runFor(3 * MINUTE_MS);
    expect(eventsOf(await pair.log(), 'ProtectionReleased')).toMatchObject([{ reason: 'FLAT' }]);
    expect(await deletion()).toBe('deleted');
    await pair.runFor(2 * MINUTE_MS);
    const story = await pair.log();
    expect(eventsOf(story, 'ProtectionReleased').map(({ reason }) => reason)).toEqual(['FLAT', 'DELETED']);
    const signals = eventsOf(story, 'SignalRaised').length;
    await pair.moveTo(700);
    await pair.runFor(3 * MINUTE_MS);
    const after = await pair.log();
    expect([eventsOf(after, 'SignalRaised').length, eventsOf(after, 'BotDeleted').length, after.verify.breaches]).toEqual([signals, 1, []]);
    expect(eventsOf(after, 'EquityObserved').at(-1)).toMatchObject({ accountId: 'pair-1' });
  }, 60_000);
});
