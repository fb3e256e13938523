import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Decimal, type Ms } from '@ballast/domain';
import { WORKING_COPY } from '@ballast/local';
import { afterEach, describe, expect, it } from 'vitest';
import { eventsOf, readAtRest } from './desk/log.js';
import { SwingProcesses } from './desk/swing-processes.js';

const IS_COMPILED = existsSync(join(WORKING_COPY, 'services/strategies/swing/dist/main.js'));
/** Ten times the market's speed: what a restart takes is most of a minute of the fall. */
const SPEED = 10;
const LIMIT_MS = 300_000;
/** From being back to the fill of the close, market time. */
const BACK_TO_FILL_MS: Ms = 180_000;
let running: SwingProcesses | undefined;
afterEach(() => running?.stop());

async function start(...asked: Parameters<typeof SwingProcesses.start>): Promise<SwingProcesses> {
  running = await SwingProcesses.start(...asked);
  return running;
}

const sum = (values: readonly Decimal[]): Decimal => values.reduce((total, value) => total.plus(value), new Decimal(0));
const isClosed: Parameters<SwingProcesses['until']>[1] = (story): boolean => eventsOf(story, 'TradeClosed').length > 0 && eventsOf(story, 'PositionClosed').length > 0;

/** The position was left once, as a whole, by reduce-only orders, and the venue has no order that the log does not know. */
async function expectOneClose(swing: SwingProcesses): Promise<void> {
  const story = await readAtRest(swing.bus.store);
  const fills = eventsOf(story, 'OrderFilled');
  const [entered, left] = [fills.filter(({ side }) => side === 'BUY'), fills.filter(({ side }) => side === 'SELL')];
  expect(sum(left.map(({ quantity }) => quantity)).toString()).toBe(sum(entered.map(({ quantity }) => quantity)).toString());
  expect(eventsOf(story, 'OrderSubmitted').filter(({ purpose }) => purpose !== 'ENTRY').every(({ reduceOnly }) => reduceOnly)).toBe(true);
  // An exit that takes long is told again: only one of them is the stop's.
  expect(eventsOf(story, 'ExitStarted').flatMap(({ reached }) => reached?.level ?? [])).toEqual(['STOP']);
  expect(eventsOf(story, 'TradeClosed').map(({ outcome }) => outcome)).toEqual(['COMPLETED']);
  expect(Object.values(story.books.positions).map(({ quantity }) => quantity)).toEqual(['0']);
  // A process that dies between a fill and the answer to its order never tells that it was accepted: what it wrote before sending does.
  const written = eventsOf(story, 'OrderSubmitted').map(({ venueOrderId }) => venueOrderId);
  const atVenue = await swing.ordersAtVenue();
  expect(atVenue.filter((digest) => !written.includes(digest)), 'orders that the log does not know').toEqual([]);
  expect(new Set(atVenue).size, 'each is there once').toBe(atVenue.length);
  expect(eventsOf(story, 'OrderAccepted').filter(({ venueOrderId }) => !atVenue.includes(venueOrderId)), 'accepted, and not there').toEqual([]);
  expect(story.verify.breaches).toEqual([]);
}

describe.runIf(IS_COMPILED)('a stop and a target that execution holds, with execution killed (compiled by make setup)', () => {
  it('are held by the next process: the stop that was crossed while nobody was there closes the position once, as soon as it is back', async () => {
    const swing = await start('down', { skipMinutes: 26, speed: SPEED, restartMs: 7_000, stopAtr: '1' });
    await swing.reach(28.7);
    const before = await swing.log();
    expect(eventsOf(before, 'ExitStarted'), 'the stop is not reached yet').toEqual([]);
    await swing.desk.stack.kill('execution');
    await swing.desk.stack.whenReady('execution');
    const backAt = await swing.now();
    const story = await swing.until('the position is left', isClosed);
    const left = eventsOf(story, 'OrderFilled').filter(({ side }) => side === 'SELL');
    expect(left.every(({ venueTime }) => venueTime <= backAt + BACK_TO_FILL_MS), 'unguarded no longer than the restart').toBe(true);
    await expectOneClose(swing);
  }, LIMIT_MS);

  it('close the position once where execution dies between the stop and the venue\'s answer, which is lost', async () => {
    const swing = await start('answer', { skipMinutes: 27, speed: SPEED, restartMs: 500, stopAtr: '0.6' });
    await swing.desk.venue.addFault({ match: { kind: 'place', side: 'SELL', reduceOnly: true }, fault: { type: 'dropAfterAccept' }, times: 1 });
    await swing.until('the stop is reached', (story) => eventsOf(story, 'ExitStarted').length > 0, 5);
    await swing.desk.stack.kill('execution');
    await swing.until('the position is left', isClosed);
    await expectOneClose(swing);
  }, LIMIT_MS);
});
