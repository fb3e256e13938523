import { appendFileSync } from 'node:fs';
import { money, price, quantity } from '@ballast/domain';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AccountEvent, SignedOrder } from '../venue-adapter.js';
import { writeConformanceMarket } from './conformance-market.js';
import { NadoHarness, type VenueProcess, buildPaperVenue, newJournal, startVenueProcess } from './venue-process.spec-kit.js';

const started: VenueProcess[] = [];
const data = (): string => writeConformanceMarket();

async function start(environment: Readonly<Record<string, string>>, port = 0): Promise<VenueProcess> {
  const venue = await startVenueProcess({ INSTRUMENTS: 'ETH', SPEED: 'max', ...environment }, port);
  started.push(venue);
  return venue;
}

const portOf = (venue: VenueProcess): number => Number(new URL(venue.url).port);

function order(h: NadoHarness, clientOrderId: string, changes: Partial<SignedOrder> = {}): SignedOrder {
  return { clientOrderId, account: h.account, instrument: h.instrument, side: 'BUY', quantity: quantity('1'), limitPrice: price('4000.1'), timeInForce: 'GTC', postOnly: false, reduceOnly: false, receiveBy: h.now() + 60_000, expiresAt: h.now() + 3_600_000, ...changes };
}

/** All that an account's owner can ask for. */
async function everything(h: NadoHarness): Promise<string> {
  const { adapter, account } = h;
  const state = await h.settle(adapter.accountState(account));
  const open = await adapter.openOrders(account);
  return JSON.stringify([state, open, await adapter.fillsSince(account, 0), await adapter.fundingSince(account, 0), (await h.sim.clock()).marketMs], null, 1);
}

async function trade(h: NadoHarness): Promise<void> {
  await h.settle(h.adapter.place(order(h, 'taken', { timeInForce: 'IOC' })));
  await h.settle(h.adapter.place(order(h, 'resting', { limitPrice: price('3900') })));
  await h.settle(h.adapter.place(order(h, 'maker', { limitPrice: price('3999.9'), postOnly: true })));
  await h.pass(31_000);
}

describe('the paper venue after kill -9 (R46, issue 2 §3)', { timeout: 120_000 }, () => {
  beforeAll(buildPaperVenue, 240_000);
  afterEach(async () => {
    for (const venue of started.splice(0)) await venue.end('SIGKILL');
  });

  it('has the same accounts, orders, fills and market time', async () => {
    const environment = { DATA: data(), JOURNAL: newJournal() };
    const venue = await start(environment);
    const h = await new NadoHarness(venue, 'survivor').open('50000');
    await trade(h);
    const before = await everything(h);
    await venue.end('SIGKILL');
    await start(environment, portOf(venue));
    expect(await everything(h)).toBe(before);
    expect(JSON.parse(before)[2]).toHaveLength(2);
  });

  it('has them also from a snapshot and what was journalled after it', async () => {
    const environment = { DATA: data(), JOURNAL: newJournal() };
    const venue = await start(environment);
    const h = await new NadoHarness(venue, 'survivor').open('50000');
    await trade(h);
    await venue.end('SIGTERM');
    const second = await start(environment, portOf(venue));
    await h.settle(h.adapter.place(order(h, 'later', { timeInForce: 'IOC', side: 'SELL', limitPrice: price('3999.9') })));
    const before = await everything(h);
    await second.end('SIGKILL');
    await start(environment, portOf(venue));
    expect(await everything(h)).toBe(before);
    expect(JSON.parse(before)[2]).toHaveLength(3);
  });

  it('still executes an order that it had received and not answered, once', async () => {
    const environment = { DATA: data(), JOURNAL: newJournal() };
    const venue = await start(environment);
    const h = await new NadoHarness(venue, 'survivor').open('50000');
    const request = order(h, 'in-flight', { timeInForce: 'IOC' });
    const answer = h.adapter.place(request).then(() => 'accepted', (error: { outcome?: string }) => error.outcome);
    await expect.poll(async () => (await h.sim.clock()).openCalls).toBe(1);
    await venue.end('SIGKILL');
    expect(await answer).toBe('unknown');
    await start(environment, portOf(venue));
    await h.pass(100);
    expect(await h.adapter.findOrder(h.account, h.instrument, h.adapter.identify(request))).toMatchObject({ state: 'FILLED' });
    await expect(h.settle(h.adapter.place(request))).rejects.toMatchObject({ kind: 'duplicate' });
    expect(await h.adapter.fillsSince(h.account, 0)).toHaveLength(1);
  });

  it('still moves collateral that it was asked for and had not answered, once, and knows the payload', async () => {
    const environment = { DATA: data(), JOURNAL: newJournal() };
    const venue = await start(environment);
    const h = await new NadoHarness(venue, 'survivor').open('50000');
    const port = h.adapter.collateral;
    const transfer = await port.prepare({ transferId: 't', from: h.wallet, to: h.account, amount: money('100') });
    const answer = port.send(transfer).then(() => 'moved', (error: { outcome?: string }) => error.outcome);
    await expect.poll(async () => (await h.sim.clock()).openCalls).toBe(1);
    expect(await port.find(transfer)).toEqual({ state: 'NOT_YET', unused: true });
    await venue.end('SIGKILL');
    expect(await answer).toBe('unknown');
    await start(environment, portOf(venue));
    await h.pass(100);
    expect(await port.find(transfer)).toMatchObject({ state: 'DONE' });
    await expect(h.settle(port.send(transfer))).rejects.toMatchObject({ kind: 'duplicate', outcome: 'unknown' });
    expect((await h.adapter.accountState(h.account)).collateral.toFixed()).toBe('50100');
  });

  it('goes on as if nothing had happened: the same end as a run without a kill', async () => {
    const ends = await Promise.all(
      [false, true].map(async (killed) => {
        const environment = { DATA: data(), JOURNAL: newJournal(), SEED: '7' };
        const venue = await start({ ...environment });
        const h = await new NadoHarness(venue, 'survivor').open('50000');
        await h.settle(h.adapter.place(order(h, 'maker', { limitPrice: price('3999.9'), postOnly: true })));
        await h.pass(20_000);
        if (killed) {
          await venue.end('SIGKILL');
          await start(environment, portOf(venue));
        }
        await h.pass(20_000);
        return everything(h);
      }),
    );
    expect(ends[1]).toBe(ends[0]);
  });

  it('drops a record that the kill cut in two', async () => {
    const environment = { DATA: data(), JOURNAL: newJournal() };
    const venue = await start(environment);
    const h = await new NadoHarness(venue, 'survivor').open('50000');
    await trade(h);
    const before = await everything(h);
    await venue.end('SIGKILL');
    appendFileSync(environment.JOURNAL, '{"kind":"command","at":17570');
    await start(environment, portOf(venue));
    expect(await everything(h)).toBe(before);
  });

  it('tells a stream’s owner DOWN and UP, and every fill once', async () => {
    const environment = { DATA: data(), JOURNAL: newJournal() };
    const venue = await start(environment);
    const h = await new NadoHarness(venue, 'survivor').open('50000');
    const events: AccountEvent[] = [];
    await h.adapter.subscribeAccount(h.account, (event) => events.push(event));
    await trade(h);
    await venue.end('SIGKILL');
    await start(environment, portOf(venue));
    await expect.poll(() => events.flatMap((event) => (event.type === 'stream' ? [event.state] : []))).toEqual(['UP', 'DOWN', 'UP']);
    expect(events.filter((event) => event.type === 'fill')).toHaveLength(2);
    await h.adapter.close();
  });

  it('credits a deposit once, whichever side of the kill it is repeated on', async () => {
    const environment = { DATA: data(), JOURNAL: newJournal() };
    const venue = await start(environment);
    await new NadoHarness(venue, 'survivor').open('50000');
    await venue.end('SIGKILL');
    const again = await new NadoHarness(await start(environment), 'survivor').open('50000');
    expect((await again.adapter.accountState(again.account)).collateral.toFixed()).toBe('50000');
  });

  it('refuses the journal of another market', async () => {
    const journal = newJournal();
    const venue = await start({ DATA: data(), JOURNAL: journal });
    await venue.end('SIGKILL');
    await expect(startVenueProcess({ DATA: data(), INSTRUMENTS: 'ETH', JOURNAL: journal, SEED: '2' })).rejects.toThrow('journal: found one of the market');
  });
});
