import { expect, it } from 'vitest';
import { pairRound, type WrittenDecision } from '@ballast/books';
import { InMemoryEventStore, type MarketWire, type Reply, Requests, RequestTimeout } from '@ballast/bus';
import { ballast, type Ran, writeLog } from './story.fixtures.js';

type Answers = Readonly<Record<string, object>>;

/** Risk with these answers; whatever else is asked, nobody answers. */
class Risk extends Requests {
  constructor(private readonly answers: Answers) {
    super();
  }

  as(): this {
    return this;
  }

  command(service: string): Promise<Reply> {
    return Promise.reject(new RequestTimeout(`${service} takes no commands here`));
  }

  query(service: string, _partition: number, name: string): Promise<Reply> {
    const data = service === 'risk' ? this.answers[name] : undefined;
    return data ? Promise.resolve({ ok: true, data }) : Promise.reject(new RequestTimeout('nobody listens'));
  }
}

const status = (answers: Answers, ...argv: readonly string[]): Promise<Ran> => statusAfter(pairRound(), answers, ...argv);

async function statusAfter(decisions: readonly WrittenDecision[], answers: Answers, ...argv: readonly string[]): Promise<Ran> {
  const store = new InMemoryEventStore();
  await writeLog(store, decisions);
  const marketWire = { lastValues: () => Promise.resolve(new Map()) } as unknown as MarketWire;
  const ran = await ballast(['status', ...argv], { store, requests: new Risk(answers), marketWire });
  return argv.includes('--json') ? ran : { ...ran, out: ran.out.replaceAll(/ *│ */g, '│') };
}

const DAY_MS = 86_400_000;
const AT = Date.parse('2026-01-05T00:00:00.000Z');
const STANDING = { portfolioId: 'main', standing: { rung: 'stage-2', at: AT, profile: 'scaling-capital@2' }, profile: 'scaling-capital@2', ladder: 'STAGES', next: 'stage-3', rungs: [], criteria: [] };
const TRIPPED = { stop: 'DRAWDOWN_HALT', scope: 'PORTFOLIO', scopeId: 'main', profile: 'legion@1', unit: 'RATIO', value: '0.26', limit: '0.25', state: 'HALTED' };
const ARMED = { stop: 'DAILY_LOSS', scope: 'PORTFOLIO', scopeId: 'main', unit: 'RATIO', profile: 'legion@1', value: '0.01', limit: '0.15', latched: false };

it.each<[string, object, RegExp]>([
  ['the rung, its profile and since when', STANDING, /│main│stage-2│scaling-capital@2 \(stages\)│2026-01-05T00:00:00.000Z││$/m],
  ['who waits for an approver', { ...STANDING, pending: { to: 'stage-3', by: 'cli', requestId: 'r1' } }, /│stage-2│.*│cli asks for stage-3│$/m],
  ['until when a new size is watched', { ...STANDING, standing: { ...STANDING.standing, watchUntil: AT + 86_400_000 } }, /│stage-2│.*│watched until 2026-01-06T00:00:00.000Z│$/m],
  ['that there is no rung above', { ...STANDING, next: undefined }, /│stage-2│.*│there is no rung above│$/m],
  ['that a portfolio is on no ladder', { portfolioId: 'main', standing: null }, /│main│on no ladder│/],
])('shows of a portfolio %s (R27)', async (_what, ladder, shown) => {
  expect((await status({ ladder })).out).toMatch(shown);
});

it('shows which hard stops have tripped, also where no profile binds the stop any more (R111)', async () => {
  const { out } = await status({ 'hard-stops': { portfolioId: 'main', tripped: [TRIPPED], stops: [ARMED] } });
  expect(out).toMatch(/│DRAWDOWN_HALT│portfolio main││25 %│no bound profile now│TRIPPED: HALTED; ballast --as approver resume --reason "…"/);
  expect(out).toMatch(/│DAILY_LOSS│portfolio main│1 %│15 %│legion@1│armed│/);
  const bound = (await status({ 'hard-stops': { portfolioId: 'main', tripped: [TRIPPED], stops: [{ ...ARMED, stop: 'DRAWDOWN_HALT', limit: '0.25' }] } })).out;
  expect(bound.match(/DRAWDOWN_HALT/g)).toHaveLength(1);
  expect(bound).toMatch(/│DRAWDOWN_HALT│portfolio main│1 %│25 %│legion@1│TRIPPED: HALTED/);
});

it('says of both that they are unknown where risk is away, and still exits with 0', async () => {
  const { code, out } = await status({});
  expect(code).toBe(0);
  expect(out).toMatch(/│main│UNKNOWN│+risk does not answer ladder/);
  expect(out).toMatch(/│main│UNKNOWN│+risk does not answer hard-stops/);
});

it('has rungs and tripped stops in its document', async () => {
  const { out } = await status({ ladder: STANDING, 'hard-stops': { portfolioId: 'main', tripped: [TRIPPED], stops: [] } }, '--json');
  expect(JSON.parse(out)).toMatchObject({ rungs: [{ portfolioId: 'main', standing: { rung: 'stage-2' }, profile: 'scaling-capital@2', ladder: 'STAGES', next: 'stage-3' }], hardStops: [{ tripped: [{ stop: 'DRAWDOWN_HALT', value: '0.26' }] }] });
});

it('asks no strategy whose bots are all deleted: nobody has to run it any more (W-12)', async () => {
  const deletion: WrittenDecision = { writer: 'operator', kind: 'bot', id: 'pair1', correlationId: 'pair1', at: AT + 30 * DAY_MS, events: [{ type: 'BotDeleted', botId: 'pair1', accountId: 'acct1', portfolioId: 'main', reason: 'replaced', by: 'cli' }] };
  expect((await status({})).out).toMatch(/│strategy-dn-pair│DOWN│/);
  expect((await statusAfter([...pairRound(), deletion], {})).out).not.toContain('strategy-dn-pair');
});
