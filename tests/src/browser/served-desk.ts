import { setTimeout as delay } from 'node:timers/promises';
import { type Id, type Ms, notional } from '@ballast/domain';
import type { MemoryDesk } from '@ballast/local';
import { type HttpEdge, hashOf, MemoryRateLimit, type Role, startHttpEdge, Tokens } from '@ballast/operator';
import { type PolicyProfile, PROFILES, type Rung } from '@ballast/policy';

/** Who may sign in, by token. */
export const PEOPLE: Readonly<Record<string, Role>> = { vera: 'viewer', olga: 'operator', arne: 'approver', sune: 'approver' };
export const tokenOf = (name: string): string => `canary-token-of-${name}`;
export const LADDER = 'dn-pair-v4.1';

const STEP_MS = 500;
const PAUSE_MS = 200;

/** The plan's ladder with gates that a new desk passes, and two persons needed for a step, on a profile. */
export function easyLadder(onto: string, tradesMin: number, allowing: Partial<Rung> = {}): ReadonlyMap<string, PolicyProfile> {
  const [profile, ladder] = [PROFILES.get(onto), PROFILES.get(LADDER)?.ladder];
  if (!profile || !ladder) throw new Error(`found no profile ${onto}, or no ladder in ${LADDER}`);
  const rungs = ladder.rungs.map((rung) => ({ ...rung, capital: notional('0'), ...allowing, gate: { daysMin: 0, tradesMin, riskViolationsMax: 5 } }));
  return new Map([...PROFILES, [onto, { ...profile, ladder: { ...ladder, rungs, fourEyes: true } }]]);
}

/** A desk in memory behind the HTTP edge with the console; its time goes on by itself. */
export class ServedDesk {
  readonly faults: unknown[] = [];
  private isRunning = true;
  private running: Promise<void> = Promise.resolve();
  /** What is to happen before time goes on, one at a time. */
  private readonly waiting: (() => Promise<void>)[] = [];

  private constructor(
    readonly desk: MemoryDesk,
    private edge: HttpEdge | undefined,
  ) {}

  static async open(desk: MemoryDesk): Promise<ServedDesk> {
    const opened = new ServedDesk(desk, undefined);
    opened.edge = await opened.serve(0);
    opened.running = opened.goOn();
    return opened;
  }

  get url(): string {
    return `http://127.0.0.1:${this.edge?.port ?? 0}/`;
  }

  /** Does it between two steps of the desk's time; resolves when it is done. */
  between(act: () => Promise<void> | void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push(async () => {
        try {
          await act();
          resolve();
        } catch (error) {
          reject(error as Error);
        }
      });
    });
  }

  /** The edge is gone: whoever listens is cut off. */
  async cut(): Promise<void> {
    await this.edge?.stop();
  }

  /** Another edge over the same desk, at the same address. */
  async mend(): Promise<void> {
    this.edge = await this.serve(this.edge?.port ?? 0);
  }

  async close(): Promise<void> {
    this.isRunning = false;
    await this.running;
    await this.edge?.stop();
    await this.desk.stop();
  }

  private async goOn(): Promise<void> {
    while (this.isRunning) {
      for (const act of this.waiting.splice(0)) await act();
      await run(this.desk, STEP_MS);
      await delay(PAUSE_MS);
    }
  }

  private serve(port: number): Promise<HttpEdge> {
    const { system } = this.desk;
    const platform = system.platform('operator');
    const tokens = Tokens.read(JSON.stringify(Object.entries(PEOPLE).map(([name, role]: readonly [Id, Role]) => ({ name, role, sha256: hashOf(tokenOf(name)) }))));
    if (typeof tokens === 'string') throw new Error(tokens);
    const bus = { store: system.store, deadLetters: system.deadLetters, requests: system.requestsOf('operator'), marketWire: system.wire, close: () => Promise.resolve() };
    const onFault = (error: unknown): void => void this.faults.push(error);
    return startHttpEdge({ bus, streams: platform.streams, replica: 'edge-1', approver: system.requestsOf('approver'), market: platform.market, tokens, rateLimit: new MemoryRateLimit(100_000, () => performance.now()), onFault, onFeedFailure: (error) => error !== undefined && onFault(error) }, { host: '127.0.0.1', port });
  }
}

export const run = ({ system }: MemoryDesk, ms: Ms): Promise<void> => system.run(system.clock.now() + ms);
