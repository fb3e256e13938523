import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InMemorySnapshots, MemorySystem, StoreUnreachable } from '@ballast/bus';
import { contentId, type Decider } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { reportingModule } from '../reporting.module.js';
import { AT, difference, OWNER, PARTITION, tripped } from './notices.fixtures.js';
import { TelegramServer, until, WebhookServer } from './receivers.fixtures.js';
import { TelegramTarget } from './telegram.target.js';
import { WebhookTarget } from './webhook.target.js';

const TOKEN = '12345:canary-token-of-the-bot';
const teller = (writer: string, kind: string): Decider<null, BallastEvent, BallastEvent> => ({ kind, writer, initial: null, decide: (_state, event) => [event], evolve: () => null });

/** Away at first, as a server is that has just come back. */
class LateStore extends InMemorySnapshots {
  private failures = 2;

  override load(key: string): Promise<Uint8Array | undefined> {
    this.failures -= 1;
    return this.failures >= 0 ? Promise.reject(new StoreUnreachable('no answer')) : super.load(key);
  }
}

describe('the notifier in the reporting service', () => {
  let telegram: TelegramServer;
  let webhook: WebhookServer;
  let system: MemorySystem;
  const concerns = new Map<string, string | undefined>();

  const tell = async (writer: string, kind: string, event: BallastEvent): Promise<void> => {
    await system.platform(writer).streams.execute(teller(writer, kind), { partition: PARTITION, id: 'x1' }, event, { causationId: contentId(writer, JSON.stringify(event)), correlationId: 'x1', lane: OWNER.accountId });
    await system.run();
  };

  beforeEach(async () => {
    [telegram, webhook] = await Promise.all([new TelegramServer(TOKEN, [77]).start(), new WebhookServer().start()]);
    system = new MemorySystem(AT);
  });
  afterEach(async () => {
    await system.stop();
    await Promise.all([telegram.stop(), webhook.stop()]);
  });

  const start = (): Promise<void> => {
    const targets = [new TelegramTarget({ token: TOKEN, apiRoot: telegram.url, timeoutMs: 1_000 }, 77, 'ko'), new WebhookTarget({ url: webhook.url, secret: 'a-secret-of-some-length', timeoutMs: 1_000 })];
    const report = { concern: (target: string, detail: string | undefined): void => void concerns.set(target, detail), warn: (): void => undefined };
    return system.add('reporting', () => reportingModule({ reportDir: 'out/none', notifications: { targets, snapshots: new LateStore(), courier: { windowMs: 0, retryFirstMs: 5, retryMostMs: 20 }, report } }));
  };

  it('tells of what is recorded from its start on, also when the record of what was told is away at first', async () => {
    await tell('execution', 'reconciliation', difference('of before'));
    await start();
    await tell('risk', 'stops', tripped());
    await until(() => telegram.told.length === 1 && webhook.taken.length === 1);
    expect(telegram.told).toEqual([{ chat: 77, text: '🛑 main/swing-1: 하드 스톱 DAILY_LOSS 발동: 3.12% (한도 3%). 거래 상태: HALTED.' }]);
    expect(concerns.has('record')).toBe(true);
    await until(() => [...concerns.values()].every((detail) => detail === undefined));
  });

  it('keeps nobody waiting: what is decided goes on while no receiver answers', async () => {
    for (const { faults } of [telegram, webhook]) faults.push(...Array.from({ length: 100 }, () => 'silence' as const));
    await start();
    await tell('risk', 'stops', tripped());
    for (let n = 0; n < 50; n += 1) await tell('execution', 'reconciliation', difference(`i${n}`));
    expect([telegram.told, webhook.taken]).toEqual([[], []]);
    for (const { faults } of [telegram, webhook]) faults.splice(0);
    await until(() => telegram.told.length === 2 && webhook.taken.length === 2);
    expect(telegram.told[1]?.text).toContain('50 × 대사 불일치');
  });
});
