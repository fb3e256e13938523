import { addMoney, Decimal, type Money, money, type Ms, subMoney, ZERO_MONEY } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { x18 } from '@ballast/venues';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DrivenMarket } from './desk/driven-market.js';
import { eventsOf, type LogStory, readAtRest } from './desk/log.js';
import { type DeskBot, ProcessDesk, senderOf } from './desk/process-desk.js';

const MINUTE_MS: Ms = 60_000;
const COOLDOWN_MS: Ms = 20_000;
/** So often an account in danger is asked for. */
const READ_MS: Ms = 10_000;
const CAP = money('400');
const WALLET = money('2000');
const PROTECTED = { enabled: true, mode: 'smart', triggerDistance: '0.05', safeDistance: '0.12', maxDeposit: CAP.toString(), cooldownMs: COOLDOWN_MS, exhausted: 'hold' } as const;
const STEPS = { ...PROTECTED, mode: 'increment', increment: '50' } as const;
const botOf = (botId: string, portfolioId = 'main'): DeskBot => ({ botId, portfolioId, deposit: money('500'), notional: '1000' });
const [SMART, STEPPER, POOR] = [botOf('smart'), botOf('stepper'), botOf('poor', 'poor')];
const RICH = [SMART, STEPPER];

let market: DrivenMarket;
let desk: ProcessDesk;

type Told = 'ProtectionTransferIntended' | 'ProtectionDeposited' | 'ProtectionWithdrawn' | 'ProtectionExhausted' | 'ProtectionTransferRefused' | 'ProtectionStale' | 'ProtectionFresh';
const told = <Type extends Told>(story: LogStory, type: Type, { botId }: DeskBot): readonly Extract<BallastEvent, { type: Type }>[] =>
  story.events.filter((event): event is Extract<BallastEvent, { type: Type }> => event.type === type && 'botId' in event && event.botId === botId);

const sumOf = (amounts: readonly Money[]): Money => amounts.reduce(addMoney, ZERO_MONEY);

const isSettled = (story: LogStory, bot: DeskBot): boolean => {
  const over = new Set([...told(story, 'ProtectionDeposited', bot), ...told(story, 'ProtectionWithdrawn', bot), ...told(story, 'ProtectionTransferRefused', bot)].map(({ transferId }) => transferId));
  return told(story, 'ProtectionTransferIntended', bot).every(({ transferId }) => over.has(transferId));
};

/** Where ETH has this distance to the liquidation price of `smart`, as a part of where it began. */
function atDistance(distance: string): Decimal {
  const limit = desk.liquidationPart(SMART.botId, 'ETH-PERP');
  if (!limit) throw new Error('smart: found no position, allowed is one with a liquidation price');
  return limit.times(new Decimal(1).plus(distance));
}

/** `smart` has what it needs where the price stands now: only then may it go on, however slow the machine. */
const untilSafe = (): Promise<LogStory> => desk.until('smart beyond its trigger, at rest', (log) => isSettled(log, SMART) && market.part.gte(atDistance(PROTECTED.triggerDistance)));

/** When `smart` was said to be stale and fresh again, in order: whatever a busy machine adds, the two take turns. */
const turns = (story: LogStory): readonly string[] => story.events.flatMap((event) => ((event.type === 'ProtectionStale' || event.type === 'ProtectionFresh') && event.botId === SMART.botId ? [event.type] : []));
const inTurn = (story: LogStory): readonly string[] => turns(story).map((_, index) => (index % 2 === 0 ? 'ProtectionStale' : 'ProtectionFresh'));
const isSeen = (story: LogStory): boolean => turns(story).at(-1) !== 'ProtectionStale';

/** What holds in every log (architecture.md, 6), whenever it is read; cash once the venue's records of all transfers have been. */
async function holds(): Promise<void> {
  const story = await readAtRest(desk.bus.store, { except: ['cash'] });
  expect(story.verify.breaches.filter(({ rule }) => rule !== 'cash')).toEqual([]);
  for (const { deposited } of eventsOf(story, 'ProtectionDeposited')) expect(deposited.lte(CAP)).toBe(true);
  const refused = new Set(eventsOf(story, 'ProtectionTransferRefused').map(({ transferId }) => transferId));
  for (const bot of RICH) {
    const times = told(story, 'ProtectionTransferIntended', bot).filter(({ transferId, reason }) => !refused.has(transferId) && reason !== 'FLAT').map(({ at }) => at);
    expect(times.slice(1).every((at, index) => at - (times[index] ?? 0) >= COOLDOWN_MS)).toBe(true);
  }
}

describe('protection over processes, on a market that falls', () => {
  beforeAll(async () => {
    market = new DrivenMarket(60 * MINUTE_MS);
    desk = await ProcessDesk.start({ name: 'protection', market, speed: 5, wallets: { main: { accountId: 'wallet-main', deposit: WALLET }, poor: { accountId: 'wallet-poor', deposit: money('3') } } });
    await desk.open([SMART, STEPPER, POOR]);
    await desk.protect(SMART, PROTECTED);
    await desk.protect(STEPPER, STEPS);
    await desk.protect(POOR, PROTECTED);
  }, 240_000);
  afterAll(({}, suite) => desk.stop(suite));

  it('deposits once in a fast crash, though the venue\'s answer to the first transfer is lost, and says that an empty wallet can\'t (C-66)', async () => {
    await desk.sim.addFault({ match: { kind: 'transfer' }, fault: { type: 'dropAfterAccept' }, times: 1 });
    market.slideTo('0.53', 0);
    const story = await desk.until('two deposits and an empty wallet', (log) => RICH.every((bot) => told(log, 'ProtectionDeposited', bot).length > 0) && told(log, 'ProtectionExhausted', POOR).length > 0);
    expect(told(story, 'ProtectionExhausted', POOR).map(({ cause }) => cause)).toEqual(['FUNDS']);
    expect(told(story, 'ProtectionDeposited', POOR)).toEqual([]);
    expect(await desk.sim.faults()).toMatchObject([{ acted: 1 }]);
    await holds();
  }, 150_000);

  it('acts no more than once per cooldown while the price goes to and fro around the trigger, and never takes back what it gave', async () => {
    await untilSafe();
    const before = eventsOf(await desk.log(), 'ProtectionWithdrawn').length;
    for (const part of ['0.03', '0.07', '0.04', '0.06', '0.03'].map(atDistance)) {
      market.slideTo(part, 2_000);
      await desk.pass(6_000);
    }
    const story = await desk.log();
    expect(eventsOf(story, 'ProtectionWithdrawn').length).toBe(before);
    await holds();
  }, 150_000);

  it('says that the venue moves no collateral, and deposits when it does again (R75, C-70)', async () => {
    // A transfer that took long before now is told as a frozen venue, too: this one says so itself.
    const refusedAsFrozen = (log: LogStory): number => eventsOf(log, 'ProtectionTransferRefused').filter((refused) => refused.frozen).length;
    const saidFrozen = (log: LogStory): number => RICH.flatMap((bot) => told(log, 'ProtectionExhausted', bot)).filter(({ cause }) => cause === 'FROZEN').length;
    const calm = await untilSafe();
    await desk.sim.addFault({ match: {}, fault: { type: 'freeze' } });
    market.slideTo(atDistance('0.02'), 0);
    const frozen = await desk.until('a frozen venue', (log) => refusedAsFrozen(log) > refusedAsFrozen(calm) && saidFrozen(log) > saidFrozen(calm));
    const given = eventsOf(frozen, 'ProtectionDeposited').length;
    await desk.sim.clearFaults();
    await desk.until('a deposit after the thaw', (log) => eventsOf(log, 'ProtectionDeposited').length > given);
    await holds();
  }, 150_000);

  it('has liquidated by now whom nobody could protect, and says what became of the protection', async () => {
    await untilSafe();
    market.slideTo(atDistance('0.02'), 0);
    const story = await desk.until('a liquidation', (log) => eventsOf(log, 'PositionLiquidated').some(({ accountId }) => accountId === 'poor'));
    expect(eventsOf(story, 'PositionLiquidated').map(({ accountId }) => accountId)).not.toContain('smart');
    await holds();
  }, 150_000);

  it('takes back all that it gave when the market recovers, each part once, though an answer of the venue is lost (C-66, C-67)', async () => {
    await desk.sim.addFault({ match: { kind: 'transfer' }, fault: { type: 'dropAfterAccept' }, times: 1 });
    market.slideTo('1', 5_000);
    const isThere = (story: LogStory, { botId }: DeskBot): boolean => !eventsOf(story, 'PositionLiquidated').some(({ accountId }) => accountId === botId);
    const story = await desk.until('everything back', (log) => RICH.filter((bot) => isThere(log, bot)).every((bot) => told(log, 'ProtectionWithdrawn', bot).at(-1)?.deposited.isZero()));
    expect(await desk.sim.faults()).toMatchObject([{ acted: 1 }]);
    expect(isThere(story, SMART)).toBe(true);
    for (const bot of RICH.filter((each) => isThere(story, each))) expect(sumOf(told(story, 'ProtectionWithdrawn', bot).map(({ amount, fee }) => addMoney(amount, fee)))).toEqual(sumOf(told(story, 'ProtectionDeposited', bot).map(({ amount }) => amount)));
    const [paid, back] = [RICH.flatMap((bot) => told(story, 'ProtectionDeposited', bot)).map(({ amount, fee }) => addMoney(amount, fee)), RICH.flatMap((bot) => told(story, 'ProtectionWithdrawn', bot)).map(({ amount }) => amount)];
    expect(desk.collateralOf('wallet-main')).toBe(x18(addMoney(subMoney(WALLET, sumOf(paid)), sumOf(back)).toFixed()));
    await holds();
  }, 150_000);

  it('moves nothing on prices that are too old, says so of who is in danger, and deposits when they come again (C-70)', async () => {
    const frozen = (log: LogStory): number => told(log, 'ProtectionExhausted', SMART).filter(({ cause }) => cause === 'FROZEN').length;
    const given = (log: LogStory): number => told(log, 'ProtectionDeposited', SMART).length;
    const calm = await desk.log();
    await desk.sim.addFault({ match: {}, fault: { type: 'freeze' } });
    market.slideTo(atDistance('0.03'), 0);
    const danger = await desk.until('danger that no deposit mends, at prices that come', (log) => frozen(log) > frozen(calm) && isSeen(log));
    const stale = (log: LogStory): ReturnType<typeof told<'ProtectionStale'>> => told(log, 'ProtectionStale', SMART).slice(told(danger, 'ProtectionStale', SMART).length);
    market.hush(true);
    const silent = await desk.until('stale prices', (log) => stale(log).length > 0);
    expect(stale(silent).map(({ what, missedIntervals, distance }) => [what, missedIntervals >= 2, distance?.lt('0.05')])).toEqual([['PRICE', true, true]]);
    await desk.until('nothing under way', (log) => isSettled(log, SMART));
    await desk.sim.clearFaults();
    await desk.pass(COOLDOWN_MS);
    const waiting = await desk.log();
    expect(told(waiting, 'ProtectionTransferIntended', SMART).filter(({ at }) => at >= (stale(silent)[0]?.at ?? 0))).toEqual([]);
    expect([given(waiting), turns(waiting)]).toEqual([given(calm), turns(silent)]);
    market.hush(false);
    const story = await desk.until('a deposit on new prices', (log) => given(log) > given(calm));
    expect(turns(story)).toEqual(inTurn(story));
    expect(told(story, 'ProtectionFresh', SMART).length).toBeGreaterThan(told(danger, 'ProtectionFresh', SMART).length);
    await holds();
  }, 150_000);

  it('moves nothing on an account that its venue has not told for too long, says so of who is in danger, and deposits when it is told again (C-70)', async () => {
    // The log is read before the venue falls silent: where that comes before collateral has read what the last deposit did, it says so at once, by the account as it was.
    const calm = await untilSafe();
    await desk.sim.addFault({ match: { kind: 'query', account: senderOf(SMART.botId) }, fault: { type: 'maintenance' } });
    await desk.pass(COOLDOWN_MS + READ_MS);
    market.slideTo(atDistance('0.02'), 0);
    const silent = await desk.until('a stale account', (log) => told(log, 'ProtectionStale', SMART).length > told(calm, 'ProtectionStale', SMART).length);
    expect(told(silent, 'ProtectionStale', SMART).slice(told(calm, 'ProtectionStale', SMART).length).map(({ what, missedIntervals, distance }) => [what, missedIntervals >= 2, distance?.lt('0.05')])).toEqual([['STATE', true, true]]);
    await desk.pass(READ_MS);
    const waiting = await desk.log();
    expect(told(waiting, 'ProtectionTransferIntended', SMART)).toEqual(told(calm, 'ProtectionTransferIntended', SMART));
    await desk.sim.clearFaults();
    const story = await desk.until('a deposit on a new reading', (log) => told(log, 'ProtectionDeposited', SMART).length > told(calm, 'ProtectionDeposited', SMART).length);
    expect(turns(story)).toEqual(inTurn(story));
    expect(told(story, 'ProtectionFresh', SMART).length).toBeGreaterThan(told(calm, 'ProtectionFresh', SMART).length);
    await holds();
  }, 150_000);

  it('has a log in which everything holds, cash too, once the venue\'s records of its transfers are read', async () => {
    await desk.until('every transfer in the books', (log) => log.verify.breaches.length === 0);
  }, 150_000);
});
