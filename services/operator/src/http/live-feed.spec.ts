import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpDesk, TOKENS } from './http-desk.fixtures.js';

let desk: HttpDesk;
beforeAll(async () => {
  desk = await HttpDesk.open();
});
afterAll(() => desk.close());

interface Told {
  readonly event: string;
  readonly id: string;
  readonly data: { readonly event?: { readonly type: string }; readonly kind?: string };
}

/** One listener, as a browser is one. */
class Listener {
  readonly told: Told[] = [];
  private text = '';

  private constructor(readonly answer: IncomingMessage) {
    answer.setEncoding('utf8').on('data', (chunk: string) => this.take(chunk));
  }

  static open(path = '/api/events', lastEventId?: string): Promise<Listener> {
    const headers = { authorization: `Bearer ${TOKENS.viewer}`, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) };
    return new Promise((resolve, reject) => get({ port: desk.edge.port, path, headers }, (answer) => resolve(new Listener(answer))).once('error', reject));
  }

  kinds(): readonly string[] {
    return this.told.map(({ event }) => event);
  }

  close(): void {
    this.answer.destroy();
  }

  private take(chunk: string): void {
    const frames = `${this.text}${chunk}`.split('\n\n');
    this.text = frames.pop() ?? '';
    for (const frame of frames) {
      const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1] ?? '';
      this.told.push({ event: field('event'), id: field('id'), data: JSON.parse(field('data')) as Told['data'] });
    }
  }
}

const decided = ({ told }: Listener): readonly string[] => told.flatMap(({ data }) => (data.event ? [data.event.type] : []));

describe('the live feed', () => {
  it('begins with a beat, then tells what is decided, by kind', async () => {
    const all = await Listener.open();
    const trades = await Listener.open('/api/events?kinds=trade');
    await expect.poll(() => [all.kinds(), trades.kinds()]).toEqual([['beat'], ['beat']]);
    await desk.call('POST', '/api/bots/pair1/pause');
    await expect.poll(() => decided(all)).toEqual(['BotPaused']);
    expect(all.told.at(-1)).toMatchObject({ event: 'bot', id: expect.stringMatching(/^\d+(\.\d+){7}$/) as string, data: { kind: 'bot', writer: 'operator', streamId: 'pair1', event: { type: 'BotPaused', by: 'operator/olga' } } });
    expect([all.answer.headers['content-type'], all.answer.headers['content-security-policy'], trades.kinds()]).toEqual(['text/event-stream; charset=utf-8', expect.stringContaining("default-src 'none'"), ['beat']]);
    all.close();
    trades.close();
  });

  it('goes on behind the last event that was seen, without a gap', async () => {
    const first = await Listener.open();
    await expect.poll(() => first.told.length).toBe(1);
    const from = first.told[0]!.id;
    first.close();
    await desk.call('POST', '/api/bots/pair1/start');
    await desk.call('POST', '/api/bots/pair1/pause');
    const again = await Listener.open('/api/events', from);
    await expect.poll(() => decided(again)).toEqual(['BotStarted', 'BotPaused']);
    again.close();
  });

  it('tells the whole log to who has seen nothing of it, and says reset where a place is not of this log', async () => {
    const whole = await Listener.open('/api/events', '0.0.0.0.0.0.0.0');
    await expect.poll(() => decided(whole)).toContain('TradeClosed');
    whole.close();
    const ahead = await Listener.open('/api/events', '9999.9999.9999.9999.9999.9999.9999.9999');
    await expect.poll(() => ahead.kinds()).toEqual(['reset', 'beat']);
    ahead.close();
  });

  it('tells the newest price of an instrument once a second', async () => {
    const prices = await Listener.open('/api/events?kinds=price');
    for (const markPrice of ['2000', '2001', '2002']) desk.market.publish('price', 'ETH-PERP', { instrument: 'ETH-PERP', markPrice, oraclePrice: markPrice, time: 1 } as never);
    await expect.poll(() => prices.told.filter(({ event }) => event === 'price').map(({ data }) => data), { timeout: 5_000 }).toEqual([{ instrument: 'ETH-PERP', markPrice: '2002', oraclePrice: '2002', time: 1 }]);
    prices.close();
  });

  it('cuts off who does not read, and goes on for everybody else', async () => {
    const slow = await Listener.open('/api/events', '0.0.0.0.0.0.0.0');
    const quick = await Listener.open();
    slow.answer.pause();
    slow.answer.socket.pause();
    const settings = { instrument: 'ETH-PERP', note: 'x'.repeat(60_000) };
    await desk.call('POST', '/api/bots', { body: { botId: 'one-2', portfolioId: 'main', accountId: 'one-2', strategy: 'one', profiles: ['demo'], settings } });
    let turns = 0;
    while (desk.listeners() > 1 && turns < 400) {
      turns += 1;
      await desk.call('PUT', '/api/bots/one-2/settings', { body: { settings: { ...settings, turn: turns } } });
    }
    await expect.poll(() => desk.listeners()).toBe(1);
    await expect.poll(() => decided(quick).length).toBe(turns + 1);
    quick.close();
    slow.close();
    await expect.poll(() => desk.listeners()).toBe(0);
  });

  it('lets one token listen eight times at most', async () => {
    const open = await Promise.all(Array.from({ length: 8 }, () => Listener.open()));
    await expect.poll(() => open.every(({ told }) => told.length === 1)).toBe(true);
    expect(await desk.call('GET', '/api/events', { as: 'viewer' })).toMatchObject({ status: 429 });
    for (const each of open) each.close();
  });

  it('lets one token listen eight times at most however many ask at once, and gives the room of who left early back', async () => {
    const seen = await Promise.all(Array.from({ length: 24 }, () => Listener.open()));
    expect(seen.filter(({ answer }) => answer.statusCode === 200)).toHaveLength(8);
    for (const each of seen) each.close();
    await expect.poll(() => desk.listeners()).toBe(0);
    for (let turn = 0; turn < 12; turn += 1) await leaveEarly(turn % 4);
    await expect.poll(() => desk.listeners()).toBe(0);
    const after = await Listener.open();
    expect(after.answer.statusCode).toBe(200);
    after.close();
  });

  it('tells who was away for long everything that is held, at the pace it reads, and what comes meanwhile in its order', async () => {
    const first = await Listener.open();
    await expect.poll(() => first.told.length).toBe(1);
    const from = first.told[0]!.id;
    first.close();
    const settings = { instrument: 'ETH-PERP', note: 'x'.repeat(50_000) };
    await desk.call('POST', '/api/bots', { body: { botId: 'one-3', portfolioId: 'main', accountId: 'one-3', strategy: 'one', profiles: ['demo'], settings } });
    for (let turn = 0; turn < 40; turn += 1) await desk.call('PUT', '/api/bots/one-3/settings', { body: { settings: { ...settings, turn } } });
    const back = await Listener.open('/api/events?kinds=bot', from);
    await desk.call('POST', '/api/bots/one-3/start');
    await expect.poll(() => decided(back), { timeout: 5_000 }).toEqual(['BotCreated', ...Array.from({ length: 40 }, () => 'BotConfigured'), 'BotStarted']);
    back.close();
  });
});

/** Asks for the feed and is gone after so many ms. */
async function leaveEarly(afterMs: number): Promise<void> {
  const request = get({ port: desk.edge.port, path: '/api/events', headers: { authorization: `Bearer ${TOKENS.viewer}` } });
  request.on('error', () => undefined);
  request.on('response', (answer) => answer.on('error', () => undefined));
  await new Promise((resolve) => { setTimeout(resolve, afterMs); });
  request.destroy();
}
