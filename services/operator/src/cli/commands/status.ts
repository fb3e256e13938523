import type { Command } from 'commander';
import { type Id, type Ms, partitionOf } from '@ballast/domain';
import { CLOCK_SUBJECT, type ClockMessage } from '@ballast/bus';
import type { CanonicalBot } from '@ballast/books';
import type { EquityObserved } from '@ballast/events';
import { query } from '../ask.js';
import { type LinkOptions, withBus } from '../connection.js';
import { type CliBus, CliFailure, type CliIo } from '../io.js';
import { linesOf, show, tableOf, timeText } from '../output.js';
import { knownBots } from '../portfolios.js';
import { ProtectionFold, protectionTable, type ProtectionText } from '../protection-fold.js';
import { readFiltered } from '../read-log.js';
import { rungOf, rungsTable } from '../rungs-view.js';
import { SERVICES, serviceState } from '../service-state.js';
import { hardStopsOf, hardStopsTable } from '../stops-view.js';
import { onBus } from './options.js';

/** `ballast status`: who runs, what may be traded, on which rung and how near its hard stops each portfolio is, which bots there are, what time the market has, what accounts are worth. */
export function addStatus(program: Command, io: CliIo): void {
  onBus(program.command('status').alias('state'), 'ballast status').description('services, trading states, rungs, hard stops, bots and their protection, market time, equity').action((options: LinkOptions) => status(options, io));
}

async function status(options: LinkOptions, io: CliIo): Promise<void> {
  const found = await withBus(io, options, async (bus) => {
    const bots = await knownBots(bus);
    const strategies = new Set([...bots.values()].filter(({ status: state }) => state !== 'DELETED').map(({ strategy }) => `strategy-${strategy}`));
    const portfolios = [...new Set([...bots.values()].map(({ portfolioId }) => portfolioId))];
    const [services, tradingStates, rungs, hardStops, marketTime, equity, protections] = await Promise.all([
      Promise.all([...SERVICES, ...strategies].map((service) => serviceState(bus, service))),
      Promise.all(portfolios.map((portfolioId) => tradingState(bus, portfolioId))),
      Promise.all(portfolios.map((portfolioId) => rungOf(bus, portfolioId))),
      Promise.all(portfolios.map((portfolioId) => hardStopsOf(bus, portfolioId))),
      marketTimeOf(bus),
      lastEquity(bus),
      protectionsIn(bus),
    ]);
    return { marketTime, services, tradingStates, rungs, hardStops, bots: Object.fromEntries(bots), protections, equity };
  });
  show(io, options.json, found, () =>
    linesOf(
      found.marketTime === undefined ? 'market time: unknown, no market clock' : `market time: ${found.marketTime}`,
      tableOf(['service', 'state', 'parked lanes', 'detail'], found.services.map(({ service, state, parkedLanes, detail }) => [service, state, parkedLanes.join(' '), detail]), ''),
      tableOf(['portfolio', 'trading state', 'what is not ACTIVE'], found.tradingStates.map((row) => [row.portfolioId, row.state, scopesText(row)]), 'no portfolios yet'),
      rungsTable(found.rungs),
      hardStopsTable(found.hardStops),
      botRows(Object.fromEntries(Object.entries(found.bots).filter(([, { status: state }]) => state !== 'DELETED'))),
      protectionTable(found.protections),
      tableOf(['account', 'bot', 'equity', 'collateral', 'leverage', 'observed'], found.equity.map((row) => [row.accountId, row.botId, row.equity, row.collateral, row.accountLeverage, row.at]), 'no equity observed yet'),
    ),
  );
}

const botRows = (bots: Readonly<Record<Id, CanonicalBot>>): string => tableOf(['bot', 'status', 'strategy', 'account'], Object.entries(bots).map(([id, { status: state, strategy, accountId }]) => [id, state, strategy, accountId]), 'no bots yet');

interface Held {
  readonly state: string;
  readonly reason: string;
  readonly by: string;
}

export interface TradingRow {
  readonly portfolioId: Id;
  readonly state: string;
  /** By `<scope>:<scopeId>`. */
  readonly scopes: Readonly<Record<string, Held & { readonly holds?: Readonly<Record<string, Held>> }>>;
  /** Why the state is UNKNOWN. */
  readonly fault?: string;
}

const scopesText = ({ scopes, fault }: TradingRow): string =>
  fault ??
  Object.entries(scopes)
    .filter(([, { state }]) => state !== 'ACTIVE')
    .flatMap(([key, scope]) => Object.values(scope.holds ?? { scope }).map(({ state, reason, by }) => `${key.replace(/^[A-Z]+:/, (name) => `${name.slice(0, -1).toLowerCase()} `)} is ${state} by ${by}: ${reason}`))
    .join('\n');

export async function tradingState(bus: CliBus, portfolioId: Id): Promise<TradingRow> {
  try {
    return (await query(bus, 'risk', partitionOf(portfolioId), 'trading-state', { portfolioId })) as TradingRow;
  } catch (error) {
    if (error instanceof CliFailure) return { portfolioId, state: 'UNKNOWN', scopes: {}, fault: error.message };
    throw error;
  }
}

export async function marketTimeOf({ marketWire }: CliBus): Promise<string | undefined> {
  const clock = (await marketWire.lastValues()).get(CLOCK_SUBJECT) as ClockMessage | undefined;
  if (!clock) return undefined;
  const time: Ms = clock.mode === 'step' ? clock.marketMs : Math.floor(clock.marketMs + (Date.now() - clock.wallMs) * clock.speed);
  return timeText(time);
}

export interface EquityRow {
  readonly accountId: Id;
  readonly botId: Id;
  readonly equity: string;
  readonly collateral: string;
  readonly accountLeverage: string;
  readonly at: string;
}

/** An account's worth as it was observed last. */
export const equityRow = ({ accountId, botId, equity, collateral, accountLeverage, venueTime }: EquityObserved): EquityRow => ({ accountId, botId, equity: equity.toString(), collateral: collateral.toString(), accountLeverage: accountLeverage.toString(), at: timeText(venueTime) });

async function lastEquity(bus: CliBus): Promise<readonly EquityRow[]> {
  const rows = new Map<Id, EquityRow>();
  await readFiltered(bus.store, (partition) => [`evt.${partition}.collateral.equity.*`], ({ events }) => events.forEach((event) => event.type === 'EquityObserved' && rows.set(event.accountId, equityRow(event))));
  return [...rows.values()];
}

async function protectionsIn(bus: CliBus): Promise<Readonly<Record<Id, ProtectionText>>> {
  const fold = new ProtectionFold();
  await readFiltered(bus.store, (partition) => [`evt.${partition}.collateral.protection.*`], ({ events }) => events.forEach((event) => fold.apply(event)));
  return fold.all();
}
