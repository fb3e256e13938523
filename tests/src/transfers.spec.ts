import { afterEach, describe, expect, it } from 'vitest';
import { money } from '@ballast/domain';
import { GeneratedMarket, type VenueAccount, x18 } from '@ballast/venues';
import type { MemoryDesk } from '@ballast/local';
import { eventsOf, readLog } from './desk/log.js';
import { pairDesk } from './desk/pair-desk.js';

const MINUTE_MS = 60_000;
let desk: MemoryDesk;
afterEach(() => desk.stop());

describe('money that comes or goes while the pair bot trades', () => {
  it('is recorded by the venue\'s own records, and verify holds', async () => {
    const source = new GeneratedMarket({ seed: 7, durationMs: 8 * MINUTE_MS, coins: ['ETH', 'SOL'] });
    desk = await pairDesk({ source });
    await desk.system.run(source.startTime + 3 * MINUTE_MS);
    const { clock } = desk.system;
    desk.venue.engine.deposit('pair-1', x18('500'), clock.now());
    await desk.system.run(source.startTime + 5 * MINUTE_MS);
    desk.venue.engine.submit({ type: 'transfer', requestKey: 'out', digest: 'out', subaccount: 'pair-1', recipient: 'treasury', amount: x18('200') }, clock.now());
    await desk.run();
    const story = await readLog(desk.system.store);
    expect(eventsOf(story, 'AccountFunded').map(({ amount, venueTime }) => [amount.toString(), venueTime === undefined])).toEqual([['2000', false], ['500', false], ['-201', false]]);
    expect(eventsOf(story, 'TradeClosed').length).toBeGreaterThan(3);
    expect(eventsOf(story, 'ReconciliationDifferenceFound')).toEqual([]);
    expect(story.verify.breaches).toEqual([]);
  });

  it('comes from and goes to a named wallet as transfers that tell their payload and fee, and verify holds (C-11)', async () => {
    const source = new GeneratedMarket({ seed: 7, durationMs: 8 * MINUTE_MS, coins: ['ETH', 'SOL'] });
    desk = await pairDesk({ source, wallets: [{ portfolioId: 'main', accountId: 'wallet-main', deposit: money('1000') }] });
    await desk.system.run(source.startTime + 3 * MINUTE_MS);
    const { collateral } = desk.venue;
    const [wallet, bot] = ['wallet-main', 'pair-1'].map((accountId) => ({ accountId, subaccount: accountId })) as [VenueAccount, VenueAccount];
    const digests: string[] = [];
    for (const [transferId, from, to, amount] of [['in', wallet, bot, '300'], ['out', bot, wallet, '200']] as const) {
      const transfer = await collateral.prepare({ transferId, from, to, amount: money(amount) });
      void collateral.send(transfer);
      digests.push(transfer.digest);
      await desk.system.run(desk.system.clock.now() + MINUTE_MS);
      expect(await collateral.find(transfer)).toMatchObject({ state: 'DONE' });
    }
    await desk.run();
    const story = await readLog(desk.system.store);
    expect(eventsOf(story, 'AccountFunded').map(({ accountId, amount, digest, fee }) => [accountId, amount.toString(), digest, fee?.toString()])).toEqual([['pair-1', '2000', undefined, undefined], ['pair-1', '300', digests[0], '0'], ['pair-1', '-201', digests[1], '1']]);
    expect((await collateral.freeFunds(wallet)).toString()).toBe('898');
    expect(eventsOf(story, 'ReconciliationDifferenceFound')).toEqual([]);
    expect(story.verify.breaches).toEqual([]);
  });

  it('is a difference where the venue has no record of it: no transfer is made up, no new risk is taken, and verify finds it', async () => {
    const source = new GeneratedMarket({ seed: 7, durationMs: 8 * MINUTE_MS, coins: ['ETH', 'SOL'] });
    desk = await pairDesk({ source });
    desk.venue.transfersSince = () => Promise.resolve([]);
    await desk.system.run(source.startTime + 2 * MINUTE_MS);
    desk.venue.engine.deposit('pair-1', x18('500'), desk.system.clock.now());
    await desk.run();
    const story = await readLog(desk.system.store);
    expect(eventsOf(story, 'AccountFunded').map(({ amount }) => amount.toString())).toEqual(['2000']);
    const [difference] = eventsOf(story, 'ReconciliationDifferenceFound');
    expect(difference).toMatchObject({ what: 'BALANCE', subject: 'pair-1' });
    expect(Number(difference?.found) - Number(difference?.expected)).toBeCloseTo(500, 6);
    expect(eventsOf(story, 'TradingStateChanged').map(({ state }) => state)).toContain('REDUCING');
    expect(story.verify.breaches[0]?.rule).toBe('cash');
  });
});
