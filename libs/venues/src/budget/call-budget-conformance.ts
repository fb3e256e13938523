import { expect, it } from 'vitest';
import { bucketSpec, type VenueBuckets } from './bucket-spec.js';
import { BudgetError, type BudgetRequest, type CallBudget, type Priority } from './call-budget.js';

/** 100 at once in shares of 30, 30, 20, 10, 10, and 50 a second. */
const SPEC = bucketSpec({ limits: [{ weight: 150, windowMs: 1_000 }], burst: 2 / 3, shares: [0.3, 0.3, 0.2, 0.1, 0.1] });
const SLOW = bucketSpec({ limits: [{ weight: 101, windowMs: 1_000_000 }], burst: 100 / 101, shares: [0.3, 0.3, 0.2, 0.1, 0.1] });
export const CONFORMANCE_BUCKETS: Readonly<Record<string, VenueBuckets>> = { quick: { ip: SPEC, wallet: SLOW } };

export interface BudgetBed {
  /** A full budget that nobody has used. */
  readonly budget: CallBudget;
  wait(ms: number): Promise<void>;
  end(): Promise<void>;
}

const ip = (priority: Priority, weight = 1): BudgetRequest => ({ venue: 'quick', bucket: 'ip', weight, priority });
const check = (weight = 1): BudgetRequest => ({ ...ip(2, weight), check: true });
const slowCheck = (weight: number): BudgetRequest => ({ ...wallet(2, weight), check: true });
const wallet = (priority: Priority, weight = 1): BudgetRequest => ({ venue: 'quick', bucket: 'wallet', weight, priority });

type Within = (title: string, run: (bed: BudgetBed) => Promise<void>) => void;

/** What every adapter of the budget does; `bedOf` makes a fresh one. */
export function itIsACallBudget(bedOf: () => Promise<BudgetBed>): void {
  const within: Within = (title, run) =>
    it(title, async () => {
      const bed = await bedOf();
      try {
        await run(bed);
      } finally {
        await bed.end();
      }
    });
  itShares(within);
  itLends(within);
  itBacksOff(within);
  itLeads(within);
}

function itShares(within: Within): void {
  within('grants a share at once, then says how long to wait, and grants after that wait', async ({ budget, wait }) => {
    expect(await budget.take(ip(2, 30))).toMatchObject({ granted: true, backoffMs: 0 });
    const denied = await budget.take(ip(2, 10));
    if (denied.granted) throw new Error('found a grant, allowed is a wait');
    expect(denied.waitMs).toBeGreaterThan(100);
    expect(denied.waitMs).toBeLessThanOrEqual(200);
    await wait(denied.waitMs);
    expect((await budget.take(ip(2, 10))).granted).toBe(true);
  });

  within('keeps the shares of the priorities apart: what is less urgent has used up its own alone', async ({ budget }) => {
    for (const [priority, weight] of [[5, 10], [4, 10], [3, 20], [2, 30], [1, 30]] as const) {
      expect((await budget.take(wallet(priority, weight))).granted).toBe(true);
      expect((await budget.take(wallet(priority, 1))).granted).toBe(false);
    }
  });

  within('keeps buckets apart: an empty one of the wallet leaves that of the address alone', async ({ budget }) => {
    await budget.take(wallet(2, 30));
    expect((await budget.take(wallet(2))).granted).toBe(false);
    expect((await budget.take(ip(2))).granted).toBe(true);
  });

  within('has checks and analytics skipped when less than a tenth is left for them and for what is more urgent (R82)', async ({ budget }) => {
    await budget.take(wallet(1, 30));
    await budget.take(wallet(2, 30));
    expect(await budget.take(wallet(3, 10))).toMatchObject({ granted: true });
    expect(await budget.take(wallet(3, 1))).toMatchObject({ granted: true, left: 9 });
    expect(await budget.take(wallet(3, 1))).toMatchObject({ granted: false, tight: true, left: 9 });
    expect(await budget.take(wallet(2, 1))).toMatchObject({ granted: false, tight: false });
  });

  within('keeps 40 % of priority 2 from checks, and gives what moves money the rest too (C-64)', async ({ budget }) => {
    expect((await budget.take(slowCheck(18))).granted).toBe(true);
    expect(await budget.take(slowCheck(1))).toMatchObject({ granted: false, tight: false, left: expect.closeTo(12, 3) as number });
    expect(await budget.take(wallet(2, 2))).toMatchObject({ granted: true, left: expect.closeTo(10, 3) as number });
    expect((await budget.take(slowCheck(1))).granted).toBe(false);
    expect(await budget.take(wallet(2, 10))).toMatchObject({ granted: true, left: expect.closeTo(0, 3) as number });
    expect((await budget.take(wallet(2, 1))).granted).toBe(false);
    await expect(budget.take(slowCheck(59))).rejects.toThrow(/allowed at priority 2 is more than 0 and at most 58/);
  });

  within('never has cancels wait: they go into the debt of trades, and nothing is granted over the whole budget', async ({ budget }) => {
    expect(await budget.spend(wallet(1, 40))).toMatchObject({ left: -10 });
    expect((await budget.take(wallet(1, 30))).granted).toBe(true);
    expect((await budget.take(wallet(1))).granted).toBe(false);
    expect((await budget.take(wallet(2, 21))).granted).toBe(false);
    expect((await budget.take(wallet(2, 20))).granted).toBe(true);
  });

  within('refuses what it could never grant, by name and number', async ({ budget }) => {
    await expect(budget.take(ip(3, 41))).rejects.toThrow(/weight: found 41 of quick ip, allowed at priority 3 is more than 0 and at most 40/);
    await expect(budget.take(ip(3, 0))).rejects.toThrow(BudgetError);
    await expect(budget.take({ ...ip(3), venue: 'nowhere' })).rejects.toThrow(/bucket: found nowhere ip, allowed are quick ip, quick wallet/);
  });
}

function itLends(within: Within): void {
  within('has a trade whose share is used up take those of analytics, checks and reconciliation, which starve first, and never that of protection (R82)', async ({ budget }) => {
    expect(await budget.take(wallet(1, 25))).toMatchObject({ granted: true, left: expect.closeTo(5, 3) as number });
    expect((await budget.take(wallet(1, 15))).granted).toBe(true);
    expect((await budget.take(wallet(5, 1))).granted).toBe(false);
    expect((await budget.take(wallet(4, 1))).granted).toBe(true);
    expect((await budget.take(wallet(1, 29))).granted).toBe(true);
    expect((await budget.take(wallet(1, 1))).granted).toBe(false);
    for (const priority of [3, 4, 5] as const) expect((await budget.take(wallet(priority, 1))).granted).toBe(false);
    expect((await budget.take(wallet(2, 30))).granted).toBe(true);
  });

  within('lets a call that is too heavy for its share draw on less urgent shares, never on more urgent ones', async ({ budget }) => {
    expect((await budget.take(wallet(4, 15))).granted).toBe(true);
    expect((await budget.take(wallet(5, 6))).granted).toBe(false);
    expect((await budget.take(wallet(5, 5))).granted).toBe(true);
    expect((await budget.take(wallet(3, 20))).granted).toBe(true);
  });
}

function itBacksOff(within: Within): void {
  within('backs off for 2 s at first and twice as long each time, half as long at each success (C-63)', async ({ budget, wait }) => {
    expect(await budget.limited(ip(2))).toMatchObject({ backoffMs: 2_000 });
    expect(await budget.limited(ip(2))).toMatchObject({ backoffMs: 2_000 });
    expect(await budget.take(ip(2))).toMatchObject({ granted: false, tight: false });
    expect(await budget.take(ip(4))).toMatchObject({ granted: false, tight: true, backoffMs: 2_000 });
    await wait(260);
    expect((await budget.take(ip(2))).granted).toBe(true);
    expect(await budget.limited(ip(2))).toMatchObject({ backoffMs: 4_000 });
    expect(await budget.succeeded(ip(2))).toMatchObject({ backoffMs: 2_000 });
    expect(await budget.succeeded(ip(2))).toMatchObject({ backoffMs: 0 });
    expect((await budget.take(ip(2))).granted).toBe(true);
  });

  within('holds checks that the venue limited longer than deposits that it limited, and no deposit for a check', async ({ budget, wait }) => {
    expect(await budget.limited(check())).toMatchObject({ backoffMs: 2_000 });
    expect(await budget.take(check())).toMatchObject({ granted: false, tight: false, backoffMs: 2_000 });
    expect(await budget.take(ip(2))).toMatchObject({ granted: true, backoffMs: 0 });
    await budget.limited(ip(2));
    const [deposit, reading] = [await budget.take(ip(2)), await budget.take(check())];
    if (deposit.granted || reading.granted) throw new Error('found a grant, allowed is a wait');
    expect([deposit.waitMs <= 250, reading.waitMs > 250]).toEqual([true, true]);
    await wait(260);
    expect((await budget.take(ip(2))).granted).toBe(true);
    await wait(800);
    expect((await budget.take(check())).granted).toBe(true);
  });

  within('has nothing less urgent ask for a minute after a trade, protection or a check in danger was limited: it starves first (R82)', async ({ budget, wait }) => {
    for (const limited of [ip(1), ip(2), check()]) {
      await budget.limited(limited);
      const waits = await Promise.all(([3, 4, 5] as const).map(async (priority) => budget.take(ip(priority))));
      for (const denied of waits) expect(denied).toMatchObject({ granted: false, tight: true, waitMs: expect.closeTo(60_000, -3) as number });
      await wait(260);
    }
    expect((await budget.take(ip(2))).granted).toBe(true);
  });

  within('gives what moves money back what it was refused for, a check nothing', async ({ budget, wait }) => {
    await budget.take(wallet(2, 30));
    await budget.limited(wallet(2, 25));
    await wait(260);
    expect((await budget.take(slowCheck(14))).granted).toBe(false);
    expect(await budget.take(wallet(2, 12))).toMatchObject({ granted: true });
    await budget.limited(slowCheck(12));
    expect((await budget.take(wallet(2, 1))).granted).toBe(false);
  });

  within('holds back no call that is more urgent than the one that the venue limited', async ({ budget }) => {
    await budget.limited(ip(3));
    for (const priority of [1, 2] as const) expect(await budget.take(ip(priority))).toMatchObject({ granted: true, backoffMs: 0 });
    for (const priority of [3, 4, 5] as const) expect(await budget.take(ip(priority))).toMatchObject({ granted: false, tight: true });
  });
}

function itLeads(within: Within): void {
  within('lets a limited trade or deposit ask again before any check does: the room that comes next is not taken from it (R82, C-64)', async ({ budget, wait }) => {
    await budget.take(check());
    for (const urgent of [ip(1), ip(2)]) {
      await budget.limited(check());
      await wait(300);
      await budget.limited(urgent);
      const [first, reading] = [await budget.take(urgent), await budget.take(check())];
      if (first.granted || reading.granted) throw new Error('found a grant, allowed is a wait');
      expect(reading.waitMs).toBeGreaterThan(first.waitMs + 50);
    }
  });
}
