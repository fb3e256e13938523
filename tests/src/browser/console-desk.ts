import { setTimeout as delay } from 'node:timers/promises';
import { type Id, money, type Ms, notional, partitionOf } from '@ballast/domain';
import { MemoryDesk, strategyFolder } from '@ballast/local';
import { type HttpEdge, hashOf, MemoryRateLimit, type Role, startHttpEdge, Tokens } from '@ballast/operator';
import { type PolicyProfile, PROFILES } from '@ballast/policy';
import { strategyModule } from '@ballast/strategy';
import { ACCOUNT, LEG_A, LEG_B } from '../desk/pair-desk.js';
import { ToldMarket } from './told-market.js';

/** Who may sign in, by token. */
export const PEOPLE: Readonly<Record<string, Role>> = { vera: 'viewer', olga: 'operator', arne: 'approver', sune: 'approver' };
export const tokenOf = (name: string): string => `canary-token-of-${name}`;

const LADDER = 'dn-pair-v4.1';
const SETTINGS = { mode: 'cycle', direction: 'LONG_A', instrumentA: LEG_A, instrumentB: LEG_B, targetNotional: '290', costBudgetBps: '25', dailyCostBudget: '500', holdMs: 60_000, sleepMs: 5_000 };
const MARKET_MS = 6 * 3_600_000;
const STEP_MS = 500;
const PAUSE_MS = 200;
const EQUITY_MS = 15_000;

/** The plan's ladder with gates that a new desk passes, and two persons needed for a step. */
function easyLadder(): ReadonlyMap<string, PolicyProfile> {
  const profile = PROFILES.get(LADDER);
  if (!profile?.ladder) throw new Error(`${LADDER} has no ladder`);
  const rungs = profile.ladder.rungs.map((rung) => ({ ...rung, capital: notional('0'), gate: { daysMin: 0, tradesMin: 1, riskViolationsMax: 5 } }));
  return new Map([...PROFILES, [LADDER, { ...profile, ladder: { ...profile.ladder, rungs, fourEyes: true } }]]);
}

/** A desk that trades in memory, in front of it the HTTP edge with the console; its time goes on by itself. */
export class ConsoleDesk {
  private isRunning = true;
  private running: Promise<void> = Promise.resolve();

  private constructor(
    readonly desk: MemoryDesk,
    private edge: HttpEdge,
    readonly faults: unknown[],
    /** What a test moves. */
    readonly market: ToldMarket,
  ) {}

  /** One pair bot after a round that gained, with the next position open. */
  static async open(): Promise<ConsoleDesk> {
    const strategy = await strategyFolder('dn-pair').load();
    const market = new ToldMarket(MARKET_MS);
    const desk = await MemoryDesk.start({
      source: market, instruments: [LEG_A, LEG_B], risk: { profiles: easyLadder() }, collateral: { intervalMs: EQUITY_MS }, wallets: [{ portfolioId: 'main', accountId: 'wallet-main', deposit: money('500') }], strategies: { 'dn-pair': () => strategyModule(strategy) },
      bots: [{ botId: 'pair-1', portfolioId: 'main', accountId: ACCOUNT, strategy: 'dn-pair', profiles: [LADDER], deposit: money('2000'), settings: SETTINGS }],
    });
    await run(desk, 60_000);
    market.move(LEG_A, 102n);
    await run(desk, 90_000);
    await desk.system.command({ user: 'cli', service: 'operator', partition: partitionOf('main') }, 'configure-bot', { botId: 'pair-1', settings: { ...SETTINGS, holdMs: MARKET_MS } }, 'hold');
    await run(desk, 180_000);
    const faults: unknown[] = [];
    const opened = new ConsoleDesk(desk, await serve(desk, faults, 0), faults, market);
    opened.running = opened.goOn();
    return opened;
  }

  get url(): string {
    return `http://127.0.0.1:${this.edge.port}/`;
  }

  /** The edge is gone: whoever listens is cut off. */
  async cut(): Promise<void> {
    await this.edge.stop();
  }

  /** Another edge over the same desk, at the same address. */
  async mend(): Promise<void> {
    this.edge = await serve(this.desk, this.faults, this.edge.port);
  }

  async close(): Promise<void> {
    this.isRunning = false;
    await this.running;
    await this.edge.stop();
    await this.desk.stop();
  }

  private async goOn(): Promise<void> {
    while (this.isRunning) {
      await run(this.desk, STEP_MS);
      await delay(PAUSE_MS);
    }
  }
}

const run = ({ system }: MemoryDesk, ms: Ms): Promise<void> => system.run(system.clock.now() + ms);

function serve({ system }: MemoryDesk, faults: unknown[], port: number): Promise<HttpEdge> {
  const tokens = Tokens.read(JSON.stringify(Object.entries(PEOPLE).map(([name, role]: readonly [Id, Role]) => ({ name, role, sha256: hashOf(tokenOf(name)) }))));
  if (typeof tokens === 'string') throw new Error(tokens);
  const bus = { store: system.store, deadLetters: system.deadLetters, requests: system.requestsOf('operator'), marketWire: system.wire, close: () => Promise.resolve() };
  const onFault = (error: unknown): void => void faults.push(error);
  return startHttpEdge({ bus, approver: system.requestsOf('approver'), market: system.platform('operator').market, tokens, rateLimit: new MemoryRateLimit(100_000, () => performance.now()), onFault, onFeedFailure: (error) => error !== undefined && onFault(error) }, { host: '127.0.0.1', port });
}
