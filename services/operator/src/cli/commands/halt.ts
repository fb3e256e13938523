import type { Command } from 'commander';
import { type Id, partitionOf, type Partition } from '@ballast/domain';
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
    const portfolioId = await portfolioMeant(bus, options.portfolio);
    const { bot, instrument, reason, key } = options;
    const [scope, scopeId] = bot !== undefined ? ['BOT', bot] : instrument !== undefined ? ['INSTRUMENT', instrument] : ['PORTFOLIO', portfolioId];
    return (await command(bus, { service: 'risk', partition: partitionOf(portfolioId), verb, payload: { portfolioId, scope, scopeId, ...(reason === undefined ? {} : { reason }) }, key })) as Reply;
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
  const { account: accountId, key } = options;
  if (options.bot !== undefined || options.instrument !== undefined) throw new WrongUsage('halt --venue: found --bot or --instrument, allowed are --portfolio and --account');
  const { answers, known, halts } = await withBus(io, options, async (bus) => {
    const partitions = options.portfolio === undefined ? ALL_PARTITIONS : [partitionOf(await portfolioMeant(bus, options.portfolio))];
    const replies = await Promise.all(partitions.map((partition) => cancelIn(bus, partition, { accountId, key })));
    if (isMissed(replies)) return { answers: replies, known: [...(await knownBots(bus)).values()].map((bot) => bot.accountId), halts: [] };
    return { answers: replies, known: [], halts: await recordHalts(bus, options) };
  });
  const silent = answers.filter(({ ok }) => !ok);
  const missed = isMissed(answers);
  show(io, options.json, { partitions: answers, halts }, () => linesOf(...answers.filter((answer) => !answer.ok || answer.accounts > 0).map(textOf), ...halts.map(({ scope, text }) => `${scope}: ${text}`), ...(missed || silent.length > 0 ? [] : ['orders are cancelled, and nothing that adds risk is sent until `ballast resume`'])));
  if (silent.length > 0) throw new CliFailure(`execution did not cancel in partition ${silent.map(({ partition }) => partition).join(', ')}`, 'start execution, or cancel at the venue itself');
  if (missed) throw new CliFailure(`nothing is cancelled: execution knows no account${accountId === undefined ? '' : ` ${accountId}`}`, `name one of the accounts there are (${known.sort().join(', ') || 'none yet'}), or cancel at the venue itself`);
  if (halts.some(({ ok }) => !ok)) throw new CliFailure('the halt is not in the log: execution forgets its own when it starts anew', 'repeat `ballast halt` when the log and risk answer');
}

interface Halted {
  readonly scope: string;
  readonly ok: boolean;
  readonly text: string;
}

/** What was stopped at the venue is halted in the log as well: that outlives execution, and is what a person resumes. */
async function recordHalts(bus: CliBus, { account, portfolio, reason = 'stopped at the venue', key }: HaltOptions): Promise<readonly Halted[]> {
  try {
    const meant = [...(await knownBots(bus))].filter(([, bot]) => (portfolio ?? bot.portfolioId) === bot.portfolioId && (account ?? bot.accountId) === bot.accountId);
    const scopes = new Map(meant.map(([botId, { portfolioId }]) => (account === undefined ? [portfolioId, { portfolioId, scope: 'PORTFOLIO', scopeId: portfolioId }] : [botId, { portfolioId, scope: 'BOT', scopeId: botId }])));
    return await Promise.all([...scopes.values()].map((of) => recordHalt(bus, { ...of, reason }, key)));
  } catch (error) {
    return [{ scope: 'the log', ok: false, text: error instanceof Error ? error.message : String(error) }];
  }
}

async function recordHalt(bus: CliBus, payload: { readonly portfolioId: Id; readonly scope: string; readonly scopeId: Id; readonly reason: string }, key: string | undefined): Promise<Halted> {
  const scope = `${payload.scope.toLowerCase()} ${payload.scopeId}`;
  try {
    await command(bus, { service: 'risk', partition: partitionOf(payload.portfolioId), verb: 'halt', payload, key });
    return { scope, ok: true, text: 'HALTED' };
  } catch (error) {
    if (error instanceof CliFailure) return { scope, ok: false, text: error.message };
    throw error;
  }
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
