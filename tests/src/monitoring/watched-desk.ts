import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type JetStreamBus, type Reply, RequestTimeout } from '@ballast/bus';
import { contentId, money, type Partition, partitionOf } from '@ballast/domain';
import { type BallastStack, ballastStack, WORKING_COPY } from '@ballast/local';
import { GROUPS, NATS_JOB, type NatsExporter, prometheusYaml, rulesYaml, startNatsExporter } from '@ballast/monitoring';
import { besides, type Listener, startListener } from './listener.js';
import { PrometheusServer } from './prometheus.js';

export const BOT = { botId: 'pair-1', portfolioId: 'main', accountId: 'pair-1', strategy: 'dn-pair', profiles: ['demo'] } as const;
export const INSTRUMENTS = ['ETH-PERP', 'SOL-PERP'] as const;
const WALLET = 'main-wallet';
const PARTITION = partitionOf(BOT.portfolioId);
const PATIENCE_MS = 300_000;
const LOOK_MS = 200;
/** Who shares the call budget and the cache; nothing of theirs is on /metrics. */
const SERVERS = ['redis-server'];

export interface WatchedDeskOptions {
  /** Names the folder of the run. */
  readonly name: string;
  /** Of the rules: 1 = as in force. */
  readonly scale: number;
  readonly marketMinutes: number;
  /** Market ms per wall ms. */
  readonly speed: string;
  /** How long a process that died stays away at least, wall time. */
  readonly restartMs?: number;
  readonly env?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Every service as a process around the paper venue, with a pair bot that trades and is protected, watched by a real Prometheus with every rule in force. */
export class WatchedDesk {
  private constructor(
    readonly stack: BallastStack,
    readonly bus: JetStreamBus,
    readonly prometheus: PrometheusServer,
    private readonly closes: readonly Pick<Listener, 'close'>[],
    readonly runDir: string,
  ) {}

  static async start(options: WatchedDeskOptions): Promise<WatchedDesk> {
    const runDir = join(WORKING_COPY, 'run', `watched-${options.name}-${process.pid}`);
    rmSync(runDir, { recursive: true, force: true });
    const backoffMs = options.restartMs ?? 200;
    const listener = await startListener();
    const env: Record<string, Readonly<Record<string, string>>> = { ...options.env };
    for (const [name, more] of Object.entries(besides(listener, runDir))) env[name] = { ...more, ...env[name] };
    const stack = await ballastStack({
      root: WORKING_COPY, runDir, reportDir: join(runDir, 'report'), speed: options.speed, instruments: INSTRUMENTS, strategies: [BOT.strategy], http: true, wallets: { [BOT.portfolioId]: WALLET },
      sharedBudget: true, market: { data: undefined, seed: 1, durationMinutes: options.marketMinutes }, readyTimeoutMs: PATIENCE_MS, restart: { restartsMax: 50, backoffMs, backoffMaxMs: Math.max(backoffMs, 1_000), steadyMs: 1_000 }, env,
    });
    let exporter: NatsExporter | undefined;
    try {
      await stack.start();
      exporter = await startNatsExporter({ monitorUrl: stack.nats.monitorUrl ?? '', host: '127.0.0.1', port: 0 });
      const prometheus = await PrometheusServer.start(join(runDir, 'prometheus'), prometheusYaml({ targets: targetsOf(stack, exporter.port), interval: '1s', ruleFiles: ['rules.yml'] }), rulesYaml(GROUPS, options.scale));
      return new WatchedDesk(stack, await stack.connect(), prometheus, [exporter, listener], runDir);
    } catch (error) {
      await exporter?.close();
      await listener.close();
      await stack.stack.stopAll();
      throw error;
    }
  }

  /** Funds the bot and the wallet, protects the bot, lets the market move and the bot trade. */
  async trade(settings: Readonly<Record<string, unknown>>): Promise<void> {
    const { venue, wallet } = this.stack;
    await venue.deposit(wallet.senderOf(BOT.accountId), money('2000'), 'bot');
    await venue.deposit(wallet.senderOf(WALLET), money('1000'), 'wallet');
    const pair = { mode: 'cycle', instrumentA: INSTRUMENTS[0], instrumentB: INSTRUMENTS[1], targetNotional: '1000', costBudgetBps: '50', dailyCostBudget: '5000', ...settings };
    await this.command('operator', 'create-bot', { ...BOT, settings: pair });
    await venue.release();
    await this.until('an observed account', async () => (await this.prometheus.instant('ballast_equity_quote')).length > 0);
    await this.command('collateral', 'configure-protection', { botId: BOT.botId, enabled: true, mode: 'smart', triggerDistance: '0.05', safeDistance: '0.12', maxDeposit: '400', cooldownMs: 20_000, exhausted: 'hold' });
    await this.command('operator', 'start-bot', { botId: BOT.botId });
  }

  /** Where /metrics and /readyz of a process are. */
  healthUrl(name: string): string {
    return `http://127.0.0.1:${healthPort(this.stack, name)}`;
  }

  /** Waits for it. @throws Error with what is awaited, where it does not come about */
  async until(what: string, holds: () => Promise<boolean>, patienceMs = PATIENCE_MS): Promise<void> {
    const by = performance.now() + patienceMs;
    while (!(await holds())) {
      if (performance.now() > by) throw new Error(`${what}: not within ${patienceMs / 1_000} s`);
      await delay(LOOK_MS);
    }
  }

  /** The same key is the same command: one that got no answer is sent again. */
  async command(service: string, verb: string, payload: object, partition: Partition = PARTITION): Promise<void> {
    const by = performance.now() + PATIENCE_MS;
    const key = contentId('watched', service, verb, JSON.stringify(payload));
    for (;;) {
      const reply = await this.ask(service, partition, verb, payload, key);
      if (reply?.ok) return;
      if (reply || performance.now() > by) throw new Error(`${service} ${verb}: ${reply?.error ?? 'no answer'} ${JSON.stringify(reply?.fields ?? {})}`);
      await delay(LOOK_MS);
    }
  }

  async stop(): Promise<void> {
    await this.prometheus.stop();
    await this.bus.close();
    await this.stack.stack.stopAll();
    for (const one of this.closes) await one.close();
    rmSync(this.runDir, { recursive: true, force: true });
  }

  private async ask(service: string, partition: Partition, verb: string, payload: object, key: string): Promise<Reply | undefined> {
    try {
      return await this.bus.requests.command(service, partition, verb, payload, key);
    } catch (error) {
      if (error instanceof RequestTimeout) return undefined;
      throw error;
    }
  }
}

const healthPort = ({ stack }: BallastStack, name: string): string => stack.child(name).spec.env['HEALTH_PORT'] ?? '';

const targetsOf = (desk: BallastStack, exporterPort: number): readonly { readonly job: string; readonly address: string }[] => [
  ...desk.stack.status().map(({ name }) => name).filter((name) => !SERVERS.includes(name) && healthPort(desk, name) !== '').map((job) => ({ job, address: `127.0.0.1:${healthPort(desk, job)}` })),
  { job: NATS_JOB, address: `127.0.0.1:${exporterPort}` },
];
