import { parse } from 'csv-parse/sync';
import { beforeEach, describe, expect, it } from 'vitest';
import { money, type Ms, notional, ratio } from '@ballast/domain';
import type { EquityObserved, RungEntered } from '@ballast/events';
import { DAY_MS, weekStartOf } from '@ballast/performance';
import { profileHash, profileNamed, profileRef } from '@ballast/policy';
import { ETH, goldenRound, type LegScript, Log, START } from '../report-log.fixtures.js';
import { WeeklyFold, type WeeklyOptions } from './weekly-fold.js';
import { weeklyReport } from './weekly-report.js';
import type { WeeklyReport } from './weekly.types.js';

const MONDAY = weekStartOf(START, 0) + 7 * DAY_MS;
const ACCOUNT = { accountId: 'account1', portfolioId: 'portfolio1', botId: 'bot1' } as const;

/** A log whose account is observed after every round. */
class Watched extends Log {
  equity = money('10000');

  observe(over: Partial<EquityObserved> = {}): void {
    const { equity } = this;
    this.tell({ type: 'EquityObserved', ...ACCOUNT, trigger: 'INTERVAL', collateral: equity, eligibleCollateral: equity, equity, initialMarginHealth: equity, maintenanceMarginHealth: equity, grossNotional: notional('0'), accountLeverage: ratio('0'), marks: [], positions: [], venueTime: this.at, ...over });
  }

  /** One round that brings `net`, and the equity after it. */
  traded(tradeId: string, net: string): void {
    this.round(tradeId, scaled(net));
    this.equity = this.equity.plus(net) as typeof this.equity;
    this.observe();
  }
}

/** The golden round, which brings -$0.194, with a last fee (negative: a rebate) that makes its result `net`. */
function scaled(net: string): readonly LegScript[] {
  const [eth, sol] = goldenRound as [LegScript, LegScript];
  return [{ ...eth, exit: [{ quantity: '0.042', price: '2758', fee: money('-0.184').minus(net).toString() }] }, sol];
}

const stage = (name: string, at: Ms, over: Partial<RungEntered> = {}): RungEntered => {
  const profile = profileNamed('scaling-capital');
  const rung = profile.ladder!.rungs.find((each) => each.name === name)!;
  return { type: 'RungEntered', portfolioId: ACCOUNT.portfolioId, profile: profileRef(profile), profileHash: profileHash(profile), ladder: 'STAGES', rung: name, cause: 'BOUND', reason: 'first bot', by: 'policy:scaling-capital', at, dayBoundaryMs: 0, capital: rung.capital, leverageMax: rung.leverageMax, positionMax: rung.positionMax, ...over };
};

describe('the weekly scaling report (R58)', () => {
  let log: Watched;
  const foldOf = (options: WeeklyOptions = {}): WeeklyFold => {
    const fold = new WeeklyFold(options);
    for (const recorded of log.recorded) if (fold.reads.includes(recorded.event.type)) fold.apply(recorded);
    return fold;
  };
  const reportOf = (options: WeeklyOptions = {}): WeeklyReport => foldOf(options).latest()[0]!;
  const runningOf = (): WeeklyReport => foldOf().all().at(-1)!;
  /** A week of days that all earn a little, and differ. */
  const week = (from: Ms, nets: readonly string[]): void => nets.forEach((net, index) => {
    log.at = from + index * DAY_MS + 3_600_000;
    log.traded(`t${from}-${index}`, net);
  });

  beforeEach(() => {
    log = new Watched();
    log.observe();
  });

  it('tells size, performance, execution and depth of each week, from Monday to Monday', () => {
    log.traded('t0', '10');
    week(MONDAY, ['100', '-50', '0', '100', '100', '100', '100']);
    log.at = MONDAY + 7 * DAY_MS;
    log.observe();
    const [first, second, third] = foldOf().all();
    expect([first, second, third].map((report) => [report?.from, report?.to, report?.complete])).toEqual([
      ['2025-09-04T12:00:00.000Z', '2025-09-08T00:00:00.000Z', true],
      ['2025-09-08T00:00:00.000Z', '2025-09-15T00:00:00.000Z', true],
      ['2025-09-15T00:00:00.000Z', '2025-09-15T00:00:00.000Z', false],
    ]);
    expect(first?.performance).toMatchObject({ trades: '1', result: '10', totalReturn: '0.001' });
    expect(second).toMatchObject({
      performance: { trades: '7', winRate: '0.714285714286', nonNegativeRate: '0.857142857143', result: '450', netOfTrades: '450', sharpeDays: '7', totalReturn: '0.044955044955' },
      execution: { slippageEstimatedBps: '1.5', slippageRealisedBps: '1.735140033633', slippageDeltaBps: '0.235140033633', executionSuccess: '1', executionFailures: '0', fillRate: '1' },
      depth: { entry: '1000000', exit: null, multipleMin: '3', sufficient: '1' }, size: { rung: null, capital: '10460' },
    });
    expect(foldOf().latest()).toEqual([second]);
  });

  it('says what of a week is not over, and of an empty log that it holds nothing', () => {
    log.traded('t0', '10');
    expect(reportOf()).toMatchObject({ complete: false, performance: { trades: '1' } });
    expect(weeklyReport(new WeeklyFold().all()).markdown).toContain('holds nothing of any portfolio');
  });

  it('counts a round in the week in which it closes, and once', () => {
    log.at = MONDAY - 30_000;
    log.plan('t1', goldenRound);
    log.enter('t1', goldenRound);
    log.exit('t1', goldenRound);
    expect(foldOf().all().map(({ performance: { trades, netOfTrades } }) => [trades, netOfTrades])).toEqual([['0', '0'], ['1', '-0.194']]);
  });

  it('is of one period where one is asked for, whatever was before and after it', () => {
    week(MONDAY, ['100', '-50', '30', '10', '1', '1', '1']);
    const period = { from: MONDAY + DAY_MS, to: MONDAY + 3 * DAY_MS };
    expect(foldOf({ period }).all()).toHaveLength(1);
    expect(reportOf({ period })).toMatchObject({ from: '2025-09-09T00:00:00.000Z', to: '2025-09-11T00:00:00.000Z', complete: true, performance: { trades: '2', result: '-20', maxDrawdown: '0.004953069307' } });
    expect(reportOf({ period: { from: MONDAY, to: MONDAY + 30 * DAY_MS } })).toMatchObject({ complete: false });
    expect(foldOf({ period: { from: MONDAY + 30 * DAY_MS } }).all()).toEqual([]);
  });

  it('takes no transfer for a result (C-11)', () => {
    week(MONDAY, ['100', '-50']);
    const before = runningOf().performance;
    log.tell({ type: 'AccountFunded', accountId: ACCOUNT.accountId, portfolioId: ACCOUNT.portfolioId, transferId: 'out', amount: money('-9000'), balance: money('1050'), venueTime: log.at });
    log.equity = money('1050');
    log.observe();
    expect(runningOf().performance).toEqual(before);
    expect(runningOf().size.capital).toBe('1050');
  });

  describe('recommends', () => {
    const good = ['100', '90', '110', '95', '105', '100', '100'];
    const finish = (at = MONDAY + 7 * DAY_MS): void => {
      log.at = at;
      log.observe();
    };

    it('to advance where R48 is met, and to continue where the realised slippage is more than 20 % over its estimate', () => {
      week(MONDAY, good);
      finish();
      expect(reportOf()).toMatchObject({ recommendation: 'ADVANCE', criteria: [{ criterion: 'win-rate', met: true }, { met: true }, { met: true }, { criterion: 'slippage-error', value: '0.156760022422', met: true }, { met: true }, { met: true }] });
      log = new Watched();
      log.observe();
      const slipped = scaled('100').map((leg, index) => (index === 0 ? { ...leg, entry: [{ quantity: '0.042', price: '2757.2', fee: '0.01' }] } : leg));
      log.at = MONDAY + 1;
      log.round('t', slipped);
      finish();
      expect(reportOf()).toMatchObject({ recommendation: 'CONTINUE' });
      expect(reportOf().because).toContainEqual(expect.stringMatching(/^slippage-error is [\d.]+ %, must be at most 20 %$/));
    });

    it('to continue on a rung until its days are over, and to advance then, by the gate of the rung itself', () => {
      log.tell(stage('stage-1', START), START);
      week(MONDAY, good);
      week(MONDAY + 7 * DAY_MS, good);
      finish(MONDAY + 14 * DAY_MS);
      const [, first, second] = foldOf().all();
      expect(first).toMatchObject({ recommendation: 'CONTINUE', because: ['days-on-rung is 10.5 days, must be at least 14 days'], size: { ladder: 'scaling-capital@2 STAGES', rung: 'stage-1', rungCapital: '5000', positionMax: '500', daysOnRung: '10.5' } });
      expect(second).toMatchObject({ recommendation: 'ADVANCE', size: { daysOnRung: '17.5' } });
      expect(second?.because[0]).toContain('ballast ladder request');
    });

    it('to continue on the last rung, which nothing follows', () => {
      log.tell(stage('stage-7', START - 60 * DAY_MS), START);
      week(MONDAY, good);
      finish();
      expect(reportOf()).toMatchObject({ recommendation: 'CONTINUE' });
      expect(reportOf().because).toContain('this is the last rung of the ladder');
    });

    it.each([['-994.9', 'CONTINUE'], ['-1000', 'REDUCE']])('after a loss of %s from $10,000: %s, for 10 %% from the peak is too much (C-2, W-5)', (net, expected) => {
      week(MONDAY, [net]);
      expect(runningOf()).toMatchObject({ recommendation: expected });
    });

    it('to reduce where a rung was lost or a stop tripped, and tells which', () => {
      week(MONDAY, good);
      log.tell(stage('stage-1', log.at, { from: 'stage-2', cause: 'DEMOTION', reason: 'drawdown 10.1 %' }));
      log.tell({ type: 'HardStopTripped', portfolioId: ACCOUNT.portfolioId, scope: 'PORTFOLIO', scopeId: ACCOUNT.portfolioId, stop: 'DAILY_LOSS', profile: 'legion@1', unit: 'RATIO', value: '0.151', limit: '0.15', baseline: money('10000'), equity: money('8490'), state: 'HALTED', marks: [] });
      expect(runningOf()).toMatchObject({ recommendation: 'REDUCE', because: ['stage-2 was lost (DEMOTION)', 'hard stop DAILY_LOSS tripped'], risk: { violations: '1' } });
      expect(runningOf().events.map(({ what }) => what)).toEqual(['stage-1 entered from stage-2 (DEMOTION): drawdown 10.1 %', 'hard stop DAILY_LOSS tripped at 0.151, limit 0.15: HALTED']);
    });

    it('nothing but to continue where nothing was traded', () => {
      finish();
      expect(runningOf()).toMatchObject({ recommendation: 'CONTINUE', performance: { trades: '0', winRate: null } });
    });
  });

  it('is Markdown, JSON and CSV of the same figures, and the goals at full capital beside them (R59)', () => {
    week(MONDAY, ['100', '90', '110', '95', '105', '100', '100']);
    log.at = MONDAY + 7 * DAY_MS;
    log.observe();
    const { kind, document, markdown, csv } = weeklyReport(foldOf().latest());
    expect([kind, JSON.parse(JSON.stringify(document))]).toEqual(['weekly', document]);
    expect(markdown).toContain('## Portfolio portfolio1: advance');
    expect(markdown).toContain('| uptime | > 99.9 % | not measured | not measured |');
    const rows: readonly Record<string, string>[] = parse(csv['weekly.csv'] ?? '', { columns: true });
    expect(rows.find((row) => row['figure'] === 'result')).toMatchObject({ portfolioId: 'portfolio1', part: 'performance', value: '700' });
    expect(parse(csv['weekly-criteria.csv'] ?? '', { columns: true })).toHaveLength(6);
  });

  it('gives the same bytes from the same log', () => {
    week(MONDAY, ['100', '-50', '30']);
    log.funding(ETH, '0.5');
    expect(JSON.stringify(foldOf().all())).toBe(JSON.stringify(foldOf().all()));
  });
});
