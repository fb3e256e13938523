import { beforeEach, describe, expect, it } from 'vitest';
import { money, ratio } from '@ballast/domain';
import { CrossAccount, GuardDesk } from './guard.fixtures.js';
import { botOf } from './lane.fixtures.js';

let desk: GuardDesk;
/** 10 SOL long from 100 with 150 behind them: liquidated at 89.47. */
const long = (cash = '150'): CrossAccount => Object.assign(new CrossAccount().hold('SOL-PERP', '10', '100'), { cash: money(cash) });
/** The same beside 1 ETH short from 1,000, with 300 behind both. */
const pair = (): CrossAccount => Object.assign(long('300').hold('ETH-PERP', '-1', '1000'), { cash: money('300') });

beforeEach(async () => {
  desk = new GuardDesk();
  await desk.price('SOL-PERP', '100');
  await desk.price('ETH-PERP', '1000');
});

describe('the guard of protected positions', () => {
  it('judges a position at the price that concerns it, by the account as it is then, and lends what it decides', async () => {
    await desk.protect('a', long());
    await desk.run(2_000);
    expect(desk.stateOf('a').transfer).toBeUndefined();
    await desk.price('SOL-PERP', '92');
    await desk.run(1_000);
    expect(desk.stateOf('a').transfer).toMatchObject({ direction: 'DEPOSIT', reason: 'DANGER' });
  });

  it('judges by the last reading after 5 s where the account says nothing, with that reading\'s age, and not before', async () => {
    await desk.protect('a', long());
    await desk.run(2_000);
    await desk.run(35_000);
    desk.silent.accounts = true;
    await desk.price('SOL-PERP', '92');
    await desk.run(4_000);
    expect(desk.stateOf('a').transfer).toBeUndefined();
    await desk.run(3_000);
    const { transfer } = desk.stateOf('a');
    expect(transfer?.direction).toBe('DEPOSIT');
    expect((desk.system.clock.now() - (transfer?.saw?.stateTime ?? 0)) / 1_000).toBeGreaterThan(30);
  });

  it('does nothing on a reading that is too old, and says so (C-70)', async () => {
    await desk.protect('a', long());
    await desk.run(2_000);
    desk.silent.accounts = true;
    await desk.run(70_000);
    await desk.price('SOL-PERP', '92');
    await desk.run(10_000);
    expect([desk.stateOf('a').transfer, desk.stateOf('a').stale]).toEqual([undefined, true]);
  });

  it('asks once more, as urgently as it now is, where a question of calmer times hangs', async () => {
    await desk.protect('a', long());
    await desk.run(2_000);
    await desk.price('SOL-PERP', '96');
    await desk.run(2_000);
    desk.silent.accounts = true;
    await desk.run(62_000);
    const asked = desk.reads.length;
    await desk.price('SOL-PERP', '92');
    await desk.run(3_000);
    expect(desk.reads.length).toBe(asked + 1);
    await desk.run(20_000);
    expect(desk.reads.length).toBe(asked + 1);
  });

  it('counts a wallet that has said nothing for 20 s as empty, and says so', async () => {
    await desk.protect('a', long());
    await desk.run(2_000);
    desk.silent.wallet = true;
    await desk.price('SOL-PERP', '92');
    await desk.run(19_000);
    expect([desk.stateOf('a').transfer, desk.stateOf('a').exhausted]).toEqual([undefined, undefined]);
    await desk.run(3_000);
    expect([desk.stateOf('a').transfer, desk.stateOf('a').exhausted?.cause]).toEqual([undefined, 'FUNDS']);
    expect(desk.walletReads).toBe(1);
  });

  it('lends by what a wallet said lately where it is silent now, after 5 s', async () => {
    await desk.protect('a', long(), { maxDeposit: money('6'), cooldownMs: 1_000 });
    await desk.protect('b', Object.assign(long(), { cash: money('180') }));
    await desk.run(2_000);
    await desk.price('SOL-PERP', '92');
    await desk.run(1_000);
    expect(desk.stateOf('a').transfer?.direction).toBe('DEPOSIT');
    desk.silent.wallet = true;
    await desk.run(10_000);
    await desk.price('SOL-PERP', '89.5');
    await desk.run(2_000);
    expect(desk.stateOf('b').transfer).toBeUndefined();
    await desk.run(5_000);
    expect(desk.stateOf('b').transfer?.direction).toBe('DEPOSIT');
  });

  it('asks a wallet that did not answer again after 1 s, whenever that is: whoever waits for it waits no longer', async () => {
    await desk.protect('a', long());
    await desk.run(2_000);
    desk.broken = new Error('too many requests');
    await desk.price('SOL-PERP', '92');
    desk.broken = undefined;
    const now = desk.system.clock.now();
    await desk.system.run(now + 999);
    expect([desk.walletReads, desk.stateOf('a').transfer]).toEqual([1, undefined]);
    await desk.system.run(now + 1_000);
    expect([desk.walletReads, desk.stateOf('a').transfer?.direction]).toEqual([2, 'DEPOSIT']);
  });

  it('reads the accounts in danger nearest to liquidation first', async () => {
    desk.wallet = money('0');
    for (const [botId, cash] of [['far', '158'], ['near', '150'], ['between', '154']] as const) await desk.protect(botId, long(cash));
    await desk.run(2_000);
    await desk.price('SOL-PERP', '91.5');
    await desk.run(5_000);
    desk.reads.length = 0;
    await desk.run(11_000);
    const order = ['near', 'between', 'far'].map((botId) => botOf(botId).accountId);
    expect(desk.reads.slice(0, 3)).toEqual(order);
  });

  it('shows a fault until the same call works again', async () => {
    await desk.protect('a', long());
    desk.broken = new Error('too many requests');
    await desk.run(1_000);
    expect([...desk.faults]).toEqual(['a accountState']);
    desk.broken = undefined;
    await desk.run(4_000);
    expect([...desk.faults]).toEqual([]);
  });

  it('judges a position anew when another of its account moves, before anybody reads the account', async () => {
    await desk.protect('a', pair());
    await desk.run(2_000);
    const [before, reads] = [desk.distanceOf('a'), desk.reads.length];
    expect(before?.gt('0.05')).toBe(true);
    await desk.price('ETH-PERP', '1100');
    expect(desk.distanceOf('a')?.lt('0.08')).toBe(true);
    expect(desk.reads.length).toBe(reads);
    await desk.price('ETH-PERP', '1150');
    await desk.run(2_000);
    expect(desk.stateOf('a').transfer).toMatchObject({ direction: 'DEPOSIT', reason: 'DANGER' });
  });

  it('reckons what its venue would tell, for every position of an account, wherever the prices are', async () => {
    const account = pair();
    await desk.protect('a', account);
    await desk.run(2_000);
    for (const [sol, eth] of [['97', '1020'], ['103', '1080'], ['95', '940']] as const) {
      await desk.price('SOL-PERP', sol);
      await desk.price('ETH-PERP', eth);
      const told = account.state('a', 0, (instrument) => money(instrument === 'SOL-PERP' ? sol : eth) as never).positions;
      const reckoned = desk.guard.watch.positionsOf('a').map(({ liquidationPrice }) => liquidationPrice?.toDecimalPlaces(9).toString());
      expect(reckoned).toEqual(told.map(({ liquidationPrice }) => liquidationPrice?.toDecimalPlaces(9).toString()));
    }
  });

  it('is not concerned by prices of several positions that leave all of them far from danger', async () => {
    await desk.protect('a', Object.assign(pair(), { cash: money('900') }));
    await desk.run(2_000);
    const judged = desk.guard.counts().judged;
    for (let step = 0; step < 40; step += 1) {
      await desk.price('SOL-PERP', String(100 - step / 8));
      await desk.price('ETH-PERP', String(1_000 + step));
    }
    expect(desk.guard.counts().judged).toBe(judged);
  });

  it('tells a withdrawal that waits whether it would still be decided: safe, seen lately, and with its position still closed where that was why', async () => {
    const faultOf = (reason: 'RECOVERED' | 'FLAT') => desk.guard.faultOf(botOf('a'), { transferId: 't', direction: 'WITHDRAWAL', amount: money('1'), fee: money('0'), reason, actedBefore: undefined });
    await desk.protect('a', long());
    expect(faultOf('RECOVERED')).toContain('not known');
    await desk.run(2_000);
    expect(faultOf('RECOVERED')).toContain('not safe');
    await desk.price('SOL-PERP', '110');
    expect(faultOf('RECOVERED')).toBeUndefined();
    desk.silent.accounts = true;
    await desk.run(700_000);
    expect(faultOf('RECOVERED')).toContain('too old');
    expect(faultOf('FLAT')).toBeUndefined();
    desk.inLog.set('a', { open: true, movedAt: desk.system.clock.now() });
    expect(faultOf('FLAT')).toContain('position has been opened');
  });

  it('tells a deposit that waits that its position has been closed since', async () => {
    await desk.protect('a', long('60'));
    await desk.run(3_000);
    const [{ transfer }, now] = [desk.stateOf('a'), desk.system.clock.now()];
    if (transfer?.direction !== 'DEPOSIT') throw new Error('no deposit was decided');
    const faults = [{ open: true, movedAt: now }, { open: false, movedAt: 0 }, { open: false, movedAt: now }].map((inLog) => desk.inLog.set('a', inLog) && desk.guard.faultOf(botOf('a'), transfer));
    expect(faults).toEqual([undefined, undefined, 'its position has been closed']);
  });

  it('takes nothing back by a reading without a position where the log has one, or had one since', async () => {
    const account = long('60');
    await desk.protect('a', account);
    await desk.run(3_000);
    await desk.settle('a', account);
    account.holdings.splice(0);
    desk.inLog.set('a', { open: true, movedAt: desk.system.clock.now() });
    desk.guard.follow(botOf('a'), true);
    await desk.run(3_000);
    expect(desk.stateOf('a').transfer).toBeUndefined();
    desk.broken = new Error('429');
    desk.inLog.set('a', { open: false, movedAt: desk.system.clock.now() });
    desk.guard.follow(botOf('a'), true);
    await desk.run(8_000);
    expect(desk.stateOf('a').transfer).toBeUndefined();
    desk.broken = undefined;
    await desk.run(8_000);
    expect(desk.stateOf('a').transfer).toMatchObject({ direction: 'WITHDRAWAL', reason: 'FLAT' });
  });

  it.each([['answers with an error', { broken: new Error('429') }], ['says nothing', { silent: { accounts: true, wallet: false } }]])('says once that nobody knows where a position stands, 20 s after the start, where its account %s (C-70)', async (_, how) => {
    Object.assign(desk, how);
    desk.inLog.set('a', { open: true, movedAt: 0 });
    await desk.protect('a', long());
    await desk.run(19_000);
    expect(desk.stateOf('a').stale).toBe(false);
    await desk.run(60_000);
    expect(await desk.events('a', 'ProtectionStale')).toMatchObject([{ what: 'STATE', missedIntervals: 2, lastStateTime: 0, lastPriceTime: 0 }]);
  });

  it('says the same of a price that never came, of a position that was opened since its account was read, and takes it back when it sees', async () => {
    desk.inLog.set('a', { open: true, movedAt: 0 });
    await desk.protect('a', new CrossAccount().hold('DOGE-PERP', '10', '100'));
    await desk.run(25_000);
    expect(await desk.events('a', 'ProtectionStale')).toMatchObject([{ what: 'PRICE' }]);
    const account = Object.assign(new CrossAccount(), { cash: money('150') });
    await desk.protect('b', account);
    await desk.run(3_000);
    desk.broken = new Error('429');
    account.hold('SOL-PERP', '10', '100');
    desk.inLog.set('b', { open: true, movedAt: desk.system.clock.now() });
    desk.guard.follow(botOf('b'), true);
    await desk.run(25_000);
    expect(await desk.events('b', 'ProtectionStale')).toMatchObject([{ what: 'STATE', lastStateTime: expect.any(Number) as number }]);
    desk.broken = undefined;
    await desk.run(5_000);
    expect([desk.stateOf('b').stale, (await desk.events('b', 'ProtectionFresh')).length]).toEqual([false, 1]);
  });

  it('takes back what leaves every position of the account safe, not the nearest alone (C-67)', async () => {
    desk.wallet = money('100000');
    const account = Object.assign(new CrossAccount().hold('ETH-PERP', '17', '930').hold('SOL-PERP', '-100', '100'), { cash: money('1310') });
    await desk.price('ETH-PERP', '930');
    await desk.protect('a', account, { maxDeposit: money('20000'), triggerDistance: ratio('0.09') });
    await desk.run(3_000);
    await desk.settle('a', account);
    await desk.run(3_000);
    await desk.price('ETH-PERP', '1040');
    await desk.run(65_000);
    const { transfer } = desk.stateOf('a');
    await desk.settle('a', account);
    await desk.run(3_000);
    const left = desk.distanceOf('a');
    expect([transfer?.direction, left?.gte('0.13')]).toEqual(['WITHDRAWAL', true]);
    expect(transfer?.saw?.distanceAfter?.minus(left ?? 0).abs().lt('0.000001')).toBe(true);
  });

  it('lends the last dollar to whoever is nearest to liquidation', async () => {
    desk.wallet = money('10');
    await desk.protect('far', long('155'));
    await desk.protect('near', long('150'));
    await desk.run(2_000);
    await desk.price('SOL-PERP', '91');
    await desk.run(1_000);
    expect([desk.stateOf('near').transfer?.amount.toString(), desk.stateOf('far').transfer, desk.stateOf('far').exhausted?.cause]).toEqual(['10', undefined, 'FUNDS']);
  });

  it('reads an account every 10 s wherever its bot is in danger, by a trigger of 15 % as by one of 5 %', async () => {
    desk.wallet = money('0');
    await desk.protect('a', long('300'), { triggerDistance: ratio('0.15'), safeDistance: ratio('0.25') });
    await desk.protect('b', long('300'), {});
    await desk.run(2_000);
    await desk.price('SOL-PERP', '82.5');
    await desk.run(62_000);
    expect(desk.distanceOf('a')?.toFixed(2)).toBe('0.12');
    const before = desk.reads.length;
    await desk.run(60_000);
    const readsOf = (botId: string): number => desk.reads.slice(before).filter((id) => id === botOf(botId).accountId).length;
    expect([readsOf('a'), readsOf('b'), [...desk.guard.watch.counts()]]).toEqual([6, 0, [[10_000, 1], [300_000, 1]]]);
  });

  it('reckons volatility from prices that follow one another: a gap is no step, and nothing of before it counts', async () => {
    const volatility = (): string | undefined => desk.guard.watch.volatilityOf('SOL-PERP')?.toString();
    const after = async (ms: number, at: string): Promise<string | undefined> => {
      await desk.system.run(desk.system.clock.now() + ms);
      await desk.price('SOL-PERP', at);
      return volatility();
    };
    await desk.protect('a', long());
    await desk.run(1_000);
    for (const at of ['100', '100', '100']) await after(5_000, at);
    expect(volatility()).toBe('0');
    await desk.system.run(desk.system.clock.now() + 3 * 86_400_000);
    expect(volatility()).toBeUndefined();
    expect([await after(0, '90'), await after(5_000, '90'), await after(5_000, '90')]).toEqual([undefined, undefined, '0']);
    expect(await after(15_000, '99')).toBe('0.1');
  });
});
