import { type Decimal, type Id, money, type Ms } from '@ballast/domain';
import { formatX18 } from '@ballast/venues';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DrivenMarket } from './desk/driven-market.js';
import { eventsOf, type LogStory, readAtRest } from './desk/log.js';
import { type DeskBot, ProcessDesk } from './desk/process-desk.js';

const MINUTE_MS: Ms = 60_000;
const WALLET = 'wallet-main';
const LENT = '2000';
const BOT: DeskBot = { botId: 'killed', portfolioId: 'main', deposit: money('500'), notional: '1000' };
const SETTINGS = { enabled: true, mode: 'smart', triggerDistance: '0.05', safeDistance: '0.12', maxDeposit: '400', cooldownMs: 5_000, exhausted: 'hold' } as const;
const LATE_MS: Ms = 16_000;

let market: DrivenMarket;
let desk: ProcessDesk;

const settled = (story: LogStory): ReadonlySet<Id> => new Set(['ProtectionDeposited', 'ProtectionWithdrawn', 'ProtectionTransferRefused'].flatMap((type) => story.events.flatMap((event) => (event.type === type && 'transferId' in event ? [event.transferId] : []))));
/** The transfer that has its payload and no outcome. */
const underway = (story: LogStory): Id | undefined => eventsOf(story, 'ProtectionTransferPrepared').map(({ transferId }) => transferId).find((id) => !settled(story).has(id));

/** What the wallet holds by the log: each transfer once. */
function walletBy(story: LogStory): string {
  const [deposits, withdrawals] = [eventsOf(story, 'ProtectionDeposited'), eventsOf(story, 'ProtectionWithdrawn')];
  return withdrawals.reduce<Decimal>((sum, { amount }) => sum.plus(amount), deposits.reduce<Decimal>((sum, { amount, fee }) => sum.minus(amount).minus(fee), money(LENT))).toString();
}

/** The log at rest, in which each transfer has one outcome, none is lost, and all of them are what the venue's own books hold, to the cent. */
async function agreed(what: string, holds: (story: LogStory) => boolean): Promise<LogStory> {
  const story = await desk.until(`${what}, and the wallet as the log has it`, (log) => holds(log) && underway(log) === undefined && formatX18(desk.collateralOf(WALLET)) === walletBy(log));
  const done = [...eventsOf(story, 'ProtectionDeposited'), ...eventsOf(story, 'ProtectionWithdrawn')].map(({ transferId }) => transferId);
  expect(new Set(done).size).toBe(done.length);
  expect((await readAtRest(desk.bus.store)).verify.breaches).toEqual([]);
  return story;
}

const deposits = (story: LogStory): number => eventsOf(story, 'ProtectionDeposited').length;

/** Kills collateral as soon as a transfer has its payload and no outcome; returns which. */
async function killInTransfer(): Promise<Id> {
  let open: Id | undefined;
  await desk.until('a transfer that is under way', (log) => (open = underway(log)) !== undefined);
  await desk.stack.kill('collateral');
  return open ?? '';
}

/** Kills collateral as soon as the venue has taken the transfer, whose answer it holds back; returns which, by a log that nobody goes on with. */
async function killBeforeAnswer(): Promise<Id> {
  await expect.poll(async () => (await desk.sim.faults()).map(({ acted }) => acted), { timeout: 120_000, interval: 20 }).toEqual([1]);
  await desk.stack.kill('collateral');
  const open = underway(await desk.log());
  if (open === undefined) throw new Error('found no transfer without an outcome, allowed is one whose answer was held back');
  return open;
}

describe('collateral that dies in the middle of a transfer, over processes', () => {
  beforeAll(async () => {
    market = new DrivenMarket(60 * MINUTE_MS);
    desk = await ProcessDesk.start({ name: 'kill', market, speed: 2, wallets: { main: { accountId: WALLET, deposit: money(LENT) } } });
    await desk.open([BOT]);
    await desk.protect(BOT, SETTINGS);
  }, 180_000);
  afterAll(({}, suite) => desk.stop(suite));

  it('between the intent and the transfer: nothing has left, and the deposit is made by the process that comes after it', async () => {
    await desk.sim.addFault({ match: { kind: 'transfer' }, fault: { type: 'rateLimit' } });
    market.slideTo(0.53, 0);
    await killInTransfer();
    expect(formatX18(desk.collateralOf(WALLET))).toBe(LENT);
    await desk.sim.clearFaults();
    await agreed('a deposit', (log) => deposits(log) === 1);
  }, 200_000);

  it('between the venue\'s acceptance and its answer: the deposit is found, and not made again', async () => {
    await desk.sim.addFault({ match: { kind: 'transfer' }, fault: { type: 'delay', ms: 4_000 }, times: 1 });
    market.slideTo(0.5, 0);
    const open = await killBeforeAnswer();
    const story = await agreed('its outcome', (log) => settled(log).has(open));
    expect(eventsOf(story, 'ProtectionDeposited').at(-1)?.transferId).toBe(open);
  }, 200_000);

  it('while the transfer is slow to arrive: it may be sent again or given up, and of all that is sent the venue makes one', async () => {
    await desk.sim.addFault({ match: { kind: 'transfer' }, fault: { type: 'delay', ms: LATE_MS }, times: 1 });
    market.slideTo(0.47, 0);
    const open = await killInTransfer();
    await desk.pass(LATE_MS + 2_000);
    await agreed('another deposit', (log) => deposits(log) > 2 && settled(log).has(open));
  }, 200_000);

  it('with a withdrawal under way: one that is old is not sent any more, and another is judged at the prices then', async () => {
    await desk.sim.addFault({ match: { kind: 'transfer' }, fault: { type: 'rateLimit' } });
    market.slideTo(1, 0);
    const open = await killInTransfer();
    await desk.pass(11_000);
    const story = await desk.until('its end', (log) => settled(log).has(open));
    expect(eventsOf(story, 'ProtectionTransferRefused').find(({ transferId }) => transferId === open)?.kind).toBe('givenUp');
    await desk.sim.clearFaults();
    await agreed('all of it back', (log) => eventsOf(log, 'ProtectionWithdrawn').at(-1)?.deposited.isZero() === true);
    await desk.pass(12_000);
    await agreed('the same, when what was in doubt has been looked for', () => true);
    expect(await desk.metrics('collateral')).toMatch(/ballast_accounts_watched\{[^}]*\} 1/);
  }, 200_000);
});
