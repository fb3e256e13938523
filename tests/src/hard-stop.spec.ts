import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { money, type Ms, partitionOf } from '@ballast/domain';
import type { DeskBot, MemoryDesk } from '@ballast/local';
import { type OrderRecord, type SignedOrder, x18 } from '@ballast/venues';
import { ballastOn } from './desk/desk-cli.js';
import { FaultyVenue } from './desk/faulty-venue.js';
import { eventsOf, type LogStory, readLog } from './desk/log.js';
import { LEG_A, LEG_B, pairDesk } from './desk/pair-desk.js';
import { PartedMarket } from './desk/parted-market.js';
import { STILL_START, StillMarket } from './desk/still-market.js';

const SECOND: Ms = 1_000;
const BOTS = ['pair-1', 'pair-2'];

let desk: MemoryDesk;
let venue: FaultyVenue;
const watched = { executionVenue: (inner: MemoryDesk['venue'], { clock }: MemoryDesk['system']): FaultyVenue => (venue = new FaultyVenue(inner, clock, { fault: 'partial', times: 0, hits: () => false })) };
const story = (): Promise<LogStory> => readLog(desk.system.store);
const operator = (verb: string, payload: object): Promise<unknown> => desk.system.command({ user: 'cli', service: 'operator', partition: partitionOf('main') }, verb, payload, `${verb}-${desk.system.clock.now()}`);
/** What rests at the venue and may add risk. */
const increasing = (): readonly OrderRecord[] => BOTS.flatMap((botId) => desk.venue.engine.openOrders(botId)).filter(({ reduceOnly }) => !reduceOnly);
/** What was sent to the venue since, and may add risk. */
const sentSince = (count: number): readonly SignedOrder[] => venue.tried.slice(count).filter(({ reduceOnly }) => !reduceOnly);
const run = (ms: Ms): Promise<void> => desk.system.run(desk.system.clock.now() + ms);

interface Look {
  readonly at: Ms;
  readonly increasing: number;
  readonly sent: number;
}

/** Looks at the venue ten times a second of market time. */
async function looksFor(ms: Ms): Promise<readonly Look[]> {
  const looks: Look[] = [];
  for (let passed = 0; passed < ms; passed += 100) {
    await run(100);
    looks.push({ at: desk.system.clock.now(), increasing: increasing().length, sent: venue.tried.length });
  }
  return looks;
}

const trippedOf = ({ recorded }: LogStory): LogStory['recorded'][number] => {
  const found = recorded.find(({ event }) => event.type === 'HardStopTripped');
  if (!found) throw new Error('no hard stop has tripped');
  return found;
};

const createOf = (botId: string, profiles: readonly string[], [instrumentA, instrumentB] = [LEG_A, LEG_B]): Omit<DeskBot, 'deposit'> => ({
  botId, portfolioId: 'main', accountId: botId, strategy: 'dn-pair', profiles,
  settings: { mode: 'cycle', instrumentA, instrumentB, targetNotional: '1000', costBudgetBps: '50', dailyCostBudget: '500', holdMs: 600_000, sleepMs: 0 },
});

describe('a hard stop that a price trips, on the paper venue, through all services', () => {
  let looks: readonly Look[] = [];

  /** Two pair bots share a portfolio; a third one, which never trades, binds the hard stops of `legion` for all of it (W-17). The first holds its pair, the second one's entries rest. */
  beforeAll(async () => {
    const market = new PartedMarket(1_200 * SECOND);
    desk = await pairDesk({ source: market, bots: [{ ...createOf('pair-1', ['demo']), deposit: money('1000') }], ...watched });
    await operator('create-bot', createOf('watch-1', ['legion']));
    await run(60 * SECOND);
    desk.venue.engine.deposit('pair-2', x18('1000'), desk.system.clock.now());
    await operator('create-bot', createOf('pair-2', ['demo'], [LEG_B, LEG_A]));
    await operator('start-bot', { botId: 'pair-2' });
    for (let waited = 0; waited < 60 && increasing().length < 2; waited += 1) await run(SECOND);
    expect([...new Set(increasing().map(({ subaccount }) => subaccount))]).toEqual(['pair-2']);
    market.move(LEG_B, 135n);
    looks = await looksFor(6 * SECOND);
  }, 120_000);
  afterAll(() => desk.stop());

  it('leaves nothing that adds risk at the venue within 1 s of market time (R111, C-3)', async () => {
    const { event, decision } = trippedOf(await story());
    expect(event).toMatchObject({ stop: 'DAILY_LOSS', scope: 'PORTFOLIO', scopeId: 'main', profile: 'legion@1', state: 'HALTED', heldUntil: STILL_START + 86_400_000 });
    expect(looks.filter(({ at }) => at < decision.occurredAt).at(-1)?.increasing).toBeGreaterThan(0);
    const goneAt = looks.find(({ at, increasing: left }) => at >= decision.occurredAt && left === 0)?.at ?? Infinity;
    expect(goneAt - decision.occurredAt).toBeLessThan(SECOND);
    expect(looks.filter(({ at }) => at > goneAt).every(({ increasing: left }) => left === 0)).toBe(true);
  });

  it('sends nothing new that adds risk from then on', async () => {
    const { decision } = trippedOf(await story());
    await run(120 * SECOND);
    expect([sentSince(looks.find(({ at }) => at >= decision.occurredAt)?.sent ?? 0), increasing()]).toEqual([[], []]);
  });

  it('is shown with what its resume needs, and is resumed neither by who is no approver nor before its day ends (W-9)', async () => {
    expect((await ballastOn(desk, 'status')).out).toMatch(/DAILY_LOSS.*portfolio main.*15 %.*legion@1.*TRIPPED: HALTED; from 2026-01-06T00:00:00.000Z ballast --as approver resume --reason/);
    expect(await ballastOn(desk, 'resume', '--reason', 'looked')).toMatchObject({ code: 1, err: expect.stringMatching(/stopped by hard stop DAILY_LOSS.*found the credential of cli, allowed is that of approver/) as string });
    expect(await ballastOn(desk, '--as', 'approver', 'resume')).toMatchObject({ code: 1, err: expect.stringContaining('reason: found nothing') as string });
    expect(await ballastOn(desk, '--as', 'approver', 'resume', '--reason', 'looked')).toMatchObject({ code: 1, err: expect.stringContaining('held until 2026-01-06T00:00:00.000Z') as string });
  });

  it('does not hide that a person has halted as well: status shows both, and who folds the log sees the strictest', async () => {
    expect(await ballastOn(desk, 'halt', '--reason', 'a look')).toMatchObject({ code: 0, out: 'portfolio main is HALTED' });
    expect((await ballastOn(desk, 'status')).out).toMatch(/portfolio main is HALTED by policy:hard-stop: hard stop DAILY_LOSS[\s\S]*portfolio main is HALTED by cli: a look/);
    expect(eventsOf(await story(), 'TradingStateChanged').map(({ state, hold }) => [state, hold?.causes])).toEqual([['HALTED', ['HARD_STOP']], ['HALTED', ['PERSON']]]);
  });

  it('never stands in the way of an exit (W-2)', async () => {
    const open = (): readonly bigint[] => desk.venue.engine.account('pair-1').positions.map(({ amount }) => amount).filter((amount) => amount !== 0n);
    expect(open()).toHaveLength(2);
    await operator('close-all', { botId: 'pair-1', reason: 'after the stop' });
    await run(60 * SECOND);
    expect(open()).toEqual([]);
    expect((await story()).verify.breaches).toEqual([]);
  });
});

describe('a hard stop that a trade trips, on the paper venue, through all services', () => {
  let looks: readonly Look[] = [];

  beforeAll(async () => {
    const market = new StillMarket(600 * SECOND);
    const { settings, ...bot } = createOf('pair-1', ['demo']);
    desk = await pairDesk({ source: market, bots: [{ ...bot, settings: { ...settings, holdMs: 5_000, sleepMs: 2_000 }, deposit: money('2000') }], ...watched });
    market.watch(desk.venue.engine, () => undefined);
    await operator('create-bot', createOf('watch-1', ['legion']));
    looks = await looksFor(90 * SECOND);
  }, 120_000);
  afterAll(() => desk.stop());

  it('trips with the third losing round, and nothing that adds risk is sent or rests after it (R111, C-49)', async () => {
    const found = await story();
    const { event, decision } = trippedOf(found);
    expect(event).toMatchObject({ stop: 'CONSECUTIVE_LOSSES', value: '3', limit: '3', state: 'HALTED' });
    expect(eventsOf(found, 'TradeClosed').length).toBe(3);
    const after = looks.filter(({ at }) => at >= decision.occurredAt + SECOND);
    expect([after.length > 10, after.every((look) => look.increasing === 0), sentSince(looks.find(({ at }) => at >= decision.occurredAt)?.sent ?? 0)]).toEqual([true, true, []]);
  });
});
