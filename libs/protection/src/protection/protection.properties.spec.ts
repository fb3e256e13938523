import { type Decimal, type Money, money, type Price, price, quantity, ratio, type Ratio, ZERO_MONEY } from '@ballast/domain';
import type { ProtectionSettings } from '@ballast/events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { directionOf, distanceOf, liquidationPriceAt, POSITION_SIDES } from '../liquidation/distance.js';
import type { ModelledPosition } from '../liquidation/liquidation.js';
import { capOf, keptDistanceOf, triggerOf } from '../settings/settings.js';
import { smallestDeposit } from '../settings/settings-faults.js';
import { protectionDecider } from './protection.decider.js';
import { Bot, check, configure, FREE, MODEL, NADO, settingsOf, T0, VenuePosition } from './protection.fixtures.js';
import type { VenueTransfers } from './protection.types.js';

/** One second of market: the price moves, the account is read or not, the wallet and the venue are as they are. */
interface Step {
  /** How far the price is from 100, the first price that liquidates. */
  readonly awayBps: number;
  readonly read: boolean;
  readonly freeFunds: number;
  readonly open: boolean;
  readonly pauseMs: number;
  /** How old the price is when it comes. */
  readonly lateMs: number;
  readonly outcome: 'DONE' | 'REFUSED' | 'FINALLY_NOT' | 'LATER';
  readonly volatility: number;
}
interface Course {
  readonly settings: ProtectionSettings;
  readonly venue: VenueTransfers;
  readonly position: ModelledPosition;
  readonly steps: readonly Step[];
}

const settings = fc.record({ mode: fc.constantFrom('increment' as const, 'smart' as const), exhausted: fc.constantFrom('hold' as const, 'reduce' as const), cap: fc.integer({ min: 60, max: 3_000 }), increment: fc.integer({ min: 50, max: 60 }), urgent: fc.boolean(), widen: fc.boolean() })
  .map(({ mode, exhausted, cap, increment, urgent, widen }) => settingsOf({
    mode, exhausted, maxDeposit: money(String(cap)), increment: money(String(increment)),
    ...(urgent ? { urgent: { distance: ratio('0.02'), cooldownMs: 5_000 } } : {}), ...(widen ? { volatilityWidenMax: ratio('0.03') } : {}),
  }));
const step: fc.Arbitrary<Step> = fc.record({
  awayBps: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 50, max: 600 }) }, { weight: 4, arbitrary: fc.integer({ min: 600, max: 1_300 }) }, { weight: 8, arbitrary: fc.integer({ min: 1_300, max: 2_500 }) }, { weight: 1, arbitrary: fc.integer({ min: -300, max: 100 }) }), read: fc.integer({ min: 0, max: 9 }).map((value) => value > 0), freeFunds: fc.constantFrom(0, 3, 80, 100_000, 100_000, 100_000, 100_000), open: fc.integer({ min: 0, max: 9 }).map((value) => value > 0),
  pauseMs: fc.constantFrom(1_000, 5_000, 61_000, 61_000), lateMs: fc.constantFrom(0, 0, 0, 0, 0, 0, 9_999, 10_000, 400_000), outcome: fc.constantFrom('DONE' as const, 'DONE' as const, 'DONE' as const, 'REFUSED' as const, 'FINALLY_NOT' as const, 'LATER' as const), volatility: fc.integer({ min: 0, max: 500 }),
});
const position = fc.constantFrom(...POSITION_SIDES).map((side): ModelledPosition => ({ model: MODEL, side, quantity: quantity('100') }));
const course: fc.Arbitrary<Course> = fc.record({ settings, venue: fc.constantFrom(FREE, NADO), position, steps: fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }) });

/** What happened in one step, with the truth of the venue before it. */
interface Happened {
  readonly bot: Bot;
  readonly decided: ReturnType<Bot['tell']>;
  readonly again: ReturnType<Bot['tell']>;
  readonly at: number;
  readonly price: Price;
  readonly stateAge: number;
  readonly priceAge: number;
  readonly trueDistance: Ratio;
  readonly liquidated: boolean;
}

/** Lives through a course at a venue that keeps its own account; stops where the venue liquidates. */
function* lived({ settings: chosen, venue, position: opened, steps }: Course): Generator<Happened> {
  const bot = new Bot();
  bot.tell(configure({}, { settings: chosen, terms: venue }));
  const account = VenuePosition.at(opened, '110', '100');
  let [at, readAt, read] = [T0, T0, account.liquidationPrice];
  let owed: { readonly change: Decimal } | undefined;
  for (const one of steps) {
    at += one.pauseMs;
    const now = price((100 + (directionOf(opened.side) * one.awayBps) / 100).toFixed(2));
    if (one.read) [readAt, read] = [at, account.liquidationPrice];
    const command = check(at, now.toString(), { priceTime: at - one.lateMs, freeFunds: money(String(one.freeFunds)), venue: { ...venue, open: one.open }, state: { time: readAt }, position: { ...opened, ...(read ? { liquidationPrice: read } : {}) }, volatility: ratio((one.volatility / 10_000).toFixed(4)) });
    const truth = account.liquidationPrice;
    const trueDistance = truth ? distanceOf(opened.side, now, truth) : ratio('1000');
    const decided = bot.tell(command, at);
    const again = protectionDecider.decide(bot.state, command, { decisionId: 'repeat', at });
    yield { bot, decided, again, at, price: now, stateAge: at - readAt, priceAge: one.lateMs, trueDistance, liquidated: trueDistance.lte(0) };
    if (trueDistance.lte(0)) return;
    const { transfer } = bot.state;
    if (transfer) owed = { change: transfer.direction === 'DEPOSIT' ? transfer.amount : transfer.amount.plus(transfer.fee).neg() };
    if (one.outcome === 'LATER' || !transfer || !owed) continue;
    if (one.outcome === 'DONE') account.move(owed.change);
    at += 100;
    bot.settle(at, one.outcome === 'DONE' ? undefined : one.outcome === 'REFUSED' ? { state: 'REFUSED', kind: 'transfer', reason: 'no', frozen: false } : { state: 'FINALLY_NOT', reason: 'expired' });
  }
}

const RUNS = { numRuns: 40 };
const intentsOf = ({ decided }: Happened) => decided.filter((event) => event.type === 'ProtectionTransferIntended');
const about = (name: string, judge: (happened: Happened, course: Course) => void) => it(name, () => {
  fc.assert(fc.property(course, (one) => { for (const happened of lived(one)) judge(happened, one); }), RUNS);
});

describe('whatever the market, the wallet and the venue do', () => {
  about('what is deposited never passes the cap, with a transfer in flight and its fee neither', ({ bot }, { settings: { maxDeposit } }) => {
    const { deposited, transfer } = bot.state;
    expect(deposited.gte(0) && deposited.lte(maxDeposit)).toBe(true);
    if (transfer?.direction === 'DEPOSIT') expect(deposited.plus(transfer.amount).plus(transfer.fee).lte(maxDeposit)).toBe(true);
  });

  about('nothing is moved on an account or a price that is too old (C-70)', (happened) => {
    if (happened.priceAge >= 10_000) expect(intentsOf(happened)).toEqual([]);
    for (const { saw } of intentsOf(happened)) expect(saw!.distance!.lte('0.05') ? happened.stateAge < 20_000 : true).toBe(true);
  });

  about('a command decides nothing when it comes again', ({ again }) => expect(again).toEqual([]));

  about('a deposit answers danger, improves the distance, and is one that can come back; the wallet has it', (happened, { settings: chosen, venue }) => {
    for (const { direction, saw, amount } of intentsOf(happened)) {
      if (direction !== 'DEPOSIT') continue;
      expect(saw!.distance!.lt(triggerOf(chosen, saw!.volatility))).toBe(true);
      expect(!saw!.distanceAfter || saw!.distanceAfter.gt(saw!.distance!)).toBe(true);
      expect(amount.gte(smallestDeposit(venue)) && amount.lte(saw!.freeFunds)).toBe(true);
    }
  });

  about('a withdrawal leaves safe + hysteresis, by the account as it was read, and no rest that could not come back (C-67)', (happened, { settings: chosen, venue }) => {
    for (const { direction, saw, amount, fee, deposited } of intentsOf(happened)) {
      if (direction !== 'WITHDRAWAL') continue;
      expect(!saw!.distanceAfter || saw!.distanceAfter.gte(keptDistanceOf(chosen).minus('1e-12'))).toBe(true);
      const rest = deposited.minus(amount).minus(fee);
      expect(rest.gte(0) && (rest.isZero() || rest.gte(smallestDeposit(venue)))).toBe(true);
    }
  });

  about('at most one transfer is in flight, and its id is its own', ({ bot }) => {
    const ids = bot.events.flatMap((event) => (event.type === 'ProtectionTransferIntended' ? [event.transferId] : []));
    expect(new Set(ids).size).toBe(ids.length);
    const settled = bot.events.filter(({ type }) => ['ProtectionDeposited', 'ProtectionWithdrawn', 'ProtectionTransferRefused'].includes(type)).length;
    expect(ids.length - settled).toBe(bot.state.transfer ? 1 : 0);
  });

  it('the state folded from the log is the state that decided', () => {
    fc.assert(fc.property(course, (one) => {
      let last: Bot | undefined;
      for (const { bot } of lived(one)) last = bot;
      expect(last!.events.reduce(protectionDecider.evolve, protectionDecider.initial)).toEqual(last!.state);
    }), RUNS);
  });

  it('flat, everything comes back: nothing is deposited at the end, and nothing is written off that was there', () => {
    fc.assert(fc.property(course, (one) => {
      let last: Happened | undefined;
      for (const happened of lived(one)) last = happened;
      const { bot } = last!;
      let at = last!.at + 1_000;
      bot.settle(at);
      for (let round = 0; round < 3; round += 1, at += 61_000) {
        bot.tell({ type: 'Flat', state: { time: at, withdrawable: money('1000000') }, venue: one.venue }, at);
        bot.settle(at + 100);
      }
      expect([bot.state.deposited.toString(), bot.state.held]).toEqual(['0', false]);
      const lost = bot.events.reduce((sum: Money, event) => (event.type === 'ProtectionReleased' ? (sum.plus(event.lost) as Money) : sum), ZERO_MONEY);
      expect(lost.toString()).toBe('0');
    }), RUNS);
  });
});

describe('a price that swings around the trigger, or around safe', () => {
  it('makes no more than one action in a cooldown, and no ping-pong: no money goes back and forth (C-67)', () => {
    const around = fc.record({ chosen: settings.map((one) => ({ ...one, urgent: undefined }) as ProtectionSettings), side: fc.constantFrom(...POSITION_SIDES), centre: fc.constantFrom('0.05', '0.12', '0.13'), swings: fc.array(fc.integer({ min: -80, max: 80 }), { minLength: 100, maxLength: 300 }) });
    fc.assert(fc.property(around, ({ chosen, side, centre, swings }) => {
      const bot = new Bot();
      bot.tell(configure({}, { settings: chosen }));
      const account = VenuePosition.at({ model: MODEL, side, quantity: quantity('100') }, '100', liquidationPriceAt(side, price('100'), ratio(centre)).toString());
      swings.forEach((swing, second) => {
        const at = T0 + second * 3_000;
        bot.tell(check(at, (100 + swing / 100).toFixed(2), { position: { side, ...(account.liquidationPrice ? { liquidationPrice: account.liquidationPrice } : {}) }, volatility: ratio('0.01') }), at);
        const { transfer } = bot.state;
        if (transfer) account.move(transfer.direction === 'DEPOSIT' ? transfer.amount : transfer.amount.neg());
        bot.settle(at + 10);
      });
      const acted = bot.events.flatMap((event) => (event.type === 'ProtectionTransferIntended' ? [event] : []));
      acted.slice(1).forEach(({ at }, index) => expect(at - acted[index]!.at).toBeGreaterThanOrEqual(chosen.cooldownMs));
      const turns = acted.filter(({ direction }, index) => index > 0 && direction !== acted[index - 1]!.direction).length;
      expect(turns).toBe(0);
      expect(bot.state.deposited.lte(capOf(chosen))).toBe(true);
    }), RUNS);
  });
});
