import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type Id, ID, type Partition, partitionOf } from '@ballast/domain';
import { command } from '../ask.js';
import { type LinkOptions, withBus } from '../connection.js';
import { type CliBus, CliFailure, type CliIo, WrongUsage } from '../io.js';
import { show, tableOf } from '../output.js';
import { botsAtOnce, knownBots } from '../portfolios.js';
import { onBus, withKey } from './options.js';

interface CreateOptions extends LinkOptions {
  readonly portfolio: string;
  readonly account: string;
  readonly strategy: string;
  readonly profile: readonly string[];
  readonly settings: string;
  readonly key?: string;
}

interface NamedOptions extends LinkOptions {
  readonly settings?: string;
  readonly reason?: string;
  readonly key?: string;
}

interface ListOptions extends LinkOptions {
  readonly all?: boolean;
}

interface Verb {
  readonly name: string;
  readonly verb: string;
  readonly does: string;
  readonly takesReason: boolean;
}

const VERBS: readonly Verb[] = [
  { name: 'start', verb: 'start-bot', does: 'lets a bot raise signals', takesReason: false },
  { name: 'pause', verb: 'pause-bot', does: 'no new entries; open trades go on to their end', takesReason: false },
  { name: 'stop', verb: 'stop-bot', does: 'ends a bot; open trades go on to their end', takesReason: true },
  { name: 'close-all', verb: 'close-all', does: 'closes every position of a bot, whatever its strategy thinks', takesReason: true },
];

/** `ballast bot …`: a person's decisions about bots (R45). */
export function addBot(program: Command, io: CliIo): void {
  const bot = program.command('bot').description('create, configure, start, pause, stop, close, delete and list bots');
  withKey(onBus(bot.command('create <bot>'), "ballast bot create pair1 --portfolio main --account pair1 --strategy dn-pair --profile demo --settings pair.json"))
    .description('creates a bot: one strategy in one account')
    .requiredOption('--portfolio <id>', 'what shares money and limits')
    .requiredOption('--account <id>', "the bot's own venue subaccount")
    .requiredOption('--strategy <name>', 'strategy, as dn-pair')
    .requiredOption('--profile <name...>', 'policy profiles; the tightest limit of all is in force')
    .requiredOption('--settings <json>', "the strategy's settings: a JSON file, or JSON")
    .action((botId: string, options: CreateOptions) => create(botId, options, io));
  withKey(onBus(bot.command('configure <bot>'), 'ballast bot configure pair1 --settings pair.json'))
    .description('replaces the settings; they apply from the next signal on')
    .requiredOption('--settings <json>', "the strategy's settings: a JSON file, or JSON")
    .action((botId: string, options: NamedOptions) => change(botId, 'configure-bot', { settings: settingsOf(options.settings ?? '') }, { options, io }));
  for (const { name, verb, does, takesReason } of VERBS) {
    const made = withKey(onBus(bot.command(`${name} <bot>`), `ballast bot ${name} pair1${takesReason ? ' --reason "end of the day"' : ''}`)).description(does);
    if (takesReason) made.option('--reason <text>', 'why, for the log');
    made.action((botId: string, options: NamedOptions) => change(botId, verb, options.reason === undefined ? {} : { reason: options.reason }, { options, io }));
  }
  withKey(onBus(bot.command('delete <bot>'), 'ballast bot delete pair1 --reason "replaced by pair2"'))
    .description('deletes a bot for good: one at rest, flat, with all of its protection back. Its id and its account are never given again')
    .requiredOption('--reason <text>', 'why, for the log')
    .action((botId: string, options: NamedOptions) => change(botId, 'delete-bot', { reason: options.reason }, { options, io }));
  onBus(bot.command('list'), 'ballast bot list', 'ballast bot list --all')
    .description('every bot, with its status')
    .option('--all', 'deleted ones too')
    .action((options: ListOptions) => list(options, io));
}

async function create(botId: string, options: CreateOptions, io: CliIo): Promise<void> {
  const { portfolio, account, strategy, profile, key } = options;
  for (const [field, id] of Object.entries({ bot: botId, portfolio, account, strategy })) demandId(field, id);
  const payload = { botId, portfolioId: portfolio, accountId: account, strategy, profiles: profile, settings: settingsOf(options.settings) };
  const made = await withBus(io, options, async (bus) => {
    await demandFree(bus, { botId, portfolio, account });
    return command(bus, { service: 'operator', partition: partitionOf(portfolio), verb: 'create-bot', payload, key });
  });
  show(io, options.json, { botId, command: 'create-bot', reply: made }, () => `bot ${botId} is created; start it with \`ballast bot start ${botId}\``);
}

/** An operator knows the bots of its own partitions; the log knows all of them. @throws CliFailure */
async function demandFree(bus: CliBus, { botId, portfolio, account }: { readonly botId: Id; readonly portfolio: Id; readonly account: Id }): Promise<void> {
  const known = await knownBots(bus);
  const twin = known.get(botId);
  if (twin && twin.portfolioId !== portfolio) throw new CliFailure(`bot ${botId} exists already, in portfolio ${twin.portfolioId}`, 'give the new bot another id: an id is one bot\'s in all portfolios');
  const user = [...known].find(([id, { accountId }]) => accountId === account && id !== botId);
  if (user) throw new CliFailure(`account ${account} is used by bot ${user[0]}${user[1].status === 'DELETED' ? ', which is deleted: its money and its history stay there' : ''}`, 'give the new bot an account of its own');
}

async function change(botId: string, verb: string, payload: object, { options, io }: { readonly options: NamedOptions; readonly io: CliIo }): Promise<void> {
  demandId('bot', botId);
  const reply = await withBus(io, options, async (bus) => command(bus, { service: 'operator', partition: await partitionOfBot(bus, botId), verb, payload: { botId, ...payload }, key: options.key }));
  show(io, options.json, { botId, command: verb, reply }, () => `bot ${botId}: ${verb} done (${outcomeOf(reply)})`);
}

const outcomeOf = (reply: unknown): string => {
  const { outcome, bot } = reply as { readonly outcome?: string; readonly bot?: { readonly status?: string } };
  return `${outcome === 'nothing' ? 'nothing changed' : 'recorded'}, status ${bot?.status ?? 'unknown'}`;
};

async function partitionOfBot(bus: CliBus, botId: Id): Promise<Partition> {
  const bot = (await botsAtOnce(bus)).get(botId) ?? (await knownBots(bus)).get(botId);
  if (!bot) throw new CliFailure(`there is no bot ${botId}`, '`ballast bot list` shows the bots there are');
  return partitionOf(bot.portfolioId);
}

async function list(options: ListOptions, io: CliIo): Promise<void> {
  const bots = [...(await withBus(io, options, knownBots))].filter(([, { status }]) => options.all === true || status !== 'DELETED').sort(([a], [b]) => a.localeCompare(b)).map(([botId, bot]) => ({ botId, ...bot }));
  const rows = bots.map(({ botId, status, portfolioId, accountId, strategy, profiles }) => [botId, status, portfolioId, accountId, strategy, profiles.join(' ')]);
  show(io, options.json, { bots }, () => tableOf(['bot', 'status', 'portfolio', 'account', 'strategy', 'profiles'], rows, 'there is no bot yet; `ballast bot create --help` shows how to make one'));
}

function demandId(field: string, found: string): void {
  if (!ID.test(found)) throw new WrongUsage(`${field}: found "${found}", allowed are 1 to 64 of A-Z a-z 0-9 _ -`);
}

/** @throws WrongUsage where the text is neither a file nor a JSON object. */
function settingsOf(text: string): object {
  const json = text.trimStart().startsWith('{') ? text : fileOf(text);
  try {
    const found: unknown = JSON.parse(json);
    if (typeof found === 'object' && found !== null && !Array.isArray(found)) return found;
  } catch (error) {
    throw new WrongUsage(`--settings: found no JSON (${error instanceof Error ? error.message : String(error)}), allowed is a JSON object or a file with one`);
  }
  throw new WrongUsage('--settings: found no object, allowed is a JSON object or a file with one');
}

function fileOf(path: string): string {
  if (!existsSync(path)) throw new WrongUsage(`--settings: found no file "${path}", allowed is a JSON object or a file with one`);
  return readFileSync(path, 'utf8');
}
