import type { Command } from 'commander';
import { type Id, type Ms, partitionOf } from '@ballast/domain';
import { command, query } from '../ask.js';
import { type LinkOptions, withBus } from '../connection.js';
import { untilOf } from '../cut.js';
import { type CliBus, type CliIo, WrongUsage } from '../io.js';
import { show, tableOf, timeText } from '../output.js';
import { portfolioMeant } from '../portfolios.js';
import { onBus, withKey } from './options.js';

interface MaintenanceOptions extends LinkOptions {
  readonly portfolio?: string;
  readonly venue?: string;
  readonly from?: string;
  readonly to?: string;
  readonly callOff?: boolean;
  readonly reason?: string;
  readonly key?: string;
}

interface Reply {
  readonly portfolioId: Id;
  readonly windows: readonly { readonly venue: string; readonly startsAt: Ms; readonly endsAt: Ms; readonly reason: string }[];
}

/** `ballast maintenance`: when venues will be away; no entries there from the lead of the bound profile on. */
export function addMaintenance(program: Command, io: CliIo): void {
  withKey(onBus(program.command('maintenance'), 'ballast maintenance', 'ballast maintenance --venue nado --from 2026-01-31T12:00:00Z --to 2026-01-31T13:00:00Z --reason upgrade', 'ballast maintenance --venue nado --from 2026-01-31T12:00:00Z --call-off'))
    .description('announced maintenance of venues; with --venue announces one, or calls it off')
    .option('--portfolio <id>', 'the portfolio (default: the only one there is)')
    .option('--venue <name>', 'the venue that will be away')
    .option('--from <time>', 'when it begins, as 2026-01-31T12:00:00Z')
    .option('--to <time>', 'when it ends')
    .option('--call-off', 'it does not take place: names it by --venue and --from')
    .option('--reason <text>', 'why, for the log')
    .action((options: MaintenanceOptions) => maintenance(options, io));
}

function timeOf(option: string, text: string | undefined): Ms {
  const until = untilOf(option, text);
  if (until && 'time' in until) return until.time;
  throw new WrongUsage(`${option}: found ${text === undefined ? 'nothing' : `"${text}"`}, allowed is an ISO time (2026-01-31T12:00:00Z)`);
}

async function maintenance(options: MaintenanceOptions, io: CliIo): Promise<void> {
  const ask = askFor(options);
  const reply = await withBus(io, options, async (bus) => ask(bus, await portfolioMeant(bus, options.portfolio)));
  show(io, options.json, reply, () => tableOf(['venue', 'from', 'to', 'reason'], reply.windows.map(({ venue, startsAt, endsAt, reason }) => [venue, timeText(startsAt), timeText(endsAt), reason]), 'no maintenance is announced'));
}

type Ask = (bus: CliBus, portfolioId: Id) => Promise<Reply>;

/** What is asked of risk; wrong usage is told before anything is. */
function askFor({ venue, from, to, callOff, reason = 'announced by the venue', key }: MaintenanceOptions): Ask {
  if (venue === undefined) {
    if (from !== undefined || to !== undefined || callOff === true) throw new WrongUsage('--venue: found nothing, allowed is the venue that --from, --to or --call-off are of');
    return async (bus, portfolioId) => (await query(bus, 'risk', partitionOf(portfolioId), 'maintenance', { portfolioId })) as Reply;
  }
  const startsAt = timeOf('--from', from);
  const order = (verb: string, payload: object): Ask => async (bus, portfolioId) => (await command(bus, { service: 'risk', partition: partitionOf(portfolioId), verb, payload: { portfolioId, venue, startsAt, ...payload }, key })) as Reply;
  return callOff === true ? order('call-off-maintenance', {}) : order('announce-maintenance', { endsAt: timeOf('--to', to), reason });
}
