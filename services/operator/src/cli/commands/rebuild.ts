import type { Command } from 'commander';
import { Books, canonicalHash, type CanonicalState, TreasuryBooks } from '@ballast/books';
import { compareLive, type Comparison } from '../compare-live.js';
import { type LinkOptions, withBus } from '../connection.js';
import { cutText, type Until, untilOf } from '../cut.js';
import { type CliBus, type CliIo, WrongUsage } from '../io.js';
import { linesOf, show } from '../output.js';
import { ProtectionFold, protectionTable } from '../protection-fold.js';
import { type LogEnd, readLog } from '../read-log.js';
import { balancesTable, botsTable, ordersTable, positionsTable } from './views.js';
import { onBus } from './options.js';

interface RebuildOptions extends LinkOptions {
  readonly asOf?: string;
  readonly compareLive?: boolean;
}

/** The books at a cut, folded from the first event. */
export interface Rebuilt extends LogEnd {
  readonly state: CanonicalState;
  readonly hash: string;
  /** Beside the hashed state: compared with what collateral holds. */
  readonly treasuries: TreasuryBooks;
  readonly protections: ProtectionFold;
  /** Version of every stream, by `<partition>/<writer>.<kind>.<id>`. */
  readonly versions: ReadonlyMap<string, number>;
  /** Wall time it took. */
  readonly elapsedMs: number;
}

/** Exit code where nothing differs, and a service that holds a part is not there to be compared. */
const ABSENT = 3;

/** `ballast rebuild`: everything again from the log alone, and whether it is what the live services hold. */
export function addRebuild(program: Command, io: CliIo, exit: (code: number) => void): void {
  onBus(program.command('rebuild'), 'ballast rebuild', 'ballast rebuild --as-of 2026-01-31T12:00:00Z', 'ballast rebuild --compare-live')
    .description('folds the log from the first event: every bot, position, order, balance, and one SHA-256 over them')
    .option('--as-of <time|cut>', 'as of this market time, or of this cut (0:120,3:7)')
    .option('--compare-live', 'asks the live services for what they hold; exit code 1 where it differs, 3 where nothing differs and a service is absent')
    .action((options: RebuildOptions) => rebuildCommand(options, io, exit));
}

async function rebuildCommand(options: RebuildOptions, io: CliIo, exit: (code: number) => void): Promise<void> {
  const until = untilOf('--as-of', options.asOf);
  if (until !== undefined && options.compareLive === true) throw new WrongUsage('--as-of and --compare-live: found both, allowed is one; live services hold the newest state only');
  const { rebuilt, comparison } = await withBus(io, options, async (bus) => {
    if (options.compareLive !== true) return { rebuilt: await rebuild(bus, until), comparison: undefined };
    return compareLive(bus, (cut) => rebuild(bus, cut === undefined ? undefined : { cut }));
  });
  show(io, options.json, documentOf(rebuilt, comparison), () => textOf(rebuilt, comparison));
  if (!comparison || comparison.equal) return;
  if (comparison.difference === undefined) {
    io.err(`nothing differs, and not everything is compared: ${comparison.absent.join('; ')}`);
    io.err('next: start the services that are absent; under `make inspect` none runs, and `ballast verify` proves the log by itself');
    exit(ABSENT);
  } else {
    io.err(`the live services differ from the log: ${comparison.difference}`);
    io.err('next: `ballast verify` proves the log; the service named is to be restarted, since a start is a recovery from the log');
    exit(1);
  }
}

/** @throws CliFailure see readLog. */
export async function rebuild({ store }: Pick<CliBus, 'store'>, until: Until): Promise<Rebuilt> {
  const began = performance.now();
  const books = new Books();
  const treasuries = new TreasuryBooks();
  const protections = new ProtectionFold();
  const versions = new Map<string, number>();
  const end = await readLog(store, until, (decision) => {
    versions.set(`${decision.partition}/${decision.stream}`, decision.version);
    for (const [index, event] of decision.events.entries()) {
      books.apply({ event, index, decision });
      treasuries.apply({ event, index, decision });
      protections.apply(event);
    }
  });
  const elapsedMs = performance.now() - began;
  const state = books.canonical();
  return { ...end, state, hash: canonicalHash(state), treasuries, protections, versions, elapsedMs };
}

const perSecond = ({ events, elapsedMs }: Rebuilt): number => Math.round((events * 1_000) / Math.max(elapsedMs, 1));

function documentOf(rebuilt: Rebuilt, comparison: Comparison | undefined): object {
  const { hash, cut, messages, events, state, protections, elapsedMs } = rebuilt;
  return { hash, cut: cutText(cut), decisions: messages, events, elapsedMs: Math.round(elapsedMs), eventsPerSecond: perSecond(rebuilt), ...(comparison ? { compareLive: comparison } : {}), ...state, protections: protections.all() };
}

function textOf(rebuilt: Rebuilt, comparison: Comparison | undefined): string {
  const { hash, cut, events, messages, state, protections, elapsedMs } = rebuilt;
  return linesOf(
    botsTable(state.bots),
    positionsTable(state.positions),
    ordersTable(state.orders),
    balancesTable(state.balances),
    protectionTable(protections.all()),
    `cut      ${cutText(cut)}`,
    `events   ${events} in ${messages} decisions, ${perSecond(rebuilt)} a second (${Math.round(elapsedMs)} ms)`,
    `sha-256  ${hash}`,
    ...(comparison ? [`live     ${comparison.equal ? 'equal' : comparison.difference === undefined ? 'NOT COMPARED' : 'DIFFERENT'}`, ...comparison.owners.map(({ service, text }) => `  ${service}: ${text}`)] : []),
  );
}
