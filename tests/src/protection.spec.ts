import { afterEach, describe, expect, it } from 'vitest';
import { type Decimal, money, ratio } from '@ballast/domain';
import { VenueError, x18 } from '@ballast/venues';
import { ballastOn } from './desk/desk-cli.js';
import { eventsOf, type LogStory } from './desk/log.js';
import { ACCOUNT, LEG_A } from './desk/pair-desk.js';
import { botOf, ProtectedPair, SMART, WALLET } from './desk/protected-pair.js';

const MINUTE_MS = 60_000;
let pair: ProtectedPair;
afterEach(() => pair.desk.stop());

/** What holds in every log (architecture.md, 6). */
function holds(story: LogStory): void {
  expect(story.verify.breaches).toEqual([]);
  for (const { deposited } of eventsOf(story, 'ProtectionDeposited')) expect(deposited.lte(SMART.maxDeposit)).toBe(true);
  expect(eventsOf(story, 'ReconciliationDifferenceFound')).toEqual([]);
}

/** Each intended deposit was made, and each made once: by the log, and by the venue's own records. */
function depositedOnce(story: LogStory): void {
  const [intended, deposited] = [eventsOf(story, 'ProtectionTransferIntended').filter(({ direction }) => direction === 'DEPOSIT'), eventsOf(story, 'ProtectionDeposited')];
  const refused = new Set(eventsOf(story, 'ProtectionTransferRefused').map(({ transferId }) => transferId));
  expect(deposited.length).toBeGreaterThan(0);
  expect(deposited.map(({ transferId }) => transferId)).toEqual(intended.map(({ transferId }) => transferId).filter((id) => !refused.has(id)));
  const digests = eventsOf(story, 'AccountFunded').flatMap(({ digest }) => digest ?? []);
  expect([digests.length, new Set(digests).size]).toEqual([deposited.length, deposited.length]);
}

/** What a wallet holds when all has come back: the fees are gone. */
const lessFees = (amount: string, story: LogStory): string =>
  [...eventsOf(story, 'ProtectionDeposited'), ...eventsOf(story, 'ProtectionWithdrawn')].reduce<Decimal>((left, { fee }) => left.minus(fee), money(amount)).toString();

describe('a protected pair bot on the desk in memory', () => {
  it('is given collateral before it is liquidated and gives it back when the price has recovered; neither is a result, nor money to trade with (R61, C-10, C-11, R73)', async () => {
    pair = await ProtectedPair.start();
    await pair.moveTo(530);
    await pair.runFor(3 * MINUTE_MS);
    const fallen = await pair.log();
    const observed = eventsOf(fallen, 'EquityObserved').at(-1);
    const deposit = eventsOf(fallen, 'ProtectionDeposited').filter(({ venueTime }) => venueTime < (observed?.venueTime ?? 0)).at(-1);
    expect(eventsOf(fallen, 'ProtectionTransferIntended')[0]?.saw?.distance?.lt(SMART.triggerDistance)).toBe(true);
    expect(deposit?.distanceAfter?.gte('0.07')).toBe(true);
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
    expect((await pair.walletHolds()).toString()).toBe(lessFees('1000', story));
    holds(story);
  }, 60_000);

  it('takes no more than one action per cooldown while the price goes to and fro around the trigger, and never past the cap', async () => {
    pair = await ProtectedPair.start({ ...SMART, mode: 'increment', increment: '50', cooldownMs: 60_000 });
    await pair.moveTo(530);
    await pair.runFor(2 * MINUTE_MS);
    for (let turn = 0; turn < 6; turn += 1) {
      await pair.moveTo(turn % 2 === 0 ? 500 : 560, 20, 500);
      await pair.runFor(15_000);
    }
    const story = await pair.log();
    const times = eventsOf(story, 'ProtectionTransferIntended').map(({ at }) => at);
    expect(times.length).toBeGreaterThan(0);
    expect(times.slice(1).every((at, index) => at - (times[index] ?? 0) >= 60_000)).toBe(true);
    holds(story);
  }, 60_000);

  it('says once that the wallet is empty, and is protected again when it is filled (C-66)', async () => {
    pair = await ProtectedPair.start(SMART, money('3'));
    await pair.moveTo(530);
    await pair.runFor(3 * MINUTE_MS);
    expect(eventsOf(await pair.log(), 'ProtectionExhausted').map(({ cause }) => cause)).toEqual(['FUNDS']);
    pair.desk.venue.engine.deposit(WALLET, x18('500'), pair.desk.system.clock.now());
    await pair.runFor(MINUTE_MS);
    const story = await pair.log();
    expect(eventsOf(story, 'ProtectionDeposited')).toHaveLength(1);
    holds(story);
  }, 60_000);

  it('deposits once where the venue\'s answer was lost: the transfer is found by its payload', async () => {
    pair = await ProtectedPair.start();
    pair.desk.venue.collateral.answersToLose = 1;
    await pair.moveTo(530);
    await pair.runFor(3 * MINUTE_MS);
    const story = await pair.log();
    expect(eventsOf(story, 'ProtectionTransferRefused')).toEqual([]);
    depositedOnce(story);
    holds(story);
  }, 60_000);

  it('says that the venue moves no collateral, and asks for a reduction where the policy is to', async () => {
    pair = await ProtectedPair.start({ ...SMART, exhausted: 'reduce' });
    pair.desk.venue.collateral.frozen = true;
    await pair.moveTo(530);
    await pair.runFor(3 * MINUTE_MS);
    const frozen = await pair.log();
    expect(eventsOf(frozen, 'ProtectionTransferRefused').every((refused) => refused.frozen)).toBe(true);
    expect(eventsOf(frozen, 'ProtectionExhausted').map(({ cause }) => cause)).toEqual(['FROZEN']);
    expect(eventsOf(frozen, 'ProtectionReductionRequested').length).toBeGreaterThan(0);
    expect(frozen.verify.breaches).toEqual([]);
  }, 60_000);

  it('does nothing on a market that is silent, and says so once in danger (C-70)', async () => {
    pair = await ProtectedPair.start({ ...SMART, cooldownMs: 3_600_000 });
    await pair.moveTo(530);
    await pair.runFor(3 * MINUTE_MS);
    const acted = (await pair.acts()).length;
    await pair.moveTo(500);
    await pair.runFor(2 * MINUTE_MS);
    pair.market.hush(true);
    await pair.runFor(2 * MINUTE_MS);
    const story = await pair.log();
    expect((await pair.acts()).slice(acted)).toEqual(['Stale']);
    expect(eventsOf(story, 'ProtectionStale')[0]?.what).toBe('PRICE');
    holds(story);
  }, 60_000);

  it('is released when its position is closed, whatever the price is (R71), and what it holds is kept while the bot only pauses (C-65)', async () => {
    pair = await ProtectedPair.start();
    await pair.moveTo(530);
    await pair.runFor(3 * MINUTE_MS);
    await pair.tellBot('pause-bot', { botId: 'pair-1' });
    await pair.runFor(MINUTE_MS);
    expect(eventsOf(await pair.log(), 'ProtectionPaused')).toMatchObject([{ protectionKept: true }]);
    expect(eventsOf(await pair.log(), 'ProtectionWithdrawn')).toEqual([]);
    await pair.tellBot('close-all', { botId: 'pair-1', reason: 'test' });
    await pair.runFor(2 * MINUTE_MS);
    const story = await pair.log();
    expect(eventsOf(story, 'ProtectionReleased')).toMatchObject([{ reason: 'FLAT' }]);
    expect((await pair.walletHolds()).toString()).toBe(lessFees('1000', story));
    holds(story);
  }, 60_000);

  it('refuses settings by name, with the numbers, and an unknown bot', async () => {
    pair = await ProtectedPair.start();
    await expect(pair.command('configure-protection', { botId: 'pair-1', triggerDistance: '0.3', maxDeposit: '0' }, 'wrong')).rejects.toThrow(/triggerDistance: .*maxDeposit: found 0: not configured/);
    await expect(pair.command('configure-protection', { botId: 'nobody', enabled: true }, 'who')).rejects.toThrow('bot nobody: found no bot of this name');
  }, 60_000);

  it('tells by field what of its settings does not fit, once the bot trades an instrument that liquidates sooner (C-9)', async () => {
    pair = await ProtectedPair.start();
    const { market } = pair.desk.system.platform('operator');
    const known = market.latest('instrument', LEG_A);
    if (!known) throw new Error(`found no terms of ${LEG_A}`);
    const status = async (): Promise<object> => JSON.parse((await ballastOn(pair.desk, 'protection', 'status', '--bot', 'pair-1', '--json')).out) as object;
    expect(await status()).not.toHaveProperty('settingsFaults');
    market.publish('instrument', 'STEEP-PERP', { ...known, instrument: 'STEEP-PERP', maintenanceMarginRatio: ratio('0.19') });
    await pair.runFor(1_000);
    expect(await status()).not.toHaveProperty('settingsFaults');
    await pair.tellBot('configure-bot', { botId: 'pair-1', settings: { ...botOf(ACCOUNT).settings, instrumentA: 'STEEP-PERP' } });
    await pair.runFor(1_000);
    expect(await status()).toMatchObject({ settings: { triggerDistance: '0.05' }, initialDistances: { long: expect.stringMatching(/^0\.0[0-9]/) as string }, settingsFaults: expect.arrayContaining([{ field: 'triggerDistance', text: expect.stringContaining('C-9') as string }]) as unknown[] });
    expect((await ballastOn(pair.desk, 'protection', 'status', '--bot', 'pair-1')).out).toMatch(/does not fit what the bot trades now: triggerDistance: found 5 %, allowed for a \w+ is less than/);
  }, 60_000);

  it('gets by `ballast protection set` every setting (W-13), and loses what it may go without (R62)', async () => {
    pair = await ProtectedPair.start();
    const set = async (...more: readonly string[]): Promise<unknown> => (JSON.parse((await ballastOn(pair.desk, 'protection', 'set', '--bot', 'pair-1', ...more, '--json')).out) as { readonly settings: unknown }).settings;
    expect(await set('--pool', '90', '--urgent', '0.02,10s')).toMatchObject({ poolCap: '90', urgent: { distance: '0.02', cooldownMs: 10_000 } });
    expect(Object.keys((await set('--pool', 'none', '--urgent', 'none')) as object).filter((name) => name === 'poolCap' || name === 'urgent')).toEqual([]);
    expect(await set('--hysteresis', '0.015', '--restore', '0.03')).toMatchObject({ hysteresis: '0.015', restoreMargin: '0.03', triggerDistance: '0.05' });
    expect(await ballastOn(pair.desk, 'protection', 'set', '--bot', 'pair-1', '--restore', '0.3')).toMatchObject({ code: 1, err: expect.stringMatching(/restoreMargin: found 35 % restored/) as string });
    expect(await ballastOn(pair.desk, 'protection', 'set', '--bot', 'pair-1', '--urgent', 'soon')).toMatchObject({ code: 2, err: expect.stringContaining('--urgent: found soon, allowed is a distance and a time, as 0.02,10s, or none') as string });
  }, 60_000);

  it('is set, shown and paused by `ballast protection`, with the three warnings (R77, R88)', async () => {
    pair = await ProtectedPair.start();
    const set = await ballastOn(pair.desk, 'protection', 'set', '--bot', 'pair-1', '--max', '300', '--cooldown', '30s');
    expect(set).toMatchObject({ code: 0, out: expect.stringContaining('can deposit up to $300') as string });
    expect(await ballastOn(pair.desk, 'protection', 'set', '--bot', 'pair-1', '--trigger', '0.5')).toMatchObject({ code: 1, err: expect.stringMatching(/triggerDistance: found 50 %/) as string });
    await pair.moveTo(530);
    await pair.runFor(3 * MINUTE_MS);
    expect((await ballastOn(pair.desk, 'protection', 'status', '--bot', 'pair-1')).out).toMatch(/is on; \S+ deposited; \S+ % from liquidation[^]*last action: deposited/);
    expect((await ballastOn(pair.desk, 'protection', 'pause', '--bot', 'pair-1', '--reason', 'by hand')).out).toMatch(/is off[^]*stay until the position is safe or flat/);
    const { rows } = JSON.parse((await ballastOn(pair.desk, 'protection', 'history', '--bot', 'pair-1', '--json')).out) as { readonly rows: readonly { readonly type: string }[] };
    expect(rows.map(({ type }) => type).filter((type, place, all) => type !== 'ProtectionDeposited' || type !== all[place - 1])).toEqual(['ProtectionConfigured', 'ProtectionDeposited', 'ProtectionConfigured', 'ProtectionConfigured']);
  }, 60_000);

  it('deposits when a venue that was frozen moves collateral again', async () => {
    pair = await ProtectedPair.start();
    pair.desk.venue.collateral.frozen = true;
    await pair.moveTo(530);
    await pair.runFor(3 * MINUTE_MS);
    expect(eventsOf(await pair.log(), 'ProtectionDeposited')).toEqual([]);
    pair.desk.venue.collateral.frozen = false;
    await pair.runFor(90_000);
    const story = await pair.log();
    expect(eventsOf(story, 'ProtectionDeposited')).toHaveLength(1);
    holds(story);
  }, 60_000);

  it('never lends a dollar twice: two bots in danger share what the wallet has', async () => {
    pair = await ProtectedPair.start(SMART, money('45'), { bots: ['pair-1', 'pair-2'].map((botId) => botOf(botId)) });
    await pair.command('configure-protection', { botId: 'pair-2', ...SMART }, 'enable 2');
    await pair.moveTo(530);
    await pair.runFor(4 * MINUTE_MS);
    const story = await pair.log();
    const deposits = eventsOf(story, 'ProtectionDeposited');
    expect(new Set(deposits.map(({ botId }) => botId)).size).toBe(2);
    const spent = deposits.reduce((sum, { amount, fee }) => sum.plus(amount).plus(fee), money('0') as Decimal);
    expect(spent.lte('45')).toBe(true);
    expect((await pair.walletHolds()).toString()).toBe(money('45').minus(spent).toString());
    expect(eventsOf(story, 'ProtectionTransferRefused')).toEqual([]);
    holds(story);
  }, 60_000);

  it.each(['prepare', 'send', 'answer'] as const)('goes on from the log where it dies before its %s: the open intent is picked up, and moves money once', async (at) => {
    pair = await ProtectedPair.start();
    const port = pair.desk.venue.collateral;
    const [prepare, send] = [port.prepare.bind(port), port.send.bind(port)];
    const never = new Promise<never>(() => undefined);
    if (at === 'prepare') port.prepare = () => never;
    if (at === 'send') port.send = () => never;
    if (at === 'answer') port.send = (transfer) => send(transfer).then(() => never);
    await pair.moveTo(530);
    await pair.runFor(3 * MINUTE_MS);
    expect((await pair.acts()).slice(-2)).toEqual([at === 'prepare' ? 'TransferIntended' : 'TransferPrepared', 'Exhausted']);
    Object.assign(port, { prepare, send });
    await pair.desk.startCollateral();
    await pair.runFor(2 * MINUTE_MS);
    const story = await pair.log();
    depositedOnce(story);
    holds(story);
  }, 60_000);

  it('gives up a withdrawal that the venue has put off for longer than its prices are good for, and judges it anew', async () => {
    pair = await ProtectedPair.start();
    await pair.moveTo(530);
    await pair.runFor(3 * MINUTE_MS);
    const port = pair.desk.venue.collateral;
    const send = port.send.bind(port);
    port.send = () => Promise.reject(new VenueError('rate', 'notPlaced', 'too many requests'));
    await pair.moveTo(800);
    await pair.runFor(MINUTE_MS);
    Object.assign(port, { send });
    await pair.runFor(MINUTE_MS);
    const story = await pair.log();
    const decidedAt = new Map(eventsOf(story, 'ProtectionTransferIntended').map(({ transferId, at }) => [transferId, at]));
    const waited = eventsOf(story, 'ProtectionWithdrawn').map(({ transferId, venueTime }) => venueTime - (decidedAt.get(transferId) ?? 0));
    expect([waited.length, waited.every((ms) => ms <= 12_000)]).toEqual([1, true]);
    expect(eventsOf(story, 'ProtectionTransferRefused').map(({ kind }) => kind)).toContain('late');
    holds(story);
  }, 60_000);

  it('is paused by a person also on a market that is silent', async () => {
    pair = await ProtectedPair.start();
    pair.market.hush(true);
    await pair.runFor(MINUTE_MS);
    await pair.command('pause-protection', { botId: 'pair-1', reason: 'by hand' }, 'pause');
    expect(eventsOf(await pair.log(), 'ProtectionConfigured').at(-1)).toMatchObject({ revision: 2, settings: { enabled: false } });
  }, 60_000);

  it('says that it is exhausted in a crash that its wallet can\'t cover, and writes off what was lost with the liquidation; verify holds', async () => {
    pair = await ProtectedPair.start(SMART, money('20'));
    await pair.moveTo(530);
    await pair.runFor(3 * MINUTE_MS);
    await pair.moveTo(250, 1_000, 500);
    await pair.runFor(6 * MINUTE_MS);
    const story = await pair.log();
    expect(eventsOf(story, 'PositionLiquidated').length).toBeGreaterThan(0);
    expect((await pair.acts()).filter((act) => act !== 'TransferIntended' && act !== 'TransferPrepared')).toEqual(['Configured', 'Deposited', 'Exhausted', 'Released']);
    expect(eventsOf(story, 'ProtectionReleased').map(({ lost, reason }) => [lost.toString(), reason])).toEqual([['19', 'FLAT']]);
    holds(story);
  }, 60_000);
});
