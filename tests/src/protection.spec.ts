import { afterEach, describe, expect, it } from 'vitest';
import { eventsOf, type LogStory } from './desk/log.js';
import { ProtectedPair, SMART } from './desk/protected-pair.js';

const MINUTE_MS = 60_000;
let pair: ProtectedPair;
afterEach(() => pair.desk.stop());

/** What holds in every log (architecture.md, 6). */
function holds(story: LogStory): void {
  expect(story.verify.breaches).toEqual([]);
  for (const { deposited } of eventsOf(story, 'ProtectionDeposited')) expect(deposited.lte(SMART.maxDeposit)).toBe(true);
  expect(eventsOf(story, 'ReconciliationDifferenceFound')).toEqual([]);
}

describe('a protected pair bot on the desk in memory', () => {
  it('is given collateral before it is liquidated and gives it back when the price has recovered; neither is a result, nor money to trade with (R61, C-10, C-11, R73)', async () => {
    pair = await ProtectedPair.start();
    await pair.moveTo(530);
    await pair.runFor(3 * MINUTE_MS);
    const fallen = await pair.log();
    const [deposit] = eventsOf(fallen, 'ProtectionDeposited');
    expect(eventsOf(fallen, 'ProtectionTransferIntended')[0]?.saw?.distance?.lt(SMART.triggerDistance)).toBe(true);
    expect(deposit?.distanceAfter?.gte('0.07')).toBe(true);
    const observed = eventsOf(fallen, 'EquityObserved').at(-1);
    expect(observed?.protection?.toString()).toBe(deposit?.deposited.toString());
    expect(observed?.eligibleCollateral.toString()).toBe(observed?.collateral.minus(deposit?.deposited ?? 0).toString());
    await pair.moveTo(800);
    await pair.runFor(4 * MINUTE_MS);
    const story = await pair.log();
    const [withdrawal] = eventsOf(story, 'ProtectionWithdrawn');
    expect(withdrawal?.deposited.toString()).toBe('0');
    expect(withdrawal?.distanceAfter?.gte('0.13')).toBe(true);
    expect(eventsOf(story, 'EquityObserved').at(-1)).not.toHaveProperty('protection');
    expect(new Set(eventsOf(story, 'EquityObserved').map(({ eligibleCollateral }) => eligibleCollateral.toString())).size).toBe(2);
    expect((await pair.walletHolds()).toString()).toBe('998');
    holds(story);
  }, 60_000);
});
