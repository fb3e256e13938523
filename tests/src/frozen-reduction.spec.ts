import { Decimal, money, type Ms, notional, price } from '@ballast/domain';
import { MemoryDesk } from '@ballast/local';
import { strategyModule } from '@ballast/strategy';
import { afterEach, expect, it } from 'vitest';
import { ballastOn } from './desk/desk-cli.js';
import { eventsOf, type LogStory, readLog } from './desk/log.js';
import { OneLeg } from './desk/one-leg-strategy.js';
import { LEG_A, LEG_B } from './desk/pair-desk.js';
import { SlidingMarket } from './desk/sliding-market.js';
import { protect, PROTECTION } from './desk/swing-crash.js';

const BOT = 'swing-1';
let desk: MemoryDesk;
const market = new SlidingMarket(30 * 60_000);
const runFor = (ms: Ms): Promise<void> => desk.system.run(desk.system.clock.now() + ms);
const log = (): Promise<LogStory> => readLog(desk.system.store);
afterEach(() => desk.stop());

async function slide(from: number, to: number): Promise<void> {
  for (let permille = from; permille > to; permille -= 5) {
    market.move(permille - 5);
    await runFor(2_000);
  }
}

/** Until so many orders have reduced the position and its account was read since; the price that liquidates follows the book slowly. */
async function untilReduced(times: number): Promise<void> {
  for (let waits = 0; waits < 40 && eventsOf(await log(), 'PositionReduced').length < times; waits += 1) await runFor(4_000);
  await runFor(2_000);
}

/** As the desk tells it, 0.035 = 3.5 %. */
async function distance(): Promise<Decimal> {
  const { out } = await ballastOn(desk, 'protection', 'status', '--bot', BOT, '--json');
  return new Decimal((JSON.parse(out) as { readonly distancePercent: string }).distancePercent).div(100);
}

const sum = (quantities: readonly Decimal[]): string => quantities.reduce((total, each) => total.plus(each), new Decimal(0)).toString();

/** What the log says was asked for, ordered and sold, and what the venue holds, are the same: each reduction once. */
async function soldOnce(reductions: number): Promise<LogStory> {
  const story = await log();
  const [asked, ordered, filled] = [eventsOf(story, 'ProtectionReductionRequested'), eventsOf(story, 'OrderSubmitted').filter(({ purpose }) => purpose === 'REDUCE'), eventsOf(story, 'OrderFilled').filter(({ purpose }) => purpose === 'REDUCE')];
  expect([asked.length, new Set(asked.map(({ reductionId }) => reductionId)).size, eventsOf(story, 'ReductionStarted').map(({ reductionId }) => reductionId)]).toEqual([reductions, reductions, asked.map(({ reductionId }) => reductionId)]);
  expect(ordered.map(({ quantity, side, reduceOnly }) => [quantity.toString(), side, reduceOnly])).toEqual(asked.map(({ quantity }) => [quantity.toString(), 'SELL', true]));
  expect(sum(filled.map(({ quantity }) => quantity))).toBe(sum(asked.map(({ quantity }) => quantity)));
  const held = new Decimal(eventsOf(story, 'TradeBalanced')[0]?.legs[0]?.filled ?? 0).minus(sum(filled.map(({ quantity }) => quantity)));
  const { positions } = await desk.venue.accountState({ accountId: BOT, subaccount: BOT });
  expect([story.books.positions[`${BOT}/${LEG_A}`]?.quantity, positions.map(({ quantity }) => quantity.toString())]).toEqual([held.toString(), [held.toString()]]);
  expect([eventsOf(story, 'ProtectionDeposited'), eventsOf(story, 'PositionLiquidated'), eventsOf(story, 'ReconciliationDifferenceFound'), story.verify.breaches]).toEqual([[], [], [], []]);
  return story;
}

it('where the venue moves no collateral and the policy is to reduce, a part is sold once by a reduce-only order that restores the distance, and again where it falls on', async () => {
  const strategy = new OneLeg({ stop: price('2200'), target: price('2900') }, notional('4000'));
  desk = await MemoryDesk.start({
    source: market, instruments: [LEG_A, LEG_B], strategies: { 'one-leg': () => strategyModule(strategy) }, wallets: [{ portfolioId: 'main', accountId: 'wallet-main', deposit: money('1500') }],
    bots: [{ botId: BOT, portfolioId: 'main', accountId: BOT, strategy: 'one-leg', profiles: ['swing-demo'], deposit: money('500'), settings: {} }],
  });
  await runFor(30_000);
  await protect(desk, { ...PROTECTION, urgent: undefined, exhausted: 'reduce', cooldownMs: 10_000 });
  desk.venue.collateral.frozen = true;
  await slide(1_000, 900);
  await untilReduced(1);
  const fallen = await soldOnce(1);
  const [exhausted] = eventsOf(fallen, 'ProtectionExhausted');
  const [request] = eventsOf(fallen, 'ProtectionReductionRequested');
  expect(eventsOf(fallen, 'ProtectionTransferRefused').every(({ frozen }) => frozen)).toBe(true);
  expect([exhausted?.cause, exhausted?.policy, request?.reason, request?.saw?.distance?.lt('0.025'), request?.saw?.distanceAfter?.toString()]).toEqual(['FROZEN', 'reduce', 'EXHAUSTED', true, '0.035']);
  expect((await distance()).gte('0.03'), 'beyond the trigger again, less what the book gave').toBe(true);
  await runFor(20_000);
  await soldOnce(1);
  await slide(900, 890);
  await untilReduced(2);
  await soldOnce(2);
  expect((await distance()).gt(PROTECTION.triggerDistance)).toBe(true);
}, 30_000);
