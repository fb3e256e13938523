import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { money, ratio } from '@ballast/domain';
import type { TradeBalanced } from '@ballast/events';
import type { MemoryDesk } from '@ballast/local';
import { DEMO, type PolicyProfile } from '@ballast/policy';
import { x18 } from '@ballast/venues';
import { ballastOn, type Ran } from './desk/desk-cli.js';
import { eventsOf, readLog } from './desk/log.js';
import { ACCOUNT, pairDesk } from './desk/pair-desk.js';
import { PartedMarket } from './desk/parted-market.js';
import { STILL_START } from './desk/still-market.js';

const MINUTE_MS = 60_000;
/** Of market time; the day of this desk ends here. */
const BOUNDARY = STILL_START + 5 * MINUTE_MS;
const SPLIT = { reinvestRatio: ratio('0.6'), chestRatio: ratio('0.2'), operatingRatio: ratio('0.15'), withdrawalRatio: ratio('0.05'), hotChestExtra: ratio('0.05'), hotWins: 5, reinvestAbove: money('100'), reinvestShare: ratio('0.5') };
const SPLITTING: PolicyProfile = { ...DEMO, treasury: SPLIT };

describe('the treasury of a desk that earns', () => {
  const market = new PartedMarket(10 * MINUTE_MS);
  let desk: MemoryDesk;

  const ballast = (...argv: readonly string[]): Promise<Ran> => ballastOn(desk, ...argv);
  const treasury = async () => JSON.parse((await ballast('treasury', '--json')).out) as { readonly highWaterMark: string; readonly notBooked: string; readonly funds: Readonly<Record<string, { readonly balance: string }>>; readonly splits: readonly Readonly<Record<string, string>>[] };

  /** Trades until one round has won about $30, then no more. */
  beforeAll(async () => {
    desk = await pairDesk({ source: market, collateral: { profiles: new Map([[DEMO.name, SPLITTING]]), dayBoundaryMs: 5 * MINUTE_MS } }, { holdMs: 20_000, sleepMs: 600_000 });
    let balanced: TradeBalanced | undefined;
    for (let at = STILL_START + 1_000; !balanced && at < BOUNDARY; at += 1_000) {
      await desk.system.run(at);
      [balanced] = eventsOf(await readLog(desk.system.store), 'TradeBalanced');
    }
    market.move('ETH-PERP', balanced?.legs[0]?.side === 'BUY' ? 103n : 97n);
    await desk.system.run(BOUNDARY + 90_000);
  }, 120_000);
  afterAll(() => desk.stop());

  it('splits what the day earned at its end, and sizing and risk see the rest (R102, W-8)', async () => {
    const story = await readLog(desk.system.store);
    const [day] = eventsOf(story, 'TreasuryDayClosed');
    const [trade] = eventsOf(story, 'TradeClosed');
    expect(day?.profit.toString()).toBe(trade?.realisedPnl.minus(trade.fees).toString());
    expect(day?.profit.gt(20)).toBe(true);
    const { funds, highWaterMark, notBooked, splits } = await treasury();
    expect([highWaterMark, notBooked, splits.length]).toEqual([day?.profit.toString(), '0', 1]);
    const last = eventsOf(story, 'EquityObserved').at(-1);
    expect(last?.setAside?.toString()).toBe(money(funds['CHEST']!.balance).plus(funds['OPERATING']!.balance).plus(funds['WITHDRAWAL']!.balance).toString());
    expect(last?.eligibleCollateral.toString()).toBe(last?.collateral.minus(last.setAside ?? 0).toString());
    expect(last?.eligibleCollateral.toString()).toBe(money(funds['TRADING']!.balance).toString());
    expect(story.verify.breaches).toEqual([]);
  });

  it('takes money out of a fund when it has left, by the approver alone, and no sooner', async () => {
    const before = await treasury();
    const withdrawal = ['treasury', 'withdraw', '--amount', '1', '--reason', 'withdrawn to the bank', '--key', 'once'];
    expect(await ballast(...withdrawal, '--as', 'approver')).toMatchObject({ code: 1, err: expect.stringMatching(/at most the 0 that left the portfolio/) as string });
    desk.venue.engine.submit({ type: 'transfer', requestKey: 'out', digest: 'out', subaccount: ACCOUNT, recipient: 'bank', amount: x18('5') }, desk.system.clock.now());
    await desk.system.run(desk.system.clock.now() + 90_000);
    expect(await ballast(...withdrawal)).toMatchObject({ code: 1, err: expect.stringMatching(/credential of cli, allowed is that of approver/) as string });
    expect(await ballast(...withdrawal, '--as', 'approver')).toMatchObject({ code: 0, out: expect.stringMatching(/^1 that left portfolio main were of its withdrawal fund/) as string });
    expect((await ballast(...withdrawal, '--as', 'approver')).code).toBe(0);
    const after = await treasury();
    const moved = (fund: string): string => money(after.funds[fund]!.balance).minus(before.funds[fund]!.balance).toString();
    expect(['TRADING', 'CHEST', 'OPERATING', 'WITHDRAWAL'].map(moved)).toEqual(['-5', '0', '0', '-1']);
    expect((await readLog(desk.system.store)).verify.breaches).toEqual([]);
  });
});
