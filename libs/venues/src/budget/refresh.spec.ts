import fc from 'fast-check';
import { money, ratio } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { NADO_BUCKETS, NADO_PRICES_PER_SECOND } from './bucket-spec.js';
import { needsRefresh, perSecondOf, POLLING, reachableRefreshMs, refreshBudgetOf, refreshMsOf, secondOf, zoneOf } from './refresh.js';

describe('How often an account is asked for', () => {
  it.each([['0.2001', 300_000], ['0.2', 60_000], ['0.1001', 60_000], ['0.1', 30_000], ['0.0501', 30_000], ['0.05', 10_000], ['0', 10_000], ['-0.3', 10_000]] as const)('at a distance of %s it is every %i ms (W-22)', (distance, everyMs) => {
    expect(refreshMsOf(ratio(distance))).toBe(everyMs);
  });

  it('is as in danger where the distance is not known yet', () => {
    expect(zoneOf(undefined)).toBe('danger');
    expect(refreshMsOf(undefined)).toBe(10_000);
  });

  it.each([
    [{ open: true, enabled: true, deposited: '0', depositMax: '50' }, true],
    [{ open: true, enabled: true, deposited: '50', depositMax: '50' }, true],
    [{ open: true, enabled: true, deposited: '0', depositMax: '0' }, false],
    [{ open: false, enabled: true, deposited: '0', depositMax: '50' }, false],
    [{ open: true, enabled: false, deposited: '0', depositMax: '50' }, false],
  ])('leaves out what can neither be given nor give back: %j is %s (R85)', ({ open, enabled, deposited, depositMax }, asked) => {
    expect(needsRefresh({ open, enabled, deposited: money(deposited), depositMax: money(depositMax) })).toBe(asked);
  });

  it('is spread over thirty seconds, and nothing is divided by no accounts (R83, C-71)', () => {
    expect([0, 1, 30, 31, 10_000].map(perSecondOf)).toEqual([0, 1, 1, 2, 334]);
    expect(secondOf(0, 0)).toBe(0);
    fc.assert(fc.property(fc.integer({ min: 1, max: 500 }), (accounts) => {
      const seconds = Array.from({ length: accounts }, (_, place) => secondOf(place, accounts));
      const most = Math.max(...seconds.map((second) => seconds.filter((other) => other === second).length));
      expect(most).toBeLessThanOrEqual(perSecondOf(accounts));
      expect(Math.max(...seconds)).toBeLessThan(30);
    }));
  });
});

describe('The interval that the budget allows', () => {
  const budget = { weightPerSecond: 8, weightPerAccount: 2 };

  it('is the table\'s where the budget suffices, and grows with the number of accounts where it does not', () => {
    expect(reachableRefreshMs({ danger: 40 }, budget)[0]).toMatchObject({ zone: 'danger', reachableMs: 10_000 });
    expect(reachableRefreshMs({ danger: 80 }, budget)[0]).toMatchObject({ zone: 'danger', reachableMs: 20_000 });
    expect(reachableRefreshMs({ far: 10_000 }, budget)[3]).toMatchObject({ zone: 'far', reachableMs: 2_500_000 });
    expect(reachableRefreshMs({}, budget).map(({ reachableMs }) => reachableMs)).toEqual(POLLING.map(({ everyMs }) => everyMs));
  });

  it('gives the danger zone all that it needs before any other gets something', () => {
    const [danger, near, , far] = reachableRefreshMs({ danger: 30, near: 15, far: 100 }, budget);
    expect([danger?.reachableMs, near?.reachableMs, far?.reachableMs]).toEqual([10_000, 30_000, 300_000]);
    expect(reachableRefreshMs({ danger: 40, far: 1 }, budget).map(({ reachableMs }) => reachableMs)).toEqual([10_000, 30_000, 60_000, Infinity]);
  });

  it('never asks for more than the budget, whatever lies where', () => {
    const zones = fc.record({ danger: fc.nat(3_000), near: fc.nat(3_000), watch: fc.nat(3_000), far: fc.nat(3_000) });
    fc.assert(fc.property(zones, fc.integer({ min: 1, max: 50 }), (accounts, weightPerSecond) => {
      const rows = reachableRefreshMs(accounts, { weightPerSecond, weightPerAccount: 2 });
      const used = rows.reduce((sum, { accounts: count, reachableMs }) => sum + (count * 2 * 1_000) / reachableMs, 0);
      expect(used).toBeLessThanOrEqual(weightPerSecond + 1e-9);
      for (const { reachableMs, wantedMs } of rows) expect(reachableMs).toBeGreaterThanOrEqual(wantedMs);
    }));
  });

  it('is 10 s for up to 35 accounts in danger on one address of Nado, with everybody else at their share', () => {
    const nado = refreshBudgetOf(NADO_BUCKETS.ip, 2, NADO_PRICES_PER_SECOND);
    expect(reachableRefreshMs({ danger: 35 }, nado)[0]?.reachableMs).toBe(10_000);
    expect(reachableRefreshMs({ danger: 36 }, nado)[0]?.reachableMs).toBeGreaterThan(10_000);
  });
});
