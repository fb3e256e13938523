import { describe, expect, it } from 'vitest';
import { Decimal, type Ms } from '@ballast/domain';
import type { MemoryDesk } from '@ballast/local';
import { ReadModels, summarise, type Summary } from '@ballast/reporting';
import { formatX18, type OrderRecord, type SignedOrder, x18 } from '@ballast/venues';
import { FaultyVenue, type PortFault, type Sabotage } from './desk/faulty-venue.js';
import { eventsOf, type LogStory, readLog } from './desk/log.js';
import { ACCOUNT, LEG_A, LEG_B, pairDesk } from './desk/pair-desk.js';
import { PRODUCTS, StillMarket } from './desk/still-market.js';

const RUN_MS: Ms = 150_000;
const WHERES = ['first leg', 'second leg', 'unwind'] as const;
type Where = (typeof WHERES)[number] | 'exit of the second leg';
/** The venue's smallest order, quote currency: nothing that is worth more may stay open. */
const MINIMUM = 100;

interface GridFault {
  readonly fault: PortFault;
  readonly times: number;
  readonly percent?: bigint;
  /** Where the prices go, in hundredths of where they began, when the fault strikes first. */
  readonly pricesTo?: bigint;
}

const FAULTS: Readonly<Record<string, GridFault>> = {
  'a refusal': { fault: 'refuse', times: 2 },
  'a refusal while the stream comes back': { fault: 'refuseAndReconnect', times: 2 },
  'a refusal for margin': { fault: 'refuseForMargin', times: 1 },
  'a refusal for the minimum': { fault: 'refuseForMinimum', times: 2 },
  'a refusal as not reducing': { fault: 'refuseReduceOnly', times: 2 },
  'a timeout after acceptance': { fault: 'loseAnswer', times: 2 },
  'a timeout before acceptance': { fault: 'loseRequest', times: 2 },
  'a fill after the cancel': { fault: 'lateFill', times: 1 },
  'a lost connection': { fault: 'disconnect', times: 1 },
  'a venue out of reach': { fault: 'outOfReach', times: 1 },
  ...Object.fromEntries([1n, 10n, 37n, 50n, 75n, 99n].map((percent) => [`a fill of ${percent} %`, { fault: 'partial', times: 3, percent }])),
};

/** A fill of which the other leg's share is above the minimum at the plan's prices, and below it 15 % lower. */
const MOVES: Readonly<Record<string, GridFault>> = {
  'a fill of 12 % and a fall of 15 %': { fault: 'partial', times: 2, percent: 12n, pricesTo: 85n },
  'a fill of 12 % and a rise of 15 %': { fault: 'partial', times: 2, percent: 12n, pricesTo: 115n },
};

interface Cell {
  readonly story: LogStory;
  readonly venue: FaultyVenue;
  readonly desk: MemoryDesk;
}

const isUnwind = (order: SignedOrder): boolean => order.reduceOnly && !order.postOnly;

function sabotageOf(where: Where, { fault, times }: GridFault): Sabotage {
  if (where === 'exit of the second leg') {
    const rests = (order: SignedOrder): boolean => order.reduceOnly && order.postOnly;
    return { fault, times, hits: (order) => rests(order) && order.instrument === LEG_B, blocks: (order) => fault === 'partial' && rests(order) && order.instrument === LEG_A };
  }
  if (where !== 'unwind') return { fault, times, hits: (order) => !order.reduceOnly && order.instrument === (where === 'first leg' ? LEG_A : LEG_B) };
  let unwinding = false;
  return {
    fault,
    times,
    hits: isUnwind,
    blocks: (order) => {
      unwinding ||= isUnwind(order);
      return !unwinding && order.instrument === LEG_B;
    },
  };
}

/** A share of the order in whole lots, one lot at least, never all of it. */
function shareOf(order: Pick<OrderRecord, 'productId'>, original: bigint, percent: bigint): bigint {
  const lot = order.productId === PRODUCTS[LEG_A] ? x18('0.001') : x18('0.1');
  const lots = (original * percent) / 100n / lot;
  return (lots === 0n ? 1n : lots) * lot;
}

/** The exchange itself fills the victims only so far: resting ones by the prints, taking ones by the depth they meet. */
function limitFills(desk: MemoryDesk, venue: FaultyVenue, market: StillMarket, { percent, pricesTo = 100n }: GridFault): void {
  const { engine } = desk.venue;
  const isVictim = (clientId: string | undefined): boolean => percent !== undefined && clientId !== undefined && venue.victims.includes(clientId);
  market.watch(engine, (order) => (percent !== undefined && isVictim(order.clientId) ? shareOf(order, order.original, percent) : undefined));
  const submit = engine.submit.bind(engine);
  engine.submit = (command, at) => {
    if (venue.victims.length > 0) market.move(pricesTo);
    if (command.type !== 'place' || percent === undefined || !isVictim(command.clientId)) return submit(command, at);
    const amount = command.amount < 0n ? -command.amount : command.amount;
    return submit({ ...command, fillShareMax: (shareOf(command, amount, percent) * x18('1')) / amount + 1n }, at);
  };
}

async function runCell(where: Where, name: string): Promise<Cell> {
  const fault = FAULTS[name] ?? MOVES[name];
  if (!fault) throw new Error(`no fault ${name}`);
  const market = new StillMarket(RUN_MS);
  const cell: { venue?: FaultyVenue } = {};
  const desk = await pairDesk({ source: market, executionVenue: (venue, system) => (cell.venue = new FaultyVenue(venue, system.clock, sabotageOf(where, fault))) }, { costBudgetBps: '50', holdMs: 5_000, sleepMs: 5_000 });
  const { venue } = cell;
  if (!venue) throw new Error('the desk has no venue');
  limitFills(desk, venue, market, fault);
  try {
    await desk.run();
    return { story: await readLog(desk.system.store), venue, desk };
  } finally {
    await desk.stop();
  }
}

function reportOf(story: LogStory): Summary {
  const models = new ReadModels();
  for (const recorded of story.recorded) for (const model of [models.trades, models.desk, models.books]) model.apply(recorded);
  return summarise(models, {}, {});
}

/** What stands open at the venue, by instrument, as a decimal string. */
const openAtVenue = ({ desk }: Cell): Readonly<Record<string, string>> =>
  Object.fromEntries(desk.venue.engine.account(ACCOUNT).positions.filter(({ amount }) => amount !== 0n).map(({ productId, amount }) => [productId === PRODUCTS[LEG_A] ? LEG_A : LEG_B, formatX18(amount)]));

function openInBooks({ story }: Cell): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(story.books.positions).filter(([, { quantity }]) => quantity !== '0').map(([key, { quantity }]) => [key.split('/')[1] ?? '', quantity]));
}

const cells: readonly [string, Where][] = [
  ...WHERES.flatMap((where) => Object.keys(FAULTS).map((name): [string, Where] => [name, where])),
  ...(['unwind', 'exit of the second leg'] as const).flatMap((where) => Object.keys(MOVES).map((name): [string, Where] => [name, where])),
  ...['a refusal for the minimum', 'a refusal as not reducing', 'a timeout after acceptance', 'a fill after the cancel'].map((name): [string, Where] => [name, 'exit of the second leg']),
];

describe('a pair under faults, through all services in virtual time', () => {
  it.each(cells)('ends balanced or flat after %s in the %s', async (name, where) => {
    const cell = await runCell(where, name);
    const { story, venue } = cell;
    expect(venue.victims.length, 'the fault happened').toBeGreaterThan(0);
    if (FAULTS[name]?.fault === 'lateFill') expect(venue.lateFills, 'a fill came late').toBeGreaterThan(0);
    expect(story.verify.breaches).toEqual([]);

    const opened = eventsOf(story, 'TradeOpened').map(({ tradeId }) => tradeId);
    const closed = eventsOf(story, 'TradeClosed');
    const residuals = eventsOf(story, 'PairResidual');
    expect(residuals.filter(({ notional }) => notional.gte(MINIMUM)), 'a residual is below the minimum').toEqual([]);
    expect(new Set(closed.map(({ tradeId }) => tradeId)), 'every trade is over').toEqual(new Set(opened));
    expect(openInBooks(cell), 'books and venue agree').toEqual(openAtVenue(cell));
    if (residuals.length === 0) expect(openAtVenue(cell), 'flat').toEqual({});
    for (const [instrument, open] of Object.entries(openAtVenue(cell))) expect(new Decimal(open).abs().lte(residuals.findLast((event) => event.instrument === instrument)?.quantity.abs() ?? 0), `${instrument} holds its residual`).toBe(true);

    const first = closed[0];
    const exposed = closed.reduce((sum, { nakedNotionalSeconds }) => sum.plus(nakedNotionalSeconds), new Decimal(0));
    expect(reportOf(story).naked.totalNotionalSeconds, 'the report states the exposure').toBe(exposed.toString());
    if (where === 'unwind') {
      expect(eventsOf(story, 'UnwindStarted').length, 'it was unwound').toBeGreaterThan(0);
      expect(first?.nakedNotionalSeconds.gt(0), 'an unwound leg was exposed').toBe(true);
    }
    const refused = eventsOf(story, 'OrderRejected');
    const isTried = ({ clientOrderId }: (typeof refused)[number]): boolean => venue.tried.some((order) => order.clientOrderId === clientOrderId);
    expect(venue.tried.filter(({ clientOrderId }) => refused.some((order) => order.clientOrderId === clientOrderId)).length, 'what was refused is not sent again').toBe(refused.filter(isTried).length);
    expect(refused.filter((order) => !isTried(order)).map(({ kind }) => kind).filter((kind) => kind !== 'withheld'), 'what the venue has not seen was kept back here').toEqual([]);
    expect(eventsOf(story, 'OrderRejected').map(({ kind }) => kind), 'silence is no refusal').not.toContain('unreachable');
    expect(closed.some(({ outcome }) => outcome === 'COMPLETED'), 'trading goes on').toBe(true);
    expect(await cell.desk.system.deadLetters.open(), 'no dead letters').toEqual([]);
    const atVenue = cell.desk.venue.engine.fills(ACCOUNT, 0);
    expect(new Set(eventsOf(story, 'OrderFilled').map(({ fillId }) => fillId)).size, 'every fill of the venue once').toBe(atVenue.length);
  });
});
