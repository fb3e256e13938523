import { Decimal, type Ms, money } from '@ballast/domain';
import type { MemoryDesk } from '@ballast/local';
import { afterEach, describe, expect, it } from 'vitest';
import { eventsOf, type LogStory, readLog } from './desk/log.js';
import { HAS_CANDLES, protect, SPARSE, swingDesk, type SwingRun } from './desk/swing-crash.js';

const MINUTE_MS: Ms = 60_000;
const HOUR_MS: Ms = 60 * MINUTE_MS;
let desk: MemoryDesk;

async function runFor(ms: Ms): Promise<LogStory> {
  await desk.system.run(desk.system.clock.now() + ms);
  return readLog(desk.system.store);
}
async function start(run: SwingRun, isProtected = false): Promise<void> {
  desk = await swingDesk(run);
  if (isProtected) await protect(desk);
}
afterEach(() => desk.stop());

const TREND = { costBudgetBps: '30', targetNotional: '1000', averagePeriods: 20, slopePeriods: 3, rangePeriods: 10, atrPeriods: 14, stopAtr: '1.5', targetAtr: '1.5', rounds: 1 };
/** Recorded hours in which a candle breaks out with the trend, and what the position meets within three hours. */
const HOURS = [
  ['ETH-PERP', 1, '2025-07-08T11:00:00Z', 'BUY', 'TARGET'],
  ['SOL-PERP', 2, '2025-08-10T04:00:00Z', 'BUY', 'STOP'],
] as const;

describe.runIf(HAS_CANDLES)('the swing bot on a whole desk, through hours of recorded candles', () => {
  it.each(HOURS)('%s: enters when a candle of %i h closes at %s, %s, holds its position for hours and leaves it at its %s', async (instrument, hours, at, side, level) => {
    const from = Date.parse(at);
    await start({ name: '5m', from, to: from + 5 * HOUR_MS, schedule: SPARSE, bot: { profiles: ['swing'], deposit: money('2000'), settings: { ...TREND, instrument, intervalMs: hours * HOUR_MS } } });
    let story = await runFor(HOUR_MS);
    for (let quarters = 0; quarters < 12 && eventsOf(story, 'TradeClosed').length === 0; quarters += 1) story = await runFor(HOUR_MS / 4);
    const [signal] = eventsOf(story, 'SignalRaised');
    const [balanced] = eventsOf(story, 'TradeBalanced');
    const [closed] = eventsOf(story, 'TradeClosed');
    const last = eventsOf(story, 'OrderFilled').at(-1);
    expect([signal?.legs[0]?.side, balanced?.legs.length, closed?.outcome]).toEqual([side, 1, 'COMPLETED']);
    const heldMs = (last?.venueTime ?? 0) - (eventsOf(story, 'OrderFilled')[0]?.venueTime ?? 0);
    expect([heldMs > 90 * MINUTE_MS, heldMs < 4 * HOUR_MS]).toEqual([true, true]);
    const reached = eventsOf(story, 'ExitStarted')[0]?.reached?.level;
    if (level === 'STOP') expect(reached).toBe('STOP');
    else expect([last?.purpose, last?.price.eq(eventsOf(story, 'OrderSubmitted').find(({ purpose }) => purpose === 'TARGET')?.limitPrice ?? 0)]).toEqual(['TARGET', true]);
    expect(closed?.realisedPnl.gt(0)).toBe(level === 'TARGET');
    expect(eventsOf(story, 'OrderSubmitted').filter(({ purpose }) => purpose === 'TARGET').every(({ reduceOnly }) => reduceOnly)).toBe(true);
    expect(story.verify.breaches).toEqual([]);
    expect(Object.values(story.books.positions).every(({ quantity }) => quantity === '0')).toBe(true);
  }, 240_000);
});

/** Deposits less what came back, by time: what protection held at a moment. */
function heldAt(story: LogStory, time: Ms): Decimal {
  const moves = [...eventsOf(story, 'ProtectionDeposited'), ...eventsOf(story, 'ProtectionWithdrawn')].filter(({ venueTime }) => venueTime <= time).sort((a, b) => a.venueTime - b.venueTime);
  return moves.at(-1)?.deposited ?? new Decimal(0);
}

describe(`the swing bot at 8 x through ${HAS_CANDLES ? 'the recorded crash of 2025-10-10' : 'the scripted fall'}`, () => {
  const name = HAS_CANDLES ? '5m' : 'scripted';
  const from = HAS_CANDLES ? Date.UTC(2025, 9, 10, 20, 45) : Date.UTC(2026, 0, 5, 20, 45);
  const run: SwingRun = { name, from, to: from + 90 * MINUTE_MS, schedule: { ...SPARSE, stepMs: 2_000, restMs: 2_000 } };

  it('is liquidated without protection', async () => {
    await start(run);
    const story = await runFor(42 * MINUTE_MS);
    expect(eventsOf(story, 'PositionLiquidated').length).toBeGreaterThan(0);
    expect(story.verify.breaches).toEqual([]);
  }, 240_000);

  it('lives through it protected: its stop and target stay held, everything comes back, and what was deposited is no capital (C-10, R73)', async () => {
    await start(run, true);
    const story = await runFor(50 * MINUTE_MS);
    const deposits = eventsOf(story, 'ProtectionDeposited');
    expect([eventsOf(story, 'PositionLiquidated'), eventsOf(story, 'TradeClosed')]).toEqual([[], []]);
    expect([deposits.length > 1, eventsOf(story, 'ProtectionWithdrawn').at(-1)?.deposited.toString()]).toEqual([true, '0']);
    for (const { saw, direction } of eventsOf(story, 'ProtectionTransferIntended')) if (direction === 'DEPOSIT') expect([saw?.distance?.gt(0), saw?.distanceAfter?.gt(saw.distance ?? 0)]).toEqual([true, true]);
    expect(eventsOf(story, 'OrderSubmitted').at(-1)).toMatchObject({ purpose: 'TARGET', reduceOnly: true });

    const seen = eventsOf(story, 'EquityObserved');
    const held = seen.filter(({ protection }) => protection !== undefined);
    expect(held.length, 'the account was observed while protection held something').toBeGreaterThan(0);
    const before = seen.filter(({ venueTime }) => venueTime < (deposits[0]?.venueTime ?? 0)).at(-1);
    for (const { venueTime, protection, collateral, eligibleCollateral, accountLeverage, grossNotional } of held) {
      expect(protection?.toString()).toBe(heldAt(story, venueTime).toString());
      expect(accountLeverage.times(eligibleCollateral).minus(grossNotional).abs().lt('0.01'), 'leverage by its own capital').toBe(true);
      expect(eligibleCollateral.toString()).toBe(collateral.minus(protection ?? 0).toString());
      expect(eligibleCollateral.minus(before?.eligibleCollateral ?? 0).abs().lt(20), 'only fees and funding move it').toBe(true);
    }
    expect(eventsOf(story, 'HardStopTripped'), 'a deposit is no gain, its return no loss').toEqual([]);
    expect(story.verify.breaches).toEqual([]);
  }, 240_000);
});
