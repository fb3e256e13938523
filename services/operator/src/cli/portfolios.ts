import { setTimeout as delay } from 'node:timers/promises';
import type { Id } from '@ballast/domain';
import { RequestTimeout } from '@ballast/bus';
import { Books, type CanonicalBot } from '@ballast/books';
import { type CliBus, CliFailure } from './io.js';
import { ALL_PARTITIONS, readFiltered } from './read-log.js';

/** Whose a bot is. */
export type OwnedBot = Pick<CanonicalBot, 'portfolioId' | 'accountId'>;

/** So long the operator has to say which bots there are, ms. */
const OPERATOR_MS = 2_000;

/** Every bot, folded from the operator's streams alone. */
export async function knownBots(bus: Pick<CliBus, 'store'>): Promise<ReadonlyMap<Id, CanonicalBot>> {
  const books = new Books();
  await readFiltered(bus.store, (partition) => [`evt.${partition}.operator.bot.*`], (decision) => decision.events.forEach((event, index) => books.apply({ event, index, decision })));
  return books.state.bots;
}

/** Every bot as the operator has it; by the log where it does not say so of all partitions at once. Reading the log takes a provisioner, for which nobody waits who stops something. */
export async function botsAtOnce(bus: Pick<CliBus, 'store' | 'requests'>): Promise<ReadonlyMap<Id, OwnedBot>> {
  const told = await Promise.race([botsOfOperator(bus), delay(OPERATOR_MS, undefined, { ref: false })]);
  return told && told.size > 0 ? told : knownBots(bus);
}

async function botsOfOperator({ requests }: Pick<CliBus, 'requests'>): Promise<ReadonlyMap<Id, OwnedBot> | undefined> {
  try {
    const replies = await Promise.all(ALL_PARTITIONS.map((partition) => requests.query('operator', partition, 'bots', {})));
    const bots = replies.flatMap((reply) => (reply.ok ? (reply.data as { readonly bots: readonly (OwnedBot & { readonly botId: Id })[] }).bots : []));
    return replies.every(({ ok }) => ok) ? new Map(bots.map((bot) => [bot.botId, bot])) : undefined;
  } catch (error) {
    if (error instanceof RequestTimeout) return undefined;
    throw error;
  }
}

/** The portfolio that is meant: the named one, else the one there is. @throws CliFailure where there is no such one, or several to choose from. */
export const portfolioMeant = async (bus: Pick<CliBus, 'store'>, named: string | undefined): Promise<Id> => portfolioAmong(await knownBots(bus), named);

/** The same, of the bots that are known. @throws CliFailure */
export function portfolioAmong(bots: ReadonlyMap<Id, OwnedBot>, named?: string): Id {
  const known = [...new Set([...bots.values()].map(({ portfolioId }) => portfolioId))].sort();
  const [only, ...others] = known;
  if (only === undefined) throw new CliFailure('there is no portfolio yet', 'create a bot first: `ballast bot create --help`');
  if (named !== undefined && !known.includes(named)) throw new CliFailure(`there is no portfolio ${named}`, `name one of the portfolios there are: ${known.join(', ')}`);
  if (named === undefined && others.length > 0) throw new CliFailure(`there are several portfolios: ${known.join(', ')}`, 'name the one you mean with --portfolio');
  return named ?? only;
}
