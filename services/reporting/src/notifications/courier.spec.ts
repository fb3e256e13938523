import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InMemorySnapshots, SnapshotStore, WallClock } from '@ballast/bus';
import type { Partition } from '@ballast/domain';
import { Metrics } from '@ballast/observability';
import { Courier, type CourierSettings } from './courier.js';
import { DeliveryRecords } from './delivery-records.js';
import { NoticeQueues } from './notice-queues.projection.js';
import { deposited, exhausted, intended, PARTITION, recorded, tripped } from './notices.fixtures.js';
import { TelegramServer, until, WebhookServer } from './receivers.fixtures.js';
import type { Target } from './target.js';
import { TelegramTarget } from './telegram.target.js';
import { signatureOf, WebhookTarget } from './webhook.target.js';

const TOKEN = '12345:canary-token-of-the-bot';
const SECRET = 'canary-secret-of-the-webhook';
const CHAT = -1001234;
const QUICK: CourierSettings = { windowMs: 0, retryFirstMs: 5, retryMostMs: 20 };

describe('a courier', () => {
  let telegram: TelegramServer;
  let webhook: WebhookServer;
  let queues: NoticeQueues;
  let store: SnapshotStore;
  let metrics: Metrics;
  let place: number;
  let said: string[];
  let concerns: Map<string, string>;
  const couriers: Courier[] = [];

  beforeEach(async () => {
    [telegram, webhook] = await Promise.all([new TelegramServer(TOKEN, [CHAT, 77]).start(), new WebhookServer().start()]);
    [queues, store, metrics, place] = [new NoticeQueues(), new InMemorySnapshots(), new Metrics({ service: 'reporting', version: 'test', commit: 'test' }), 0];
    [said, concerns] = [[], new Map()];
  });

  afterEach(async () => {
    await Promise.all(couriers.splice(0).map((courier) => courier.stop()));
    await Promise.all([telegram.stop(), webhook.stop()]);
  });

  const chat = (timeoutMs = 1_000, token = TOKEN, id = CHAT): Target => new TelegramTarget({ token, apiRoot: telegram.url, timeoutMs }, id, 'en');
  const hook = (timeoutMs = 1_000): Target => new WebhookTarget({ url: `${webhook.url}/in?key=canary-of-the-url`, secret: SECRET, timeoutMs });
  const report = {
    get metrics(): Metrics {
      return metrics;
    },
    concern: (target: string, detail: string | undefined): void => void (detail === undefined ? concerns.delete(target) : concerns.set(target, detail)),
    warn: (line: string): void => void said.push(line),
  };

  /** A life of the process: reads the record, then tells. `recoveredAt`: what the log held of each kind at its start. */
  async function live(targets: readonly Target[], settings = QUICK, from: SnapshotStore = store, recovered = queues.totals(PARTITION)): Promise<readonly Courier[]> {
    const records = new DeliveryRecords(from, targets.map(({ name }) => name));
    await records.open(new Map<Partition, Readonly<Record<string, number>>>([[PARTITION, recovered]]));
    const begun = targets.map((target) => new Courier(target, { queues, records, clock: new WallClock(), report }, settings));
    for (const courier of begun) courier.start();
    couriers.push(...begun);
    return begun;
  }
  const deposit = (count: number): void => {
    for (let n = 0; n < count; n += 1) for (const event of [intended(`t${place}`, 'DEPOSIT', '0.04'), deposited(`t${place}`, String(place + 1))]) queues.apply(recorded(event, (place += 1)));
  };
  const add = (event: ReturnType<typeof tripped>): void => queues.apply(recorded(event, (place += 1)));
  const stopAll = (): Promise<unknown> => Promise.all(couriers.splice(0).map((courier) => courier.stop()));

  it('tells a chat and a webhook, and nothing of what was before it was there', async () => {
    deposit(3);
    await live([chat(), hook()]);
    add(tripped());
    await until(() => telegram.told.length === 1 && webhook.taken.length === 1);
    expect(telegram.told[0]).toMatchObject({ chat: CHAT, text: expect.stringContaining('Hard stop DAILY_LOSS') as string });
    expect(JSON.parse(webhook.taken[0]?.body ?? '')).toMatchObject({ format: 1, kind: 'HARD_STOP', count: 1, key: webhook.keys[0], notices: [{ portfolioId: 'main', scopeId: 'swing-1', stop: 'DAILY_LOSS', value: '0.0312' }] });
  });

  it('signs what a webhook gets, over time and bytes', async () => {
    await live([hook()]);
    add(tripped());
    await until(() => webhook.taken.length === 1);
    const [{ headers, body }] = webhook.taken as [(typeof webhook.taken)[number]];
    expect(headers['x-ballast-signature']).toBe(signatureOf(SECRET, String(headers['x-ballast-timestamp']), body));
    expect(signatureOf(SECRET, '1', body)).not.toBe(headers['x-ballast-signature']);
    expect(signatureOf('key', '1', '{}')).toBe('sha256=1ba6b8171186efc613e8bcc0cbdab2748f24984d7c5a84faa2637afa0e40d224');
  });

  it('waits as long as Telegram asks, and gets through errors, silence and pages that are no JSON', async () => {
    telegram.faults.push({ status: 429, retryAfterS: 1 }, { status: 500 }, { status: 502, html: true }, 'silence', { status: 403 });
    await live([chat(100)]);
    const began = performance.now();
    add(tripped());
    await until(() => concerns.get(`telegram:${CHAT}`)?.includes('Too Many Requests') ?? false);
    await until(() => telegram.told.length === 1);
    expect(performance.now() - began).toBeGreaterThan(1_000);
    await until(() => concerns.size === 0);
    expect(telegram.received.length).toBe(6);
    expect(said).toEqual([expect.stringContaining('429'), expect.stringContaining('500'), expect.stringContaining('no answer that can be read'), expect.stringContaining('no answer in time'), expect.stringContaining('403')]);
    const text = await metrics.text();
    expect(text).toContain('ballast_notifications_total{channel="telegram",outcome="failed"} 5');
    expect(text).toContain('ballast_notifications_total{channel="telegram",outcome="sent"} 1');
  });

  it('tells a burst of one kind as the first of it, then one message that counts the rest', async () => {
    await live([chat(), hook()], { ...QUICK, windowMs: 60 });
    deposit(1);
    await until(() => telegram.told.length === 1 && webhook.taken.length === 1);
    deposit(249);
    add(exhausted());
    await until(() => telegram.told.length === 3 && webhook.taken.length === 3);
    expect(telegram.told.map(({ text }) => text.split('\n')[0])).toEqual([expect.stringContaining('Deposited $1.00'), expect.stringContaining('🚨 swing-1: Max protection reached'), '⚠️ 249 × protection deposit']);
    expect(telegram.told[2]?.text).toMatch(/and 244 more before$/);
    expect(JSON.parse(webhook.taken[2]?.body ?? '')).toMatchObject({ count: 249, kind: 'PROTECTION_DEPOSIT' });
  });

  it('loses nothing while a receiver is down for long: what waits is counted when it is back', async () => {
    webhook.faults.push(...Array.from({ length: 6 }, () => ({ status: 503 })));
    await live([hook(), chat()], { ...QUICK, retryFirstMs: 30, retryMostMs: 30 });
    for (let n = 0; n < 300; n += 1) deposit(1);
    await until(() => concerns.get('webhook')?.includes('300 wait') ?? false);
    await until(() => webhook.taken.length === 1);
    expect(webhook.taken.map(({ body }) => (JSON.parse(body) as { count: number }).count)).toEqual([300]);
    await until(() => telegram.told.length === 1);
    expect(telegram.told[0]?.text).toContain('300 × protection deposit');
  });

  it('starts again without telling anything twice, and with what has come since', async () => {
    await live([chat(), hook()]);
    deposit(2);
    await until(() => telegram.told.length === 1 && webhook.taken.length === 1);
    await stopAll();
    await live([chat(), hook()]);
    add(tripped());
    await until(() => telegram.told.length === 2 && webhook.taken.length === 2);
    expect(telegram.told[1]?.text).toContain('Hard stop');
  });

  it.each([0, 1, 2, 3, 4, 5, 6])('after a crash that follows %i writes to the record repeats at most the one message in doubt, under its key', async (writes) => {
    await live([hook()]);
    await stopAll();
    const dying = new DyingStore(store, 1 + writes);
    await live([hook()], QUICK, dying);
    for (let n = 1; n <= 3; n += 1) {
      deposit(1);
      await until(() => webhook.taken.length === n || dying.dead);
    }
    await until(() => dying.dead || webhook.taken.length === 3);
    await stopAll();
    await live([hook()]);
    add(exhausted());
    await until(() => counted(webhook) >= 4);
    await stopAll();
    const repeated = webhook.keys.length - new Set(webhook.keys).size;
    expect(counted(webhook)).toBe(4);
    expect(repeated).toBe(writes % 2);
  });

  it('sends a message whose answer was lost again under the same key', async () => {
    webhook.faults.push('lost-answer', 'silence');
    await live([hook(80)]);
    add(tripped());
    await until(() => webhook.taken.length === 2);
    expect(new Set(webhook.keys).size).toBe(1);
    expect(new Set(webhook.received.map(({ body }) => body)).size).toBe(1);
  });

  it('gives up a message that a webhook has refused three times, says so, and goes on', async () => {
    webhook.faults.push({ status: 422 }, { status: 422 }, { status: 422 });
    await live([hook()]);
    add(tripped());
    await until(() => concerns.get('webhook')?.startsWith('gave up HARD_STOP') ?? false);
    deposit(1);
    await until(() => webhook.taken.length === 1);
    await until(() => concerns.size === 0);
    expect(JSON.parse(webhook.taken[0]?.body ?? '')).toMatchObject({ kind: 'PROTECTION_DEPOSIT' });
    expect(await metrics.text()).toContain('ballast_notifications_total{channel="webhook",outcome="given_up"} 1');
  });

  it('gives up what Telegram will never take, says so and goes on, but keeps what waits for a chat that is not there yet', async () => {
    telegram.faults.push({ status: 400 }, { status: 400 }, { status: 400 });
    await live([chat()]);
    add(tripped());
    await until(() => concerns.get(`telegram:${CHAT}`)?.startsWith('gave up HARD_STOP') ?? false);
    deposit(1);
    await until(() => telegram.told.length === 1);
    expect(telegram.told[0]?.text).toContain('Deposited');
    await live([chat(1_000, TOKEN, 404)]);
    add(tripped());
    await until(() => concerns.get('telegram:404')?.startsWith('5 failed') ?? false);
    expect(concerns.get('telegram:404')).toContain('1 wait; HARD_STOP');
  });

  it('does not let a target that is away keep another waiting, and tells each chat of the list only', async () => {
    await live([chat(1_000, '999:a-wrong-canary-token'), hook(), chat(1_000, TOKEN, 77)]);
    add(tripped());
    await until(() => webhook.taken.length === 1 && telegram.told.length === 1);
    await until(() => concerns.get(`telegram:${CHAT}`)?.includes('401 Unauthorized') ?? false);
    expect(telegram.told.map(({ chat: id }) => id)).toEqual([77]);
  });

  it('never says a token, a secret or a URL, whatever fails', async () => {
    await Promise.all([telegram.stop(), webhook.stop()]);
    await live([chat(), hook()]);
    add(tripped());
    await until(() => said.length >= 4);
    const all = [...said, ...concerns.values(), await metrics.text(), Buffer.from((await store.load(`notices-${PARTITION}`)) ?? []).toString()].join('\n');
    expect(all).toContain('ECONNREFUSED');
    expect(all).not.toMatch(/canary|http:/);
  });
});

/** Notices that the receiver knows of, each message once. */
function counted(webhook: WebhookServer): number {
  const bodies = new Map(webhook.taken.map(({ body, headers }) => [headers['idempotency-key'], (JSON.parse(body) as { count: number }).count]));
  return [...bodies.values()].reduce((sum, count) => sum + count, 0);
}

/** Stores so many times, the first of them at its start; then the process is dead, and nothing of it is kept any more. */
class DyingStore extends SnapshotStore {
  dead = false;

  constructor(
    private readonly kept: SnapshotStore,
    private left: number,
  ) {
    super();
  }

  save(key: string, bytes: Uint8Array): Promise<void> {
    this.left -= 1;
    if (this.left >= 0) return this.kept.save(key, bytes);
    this.dead = true;
    return Promise.reject(new Error('the process is dead'));
  }

  load(key: string): Promise<Uint8Array | undefined> {
    return this.kept.load(key);
  }
}
