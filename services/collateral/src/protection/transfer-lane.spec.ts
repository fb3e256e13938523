import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { money } from '@ballast/domain';
import { VenueError } from '@ballast/venues';
import { depositedAt } from './deposited-at.js';
import { type Fate, LaneDesk } from './lane.fixtures.js';

const rate = new VenueError('rate', 'notPlaced', 'too many requests');
const margin = new VenueError('margin', 'notPlaced', 'not enough');
const frozen = new VenueError('frozen', 'notPlaced', 'nothing moves');
let desk: LaneDesk;

beforeEach(async () => {
  desk = new LaneDesk();
  await desk.enable('a', 'b', 'c');
});

/** A deposit of 190 that went through, and a price at which some of it may come back. */
async function safeAgain(): Promise<void> {
  await desk.see('a', '104');
  await desk.run(3_000);
  await desk.see('a', '130', '98');
}

/** The bot's position is closed; its account holds more than its protection. */
const flat = (): Promise<void> => desk.tell('a', { type: 'Flat', state: { time: desk.system.clock.now(), withdrawable: money('5000') }, venue: { minimum: money('1'), fee: money('0'), step: money('0.000001'), open: true } });

describe('the lane of transfers', () => {
  it('gives up a withdrawal in doubt that is older than its price is good for, once the venue has said that it is not there (C-70)', async () => {
    await safeAgain();
    desk.port.fates = ['requestLost', 'requestLost'];
    await desk.run(200);
    desk.restart();
    await desk.system.run(desk.system.clock.now() + 30_000);
    const sent = desk.port.sent.length;
    await desk.run(5_000);
    expect((await desk.acts('a')).slice(-3)).toEqual(['Intended', 'Prepared', 'Refused givenUp']);
    expect(desk.port.sent.length).toBe(sent);
  });

  it('sends the identical payload again where it is young, and never before the venue has said that it is not there', async () => {
    await desk.see('a', '104');
    desk.port.fates = ['requestLost', 'requestLost'];
    await desk.run(5_000);
    expect((await desk.acts('a')).slice(1)).toEqual(['Intended', 'Prepared', 'Deposited']);
    expect(new Set(desk.port.sent.map(({ digest }) => digest)).size).toBe(1);
    expect([desk.port.sent.length, desk.port.moved.length]).toEqual([3, 1]);
  });

  it.each([['margin', margin, false], ['frozen', frozen, true]] as const)('gives up what is in doubt and refused as %s when it is sent again, after another look', async (_, refusal, isFrozen) => {
    await desk.see('a', '104');
    desk.port.fates = ['requestLost', refusal];
    await desk.run(5_000);
    expect((await desk.acts('a')).at(-1)).toBe('Refused givenUp');
    expect([desk.stateOf('a').frozen, desk.port.sent.length]).toEqual([isFrozen, 2]);
  });

  it('sends no withdrawal that would not be decided any more while nothing of it has left: the deposit that its bot needs is not held up', async () => {
    await safeAgain();
    desk.port.otherwise = rate;
    await desk.run(4_000);
    desk.faultOf = (_, { direction }) => (direction === 'WITHDRAWAL' ? 'its position is not safe any more' : undefined);
    await desk.run(3_000);
    expect([(await desk.acts('a')).at(-1), (await desk.events('a')).at(-1)?.reason]).toEqual(['Refused late', 'its position is not safe any more, and nothing had left: it is judged anew']);
    desk.port.otherwise = 'done';
    await desk.see('a', '100', '98');
    await desk.run(2_000);
    expect([(await desk.acts('a')).at(-1), desk.port.moved.length]).toEqual(['Deposited', 2]);
  });

  it('books what it gave up where that arrives all the same, and moves no money twice: the next payload has its nonce', async () => {
    await desk.see('a', '104');
    desk.port.fates = ['late', margin];
    await desk.run(5_000);
    expect((await desk.acts('a')).at(-1)).toBe('Refused givenUp');
    desk.port.arrive();
    await desk.see('a', '104', '98');
    await desk.see('a', '102');
    await desk.run(30_000);
    expect((await desk.acts('a')).slice(3)).toEqual(['Refused givenUp', 'Intended', 'Deposited', 'Refused late']);
    expect([desk.port.moved.length, desk.stateOf('a').deposited.toString(), desk.stateOf('a').doubtful]).toEqual([1, desk.port.balanceOf('a-account').toString(), undefined]);
  });

  it('books a payload once, also where it is given up and the next transfer is the same to the last digit', async () => {
    await desk.see('a', '104');
    desk.port.fates = ['late', margin];
    await desk.run(5_000);
    await desk.see('a', '104');
    desk.port.fates = [margin];
    await desk.run(1_000);
    expect(new Set(desk.port.sent.map(({ digest }) => digest)).size).toBe(1);
    desk.port.arrive();
    await desk.run(60_000);
    expect((await desk.acts('a')).slice(3)).toEqual(['Refused givenUp', 'Intended', 'Refused notFound', 'Prepared', 'Refused givenUp', 'Deposited']);
    expect([desk.stateOf('a').deposited.toString(), desk.port.moved.length]).toEqual([desk.port.balanceOf('a-account').toString(), 1]);
  });

  it.each([['in the same process', false, 45_000], ['after a restart', true, 15_000]] as const)('sends nothing that was decided before one in doubt was found to have arrived, %s: its cap holds', async (_, restarts, ms) => {
    await desk.see('a', '100.5');
    desk.port.fates = ['late', margin];
    await desk.run(5_000);
    desk.port.arrive();
    desk.port.prepareDown = rate;
    await desk.see('a', '100.5');
    if (restarts) desk.restart();
    await desk.run(ms);
    desk.port.prepareDown = undefined;
    await desk.run(10_000);
    expect((await desk.acts('a')).slice(3)).toEqual(['Refused givenUp', 'Intended', 'Deposited', 'Refused late']);
    expect([desk.port.balanceOf('a-account').toString(), desk.stateOf('a').deposited.lte('1000')]).toEqual([desk.stateOf('a').deposited.toString(), true]);
  });

  it('takes back no more than was deposited where one in doubt has taken it back already', async () => {
    await desk.see('a', '104');
    await desk.run(3_000);
    desk.port.fates = ['late', frozen];
    await flat();
    await desk.run(5_000);
    desk.port.arrive();
    desk.port.prepareDown = rate;
    await flat();
    desk.restart();
    await desk.run(15_000);
    desk.port.prepareDown = undefined;
    await desk.run(10_000);
    expect((await desk.acts('a')).slice(-4)).toEqual(['Intended', 'Withdrawn', 'Released', 'Refused late']);
    expect(desk.port.balanceOf('a-account').toString()).toBe('0');
  });

  it('leaves open what is deposited while one in doubt may have moved it: no withdrawal is taken for a loss (C-10, C-11)', async () => {
    const said = (time = desk.system.clock.now()) => depositedAt(desk.stateOf('a'), time, (doubt, at) => desk.lane.hadNotMoved(doubt, at))?.toString();
    await safeAgain();
    const before = desk.stateOf('a').deposited.toString();
    desk.port.fates = ['answerLost'];
    desk.port.recordsLag = true;
    await desk.run(20_000);
    expect([(await desk.acts('a')).at(-1), desk.stateOf('a').deposited.toString(), said()]).toEqual(['Refused givenUp', before, 'UNSETTLED']);
    desk.port.recordsLag = false;
    await desk.run(60_000);
    expect([said() ?? '0', desk.stateOf('a').doubtful]).toEqual([desk.port.balanceOf('a-account').toString(), undefined]);
  });

  it('knows what is deposited at a time at which the venue had not had what is in doubt, and for good when it did not come for minutes', async () => {
    const said = (time: number) => depositedAt(desk.stateOf('a'), time, (doubt, at) => desk.lane.hadNotMoved(doubt, at))?.toString();
    await safeAgain();
    const before = desk.stateOf('a').deposited.toString();
    desk.port.fates = ['requestLost', frozen];
    await desk.run(5_000);
    const early = desk.system.clock.now();
    expect([(await desk.acts('a')).at(-1), said(early)]).toEqual(['Refused givenUp', 'UNSETTLED']);
    await desk.run(60_000);
    expect([said(early), said(desk.system.clock.now())]).toEqual([before, 'UNSETTLED']);
    await desk.run(400_000);
    expect(said(desk.system.clock.now())).toBe(before);
    desk.restart();
    expect(said(desk.system.clock.now())).toBe('UNSETTLED');
  });

  it('does not take an account that was read before a transfer for one that holds it, where the venue tells whole seconds', async () => {
    await desk.see('a', '104');
    await desk.run(200);
    const readAt = desk.system.clock.now();
    desk.port.fates = ['requestLost'];
    await desk.see('b', '104');
    desk.port.clockBehindMs = 1_500;
    await desk.run(3_000);
    expect((await desk.acts('b')).at(-1)).toBe('Deposited');
    expect(depositedAt(desk.stateOf('b'), readAt, () => true)).toBe('UNSETTLED');
    expect(String(depositedAt(desk.stateOf('b'), desk.system.clock.now(), () => true))).toBe(desk.stateOf('b').deposited.toString());
  });

  it('asks for a transfer at the wallet that it left or was to reach, also where its portfolio has another by now', async () => {
    await desk.see('a', '104');
    desk.port.fates = ['late'];
    await desk.run(100);
    desk.wallet = 'other-wallet';
    desk.restart();
    desk.port.arrive();
    await desk.run(3_000);
    expect([(await desk.acts('a')).at(-1), desk.port.moved.map(({ from }) => from.accountId)]).toEqual(['Deposited', ['wallet']]);
    await desk.see('a', '101');
    await desk.run(3_000);
    expect(desk.port.moved.map(({ from }) => from.accountId)).toEqual(['wallet', 'other-wallet']);
  });

  it('closes what it gave up as soon as its nonce went to another, whoever\'s', async () => {
    await desk.see('a', '104');
    desk.port.fates = ['late', margin];
    await desk.run(5_000);
    await desk.see('b', '104');
    await desk.run(30_000);
    desk.port.arrive();
    expect((await desk.acts('a')).at(-1)).toBe('Refused notFound');
    expect(desk.port.moved.map(({ to }) => to.accountId)).toEqual(['b-account']);
  });

  it('lets others go where one is put off for ever, the nearest to liquidation first', async () => {
    await desk.see('a', '104');
    desk.port.otherwise = rate;
    await desk.run(6_000);
    await desk.see('b', '103');
    await desk.see('c', '101');
    desk.port.sent.length = 0;
    await desk.run(30_000);
    const order = desk.port.sent.map(({ to }) => to.accountId);
    expect(new Set(order.slice(0, 6))).toContain('c-account');
    expect(order.indexOf('c-account')).toBeLessThan(order.indexOf('b-account'));
    expect(new Set(order).size).toBe(3);
    desk.port.otherwise = 'done';
    await desk.run(10_000);
    for (const bot of ['a', 'b', 'c']) {
      expect(desk.stateOf(bot).transfer).toBeUndefined();
      await desk.see(bot, '101');
    }
    await desk.run(3_000);
    expect([desk.port.balanceOf('a-account').gt(0), desk.port.balanceOf('b-account').gt(0), desk.port.balanceOf('c-account').gt(0)]).toEqual([true, true, true]);
  });

  it('refuses as late what never left: a withdrawal after 10 s, a deposit after 60 s', async () => {
    await safeAgain();
    desk.port.down = rate;
    await desk.run(13_000);
    expect((await desk.acts('a')).at(-1)).toBe('Refused late');
    await desk.see('b', '104');
    await desk.run(60_000);
    expect((await desk.acts('b')).at(-1)).toBe('Intended');
    await desk.run(4_000);
    expect((await desk.acts('b')).at(-1)).toBe('Refused late');
  });

  it('has a fault to show and goes on with others where a bot\'s portfolio has no wallet any more', async () => {
    await desk.see('a', '104');
    desk.lane.stop();
    const { TransferLane } = await import('./transfer-lane.js');
    const parts = (desk.lane as unknown as { parts: ConstructorParameters<typeof TransferLane>[0] }).parts;
    desk.lane = new TransferLane({ ...parts, endsOf: (bot) => (bot.botId === 'a' ? undefined : parts.endsOf(bot)) });
    await desk.see('b', '104');
    await desk.run(10_000);
    expect((await desk.acts('b')).at(-1)).toBe('Deposited');
    expect(desk.faults).toContain('a transfer');
  });

  it('never moves a transfer twice and loses none, whatever is lost, late, refused or killed', async () => {
    const fate = fc.constantFrom<Fate>('done', 'answerLost', 'requestLost', 'late', rate, margin, frozen);
    const step = fc.oneof(
      fc.record({ act: fc.constant('see' as const), bot: fc.constantFrom('a', 'b'), at: fc.constantFrom('104', '104', '130') }),
      fc.record({ act: fc.constant('run' as const), ms: fc.constantFrom(200, 2_000, 15_000, 70_000) }),
      fc.record({ act: fc.constantFrom('restart' as const, 'arrive' as const, 'limit' as const, 'unlimit' as const) }),
    );
    await fc.assert(fc.asyncProperty(fc.array(fate, { maxLength: 12 }), fc.array(step, { minLength: 4, maxLength: 16 }), async (fates, steps) => {
      const each = new LaneDesk();
      await each.enable('a', 'b');
      each.port.fates = [...fates];
      for (const todo of steps) {
        if (todo.act === 'see') await each.see(todo.bot, todo.at);
        else if (todo.act === 'run') await each.run(todo.ms);
        else if (todo.act === 'restart') each.restart();
        else if (todo.act === 'limit' || todo.act === 'unlimit') each.port.prepareDown = todo.act === 'limit' ? rate : undefined;
        else each.port.arrive();
      }
      each.port.fates = [];
      each.port.prepareDown = undefined;
      each.port.arrive();
      await each.run(400_000);
      for (const bot of ['a', 'b']) {
        expect(each.stateOf(bot).transfer).toBeUndefined();
        expect(each.stateOf(bot).deposited.toString()).toBe(each.port.balanceOf(`${bot}-account`).toString());
        expect(each.stateOf(bot).deposited.lte('1000')).toBe(true);
      }
      expect(new Set(each.port.moved.map(({ transferId }) => transferId)).size).toBe(each.port.moved.length);
    }), { seed: 4, numRuns: 150 });
  }, 60_000);
});
