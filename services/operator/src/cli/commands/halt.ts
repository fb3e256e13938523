import type { Command } from 'commander';
import { partitionOf, type Partition } from '@ballast/domain';
import { command } from '../ask.js';
import { type LinkOptions, withBus } from '../connection.js';
import { type CliBus, CliFailure, type CliIo, WrongUsage } from '../io.js';
import { linesOf, show } from '../output.js';
import { knownBots, portfolioMeant } from '../portfolios.js';
import { ALL_PARTITIONS } from '../read-log.js';
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

/** `ballast halt`, `reduce`, `resume`: what may be traded, by scope; `halt --venue`: cancel at the venue, without the log. */
export function addHalt(program: Command, io: CliIo): void {
  const scoped = (name: Verb, does: string, ...examples: readonly string[]): Command =>
    withKey(onBus(program.command(name), ...examples))
      .description(does)
      .option('--portfolio <id>', 'the portfolio (default: the only one there is)')
      .option('--bot <id>', 'this bot only')
      .option('--instrument <name>', 'this instrument only, as ETH-PERP')
      .option('--reason <text>', 'why, for the log');
  scoped('halt', 'no new risk: only reduce-only orders, cancels and protection go on', 'ballast halt --reason "venue maintenance"', 'ballast halt --venue')
    .option('--venue', 'cancels every open order directly at the venue; does not wait for the log')
    .option('--account <id>', 'with --venue: orders of this account only')
    .action((options: HaltOptions) => (options.venue === true ? haltVenue(options, io) : change('halt', options, io)));
  scoped('reduce', 'only what reduces risk', 'ballast reduce --instrument SOL-PERP').action((options: HaltOptions) => change('reduce', options, io));
  scoped('resume', 'trades again what a person halted', 'ballast resume --reason "looked at it"').action((options: HaltOptions) => change('resume', options, io));
}

async function change(verb: Verb, options: HaltOptions, io: CliIo): Promise<void> {
  if (options.bot !== undefined && options.instrument !== undefined) throw new WrongUsage('--bot and --instrument: found both, allowed is one scope at a time');
  if (options.account !== undefined) throw new WrongUsage('--account: found without --venue, allowed is --portfolio, --bot or --instrument');
  const reply = await withBus(io, options, async (bus) => {
    const portfolioId = await portfolioMeant(bus, options.portfolio);
    const { bot, instrument, reason, key } = options;
    const [scope, scopeId] = bot !== undefined ? ['BOT', bot] : instrument !== undefined ? ['INSTRUMENT', instrument] : ['PORTFOLIO', portfolioId];
    return (await command(bus, { service: 'risk', partition: partitionOf(portfolioId), verb, payload: { portfolioId, scope, scopeId, ...(reason === undefined ? {} : { reason }) }, key })) as Reply;
  });
  show(io, options.json, reply, () => `${reply.scope.toLowerCase()} ${reply.scopeId} is ${reply.state}${reply.outcome === 'nothing' ? ' already' : ''}`);
}

interface Reply {
  readonly scope: string;
  readonly scopeId: string;
  readonly state: string;
  readonly outcome: string;
}

async function haltVenue(options: HaltOptions, io: CliIo): Promise<void> {
  const { account: accountId, key } = options;
  if (options.bot !== undefined || options.instrument !== undefined) throw new WrongUsage('halt --venue: found --bot or --instrument, allowed are --portfolio and --account');
  const { answers, known } = await withBus(io, options, async (bus) => {
    const partitions = options.portfolio === undefined ? ALL_PARTITIONS : [partitionOf(await portfolioMeant(bus, options.portfolio))];
    const replies = await Promise.all(partitions.map((partition) => cancelIn(bus, partition, { accountId, key })));
    return { answers: replies, known: isMissed(replies) ? [...(await knownBots(bus)).values()].map((bot) => bot.accountId) : [] };
  });
  const silent = answers.filter(({ ok }) => !ok);
  const missed = isMissed(answers);
  show(io, options.json, { partitions: answers }, () => linesOf(...answers.filter((answer) => !answer.ok || answer.accounts > 0).map(textOf), ...(missed || silent.length > 0 ? [] : ['orders are cancelled; strategies may send new ones: `ballast halt` stops that'])));
  if (silent.length > 0) throw new CliFailure(`execution did not cancel in partition ${silent.map(({ partition }) => partition).join(', ')}`, 'start execution, or cancel at the venue itself');
  if (missed) throw new CliFailure(`nothing is cancelled: execution knows no account${accountId === undefined ? '' : ` ${accountId}`}`, `name one of the accounts there are (${known.sort().join(', ') || 'none yet'}), or cancel at the venue itself`);
}

type Cancelled =
  | { readonly partition: Partition; readonly ok: true; readonly accounts: number; /** Orders. */ readonly cancelled: number }
  | { readonly partition: Partition; readonly ok: false; readonly error: string };

const isMissed = (answers: readonly Cancelled[]): boolean => answers.every((answer) => answer.ok && answer.accounts === 0);

const textOf = (answer: Cancelled): string => `partition ${answer.partition}: ${answer.ok ? `${counted(answer.cancelled, 'order')} of ${counted(answer.accounts, 'account')} cancelled` : answer.error}`;
const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

async function cancelIn(bus: CliBus, partition: Partition, { accountId, key }: { readonly accountId: string | undefined; readonly key: string | undefined }): Promise<Cancelled> {
  try {
    const { accounts, cancelled } = (await command(bus, { service: 'execution', partition, verb: 'halt-venue', payload: accountId === undefined ? {} : { accountId }, key })) as { readonly accounts: number; readonly cancelled: number };
    return { partition, ok: true, accounts, cancelled };
  } catch (error) {
    if (error instanceof CliFailure) return { partition, ok: false, error: error.message };
    throw error;
  }
}
