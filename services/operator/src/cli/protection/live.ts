import type { Command } from 'commander';
import { type Id, type Partition, partitionOf } from '@ballast/domain';
import { command, query } from '../ask.js';
import { type LinkOptions, withBus } from '../connection.js';
import { onBus, withKey } from '../commands/options.js';
import { type CliBus, CliFailure, type CliIo, WrongUsage } from '../io.js';
import { durationOption } from '../option-values.js';
import { linesOf, show, tableOf, timeText } from '../output.js';
import { knownBots } from '../portfolios.js';

interface BotOptions extends LinkOptions {
  readonly bot: string;
  readonly key?: string;
}
interface SetOptions extends BotOptions {
  readonly on?: boolean;
  readonly off?: boolean;
  readonly mode?: string;
  readonly trigger?: string;
  readonly safe?: string;
  readonly hysteresis?: string;
  readonly restore?: string;
  readonly max?: string;
  readonly increment?: string;
  readonly cooldown?: string;
  readonly widen?: string;
  readonly exhausted?: string;
  readonly pool?: string;
  readonly urgent?: string;
}
interface PauseOptions extends BotOptions {
  readonly reason: string;
}
interface HistoryOptions extends BotOptions {
  readonly last?: string;
}

/** The answer of collateral, as far as a person reads it. */
interface Status {
  readonly botId: Id;
  readonly configured: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly distancePercent?: string;
  readonly protectionDeposited: string;
  readonly isProtecting: boolean;
  readonly venueFrozen: boolean;
  readonly stale: boolean;
  readonly fault: string;
  readonly lastAction?: { readonly type: string; readonly at: number; readonly amount?: string };
  readonly walletFree?: string;
  readonly inDoubt?: readonly { readonly transferId: Id; readonly direction: string; readonly amount: string }[];
  readonly settingsFaults?: readonly { readonly field: string; readonly text: string }[];
  readonly warnings?: Readonly<Record<'en' | 'ko', readonly string[]>>;
}
interface History {
  readonly rows: readonly { readonly at: number; readonly type: string; readonly amount?: string; readonly deposited?: string; readonly distance?: string; readonly detail?: string }[];
}

/** `ballast protection set|status|history|pause`: a bot's elastic collateral, asked of collateral itself (R88). */
export function addLive(protection: Command, io: CliIo): void {
  const ofBot = (to: Command): Command => to.requiredOption('--bot <id>', 'the bot');
  ofBot(withKey(onBus(protection.command('set'), 'ballast protection set --bot swing-1 --on --mode smart --trigger 0.05 --safe 0.15 --max 500')))
    .description('changes settings; what is not named stays. Distances are fractions: 0.05 = 5 %')
    .option('--on', 'deposits from now on')
    .option('--off', 'no deposits; what is deposited comes back when it is safe or flat')
    .option('--mode <mode>', 'increment or smart')
    .option('--trigger <ratio>', 'deposits begin below this distance')
    .option('--safe <ratio>', 'withdrawals begin above this distance')
    .option('--hysteresis <ratio>', 'a withdrawal leaves at least safe + this')
    .option('--restore <ratio>', 'the mode smart restores trigger + this')
    .option('--max <money>', 'most that is ever deposited at one time')
    .option('--increment <money>', 'step of the mode increment')
    .option('--cooldown <time>', 'least time between two actions, as 60s')
    .option('--widen <ratio>', 'the trigger widens with volatility by at most this; none takes it away')
    .option('--exhausted <policy>', 'hold or reduce')
    .option('--pool <money>', 'most that this bot holds of the fund its portfolio shares; none takes it away')
    .option('--urgent <distance,time>', 'below this distance the time between two deposits, as 0.02,10s; none takes it away')
    .action((options: SetOptions) => set(options, io));
  ofBot(onBus(protection.command('status'), 'ballast protection status --bot swing-1')).description('distance to liquidation, what is deposited, the last action').action((options: BotOptions) => status(options, io));
  ofBot(onBus(protection.command('history'), 'ballast protection history --bot swing-1 --last 20'))
    .description('what happened, newest first')
    .option('--last <count>', 'so many, at most 200 (default 50)')
    .action((options: HistoryOptions) => history(options, io));
  ofBot(withKey(onBus(protection.command('pause'), 'ballast protection pause --bot swing-1 --reason "by hand for now"')))
    .description('no deposits from now on; what is deposited stays until the position is safe or flat')
    .requiredOption('--reason <text>', 'why, for the log')
    .action((options: PauseOptions) => pause(options, io));
}

async function partitionOfBot(bus: CliBus, botId: Id): Promise<Partition> {
  const known = await knownBots(bus);
  const bot = known.get(botId);
  if (!bot) throw new CliFailure(`there is no bot ${botId}`, `name one of the bots there are: ${[...known.keys()].join(', ')}`);
  return partitionOf(bot.portfolioId);
}

/** Takes an optional setting away. */
const NONE = 'none';

/** @throws WrongUsage where it is not a distance and a time */
function urgentOption(text: string): { readonly distance: string; readonly cooldownMs: number } {
  const [distance = '', time = '', ...more] = text.split(',');
  if (distance === '' || time === '' || more.length > 0) throw new WrongUsage(`--urgent: found ${text}, allowed is a distance and a time, as 0.02,10s, or none`);
  return { distance, cooldownMs: durationOption('--urgent', time) };
}

async function set(options: SetOptions, io: CliIo): Promise<void> {
  const { bot: botId, on, off, mode, trigger, safe, hysteresis, restore, max, increment, cooldown, widen, exhausted, pool, urgent, key } = options;
  if (on === true && off === true) throw new WrongUsage('--on and --off: allowed is one of them');
  const given = { mode, triggerDistance: trigger, safeDistance: safe, hysteresis, restoreMargin: restore, maxDeposit: max, increment, volatilityWidenMax: widen, exhausted, poolCap: pool, urgent: urgent === undefined || urgent === NONE ? urgent : urgentOption(urgent) };
  const unset = Object.entries(given).filter(([, value]) => value === NONE).map(([name]) => name);
  const payload = {
    botId, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== NONE)), ...(unset.length === 0 ? {} : { unset }),
    ...(cooldown === undefined ? {} : { cooldownMs: durationOption('--cooldown', cooldown) }), ...(on === true ? { enabled: true } : off === true ? { enabled: false } : {}),
  };
  const reply = (await withBus(io, options, async (bus) => command(bus, { service: 'collateral', partition: await partitionOfBot(bus, botId), verb: 'configure-protection', payload, key }))) as Status;
  show(io, options.json, reply, () => statusText(reply));
}

async function pause(options: PauseOptions, io: CliIo): Promise<void> {
  const { bot: botId, reason, key } = options;
  const reply = (await withBus(io, options, async (bus) => command(bus, { service: 'collateral', partition: await partitionOfBot(bus, botId), verb: 'pause-protection', payload: { botId, reason }, key }))) as Status;
  show(io, options.json, reply, () => linesOf(statusText(reply), `${reply.protectionDeposited} of protection stay until the position is safe or flat`));
}

async function status(options: BotOptions, io: CliIo): Promise<void> {
  const reply = (await withBus(io, options, async (bus) => query(bus, 'collateral', await partitionOfBot(bus, options.bot), 'protection', { botId: options.bot }))) as Status;
  show(io, options.json, reply, () => statusText(reply));
}

async function history(options: HistoryOptions, io: CliIo): Promise<void> {
  const { bot: botId, last } = options;
  const reply = (await withBus(io, options, async (bus) => query(bus, 'collateral', await partitionOfBot(bus, botId), 'protection-history', { botId, ...(last === undefined ? {} : { limit: parseInt(last, 10) }) }))) as History;
  show(io, options.json, reply, () =>
    tableOf(['at', 'what', 'amount', 'deposited', 'distance', 'detail'], reply.rows.map(({ at, type, amount = '', deposited = '', distance = '', detail = '' }) => [timeText(at), type.replace('Protection', ''), amount, deposited, distance, detail]), `nothing has happened to the protection of bot ${botId}`));
}

function statusText({ botId, configured, settings, distancePercent, protectionDeposited, isProtecting, venueFrozen, stale, fault, lastAction, walletFree, inDoubt = [], settingsFaults = [], warnings }: Status): string {
  if (!configured) return `bot ${botId} is not protected: \`ballast protection set --help\``;
  return linesOf(
    `protection of bot ${botId} is ${settings?.['enabled'] === true ? 'on' : 'off'}; ${protectionDeposited} deposited${isProtecting ? '' : ', nothing held'}${distancePercent === undefined ? '' : `; ${distancePercent} % from liquidation`}`,
    tableOf(['setting', 'value'], Object.entries(settings ?? {}).map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]), ''),
    ...(lastAction ? [`last action: ${lastAction.type.replace('Protection', '').toLowerCase()} ${lastAction.amount ?? ''} at ${timeText(lastAction.at)}`] : []),
    ...(walletFree === undefined ? [] : [`${walletFree} free in the wallet`]),
    ...inDoubt.map(({ transferId, direction, amount }) => `in doubt: a ${direction.toLowerCase()} of ${amount} (${transferId}); the next transfer of its owner decides it`),
    ...settingsFaults.map(({ field, text }) => `does not fit what the bot trades now: ${field}: ${text}`),
    ...(venueFrozen ? ['the venue moves no collateral now'] : []), ...(stale ? ['its price or account is too old to act on'] : []), ...(fault === '' ? [] : [`last fault: ${fault}`]),
    ...(warnings ? [...warnings.en, ...warnings.ko].map((warning) => `! ${warning}`) : []),
  );
}
