import { Books, canonicalHash, Verifier } from '@ballast/books';
import { decodeMessage } from '@ballast/bus';
import { type Ms, notional, PARTITIONS, partitionOf } from '@ballast/domain';
import { reportingModule } from '@ballast/reporting';
import { readSettings, strategyModule } from '@ballast/strategy';
import { GeneratedMarket, type MarketSource } from '@ballast/venues';
import { botSettings } from '../demo/demo-bot.js';
import { completeSummary, type Failure, failuresOf, type Outcome, type ReportedSummary } from '../demo/outcome.js';
import type { Proofs } from '../demo/proofs.js';
import { recordedMarket } from '../demo/market.js';
import { provenanceTexts } from '../demo/provenance.js';
import { strategyFolder } from '../strategies.js';
import type { BacktestArguments } from './arguments.js';
import { MemoryDesk } from './memory-desk.js';

const PORTFOLIO = 'main';
const GENERATED_MS: Ms = 35 * 60_000;
/** The pair strategy's settings where nobody gives others: those of the demonstration. */
const PAIR = 'dn-pair';

/** One back-test that has ended: what it did, and what of it does not hold. */
export interface BacktestResult {
  readonly outcome: Outcome;
  readonly failures: readonly Failure[];
}

/**
 * Trades one bot of a strategy through all services, in this process and in virtual time, writes the report and proves the log.
 * @throws Error naming the strategies there are, ContractError for settings that do not hold, MarketDataError for data that can't be used
 */
export async function backtest(asked: BacktestArguments, elapsed: () => number): Promise<BacktestResult> {
  const strategy = await strategyFolder(asked.strategy).load();
  const settings = asked.settings ?? (asked.strategy === PAIR ? botSettings({ mode: 'cycle', legNotional: notional('1000') }) : {});
  const instruments = strategy.instruments(readSettings(strategy, settings));
  const source = marketOf(asked, instruments);
  const botId = `${asked.strategy}-1`;
  const began = elapsed();
  const desk = await MemoryDesk.start({
    source,
    instruments,
    seed: asked.seed,
    strategies: { [asked.strategy]: () => strategyModule(strategy) },
    bots: [{ botId, portfolioId: PORTFOLIO, accountId: botId, strategy: asked.strategy, profiles: asked.profiles, settings, deposit: asked.deposit }],
    more: { reporting: () => reportingModule({ reportDir: asked.outDir, provenance: provenanceTexts(source) }) },
  });
  const endTime = asked.durationMs === undefined ? source.endTime : Math.min(source.endTime, source.startTime + asked.durationMs);
  await desk.run(endTime);
  const wallSeconds = Math.max(1, Math.round((elapsed() - began) / 1_000));
  const { files: written, summary } = (await desk.system.command({ user: 'cli', service: 'reporting', partition: partitionOf(PORTFOLIO) }, 'write-report', {}, 'report')) as { readonly files: Outcome['files']; readonly summary: ReportedSummary };
  const proofs = await prove(desk, elapsed);
  await desk.stop();
  const outcome: Outcome = { summary, proofs, files: written, wallSeconds, speed: String(Math.round((endTime - source.startTime) / 1_000 / wallSeconds)), isFlat: summary.cycles.open === 0, restarts: {} };
  const failures = failuresOf(outcome);
  completeSummary(outcome, failures);
  return { outcome, failures };
}

function marketOf({ data, seed, durationMs }: BacktestArguments, instruments: readonly string[]): MarketSource {
  if (data !== undefined) return recordedMarket(data, instruments);
  return new GeneratedMarket({ seed, durationMs: durationMs ?? GENERATED_MS, coins: instruments.map((instrument) => instrument.replace(/-PERP$/, '')) });
}

/** Every check of `ballast verify`, and the state folded from the bytes of the log against what reporting holds. */
async function prove({ system }: MemoryDesk, elapsed: () => number): Promise<Proofs> {
  const books = new Books();
  const verifier = new Verifier();
  const began = elapsed();
  const cut: string[] = [];
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    const last = await system.store.lastSequence(partition);
    if (last > 0) cut.push(`${partition}:${last}`);
    await system.store.read(partition, { filters: [] }, (message) => {
      const decision = decodeMessage(message);
      verifier.see(decision);
      decision.events.forEach((event, index) => books.apply({ event, index, decision }));
    });
  }
  const tookMs = Math.max(1, elapsed() - began);
  const { messages, events, rules, breaches } = verifier.report();
  const [first] = breaches;
  const hash = canonicalHash(books.canonical());
  const live = await liveHash(system);
  return {
    verify: { ok: breaches.length === 0, breaches: breaches.length, first: first === undefined ? null : `${first.rule} at ${first.partition}:${first.sequence}: ${first.detail}`, rules, decisions: messages },
    rebuild: { equalsLive: live === hash, difference: live === hash ? null : `reporting holds ${live}`, hash, cut: cut.join(','), events, eventsPerSecond: Math.round((events * 1_000) / tookMs) },
  };
}

async function liveHash(system: MemoryDesk['system']): Promise<string> {
  const answer = system.requestsOf('cli').query('reporting', partitionOf(PORTFOLIO), 'state', {});
  await system.work.idle();
  const reply = await answer;
  if (!reply.ok) throw new Error(`reporting: state: ${reply.error}`);
  return (reply.data as { readonly hash: string }).hash;
}
