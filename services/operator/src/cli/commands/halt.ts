import type { Command } from 'commander';
import { partitionOf } from '@ballast/domain';
import { command, Refused } from '../ask.js';
import { type LinkOptions, withBus } from '../connection.js';
import { type CliBus, CliFailure, type CliIo, WrongUsage } from '../io.js';
import { linesOf, show } from '../output.js';
import { botsAtOnce, portfolioAmong, portfolioMeant } from '../portfolios.js';
import { ALL_PARTITIONS } from '../read-log.js';
import { cancelledLines, haltAtVenue, haltedLines, haltFault, isMissed, type Sent } from '../venue-halt.js';
import { onBus, withKey } from './options.js';

interface HaltOptions extends LinkOptions {
  readonly portfolio?: string;
  readonly bot?: string;
  readonly instrument?: string;
  readonly account?: string;
  readonly venue?: boolean;
  readonly reason?: string;
  readonly key?: string;
}

type Verb = 'halt' | 'reduce' | 'resume';

/** `ballast halt`, `reduce`, `resume`: what may be traded, by scope; `halt --venue`: stop at the venue without the log, then halt in it. */
export function addHalt(program: Command, io: CliIo): void {
  const scoped = (name: Verb, does: string, ...examples: readonly string[]): Command =>
    withKey(onBus(program.command(name), ...examples))
      .description(does)
      .option('--portfolio <id>', 'the portfolio (default: the only one there is)')
      .option('--bot <id>', 'this bot only')
      .option('--instrument <name>', 'this instrument only, as ETH-PERP')
      .option('--reason <text>', 'why, for the log');
  scoped('halt', 'no new risk: only reduce-only orders, cancels and protection go on', 'ballast halt --reason "venue maintenance"', 'ballast halt --venue')
    .option('--venue', 'stops directly at the venue: cancels every open order and sends no new risk; does not wait for the log')
    .option('--account <id>', 'with --venue: orders of this account only')
    .action((options: HaltOptions) => (options.venue === true ? haltVenue(options, io) : change('halt', options, io)));
  scoped('reduce', 'only what reduces risk', 'ballast reduce --instrument SOL-PERP').action((options: HaltOptions) => change('reduce', options, io));
  scoped('resume', 'trades again what was halted; after a hard stop as the approver, with a reason, when nothing holds it any more', 'ballast resume --reason "looked at it"', 'ballast --as approver resume --reason "limits are right, strategy is paused"').action((options: HaltOptions) => change('resume', options, io));
}

async function change(verb: Verb, options: HaltOptions, io: CliIo): Promise<void> {
  if (options.bot !== undefined && options.instrument !== undefined) throw new WrongUsage('--bot and --instrument: found both, allowed is one scope at a time');
  if (options.account !== undefined) throw new WrongUsage('--account: found without --venue, allowed is --portfolio, --bot or --instrument');
  const reply = await withBus(io, options, async (bus) => {
    const { portfolio, bot, instrument, reason, key } = options;
    const portfolioId = portfolio ?? portfolioAmong(await botsAtOnce(bus));
    const [scope, scopeId] = bot !== undefined ? ['BOT', bot] : instrument !== undefined ? ['INSTRUMENT', instrument] : ['PORTFOLIO', portfolioId];
    try {
      return (await command(bus, { service: 'risk', partition: partitionOf(portfolioId), verb, payload: { portfolioId, scope, scopeId, ...(reason === undefined ? {} : { reason }) }, key })) as Reply;
    } catch (error) {
      // Whether there is such a portfolio is asked of the log only once risk has refused: it may be away.
      if (error instanceof Refused && portfolio !== undefined) await portfolioMeant(bus, portfolio);
      throw error;
    }
  });
  show(io, options.json, reply, () => textOfChange(reply));
}

interface Reply {
  readonly scope: string;
  readonly scopeId: string;
  readonly state: string;
  readonly outcome: string;
  /** What holds the scope after a resume, by cause. */
  readonly holds?: Readonly<Record<string, { readonly state: string; readonly reason: string; readonly by: string }>>;
}

function textOfChange({ scope, scopeId, state, outcome, holds = {} }: Reply): string {
  const name = `${scope.toLowerCase()} ${scopeId}`;
  const held = Object.values(holds);
  if (held.length === 0) return `${name} is ${state}${outcome === 'nothing' ? ' already' : ''}`;
  const next = Object.keys(holds).includes('HARD_STOP') ? [] : ['next: `ballast resume` once more lifts what a person or a reconciliation holds'];
  return linesOf(`${name} is still ${state}`, ...held.map((hold) => `  ${hold.state} by ${hold.by}: ${hold.reason}`), ...next);
}

async function haltVenue(options: HaltOptions, io: CliIo): Promise<void> {
  const { account: accountId, key, portfolio, reason = 'stopped at the venue' } = options;
  if (options.bot !== undefined || options.instrument !== undefined) throw new WrongUsage('halt --venue: found --bot or --instrument, allowed are --portfolio and --account');
  const told = (lines: readonly string[]): void => {
    if (lines.length > 0) io.out(linesOf(...lines));
  };
  const halted = await withBus(io, options, async (bus) => {
    // Whether there is such a portfolio is in the log, which may be away: it is asked after the venue, and only where no account was met.
    const partitions = portfolio === undefined ? ALL_PARTITIONS : [partitionOf(portfolio)];
    // To halt in the log may take long where that is away, and whoever stops wants to know at once what is cancelled.
    const done = await haltAtVenue({ send: (order) => sent(bus, { ...order, key }), bots: () => botsAtOnce(bus), ...(options.json === true ? {} : { onCancelled: (cancelled) => told(cancelledLines(cancelled)) }) }, { partitions, portfolioId: portfolio, accountId, reason });
    if (portfolio !== undefined && isMissed(done.partitions)) await portfolioMeant(bus, portfolio);
    return done;
  });
  const fault = haltFault(halted, accountId);
  const isStopped = halted.partitions.every(({ ok }) => ok) && !isMissed(halted.partitions);
  if (options.json === true) io.out(JSON.stringify({ partitions: halted.partitions, halts: halted.halts }, null, 2));
  else told([...haltedLines(halted.halts), ...(isStopped ? ['orders are cancelled, and nothing that adds risk is sent until `ballast resume`'] : [])]);
  if (fault) throw new CliFailure(fault.message, fault.advice);
}

async function sent(bus: CliBus, order: Parameters<typeof command>[1]): Promise<Sent> {
  try {
    return { ok: true, data: await command(bus, order) };
  } catch (error) {
    if (error instanceof CliFailure) return { ok: false, error: error.message };
    throw error;
  }
}
