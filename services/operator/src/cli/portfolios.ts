import type { Id } from '@ballast/domain';
import { Books, type CanonicalBot } from '@ballast/books';
import { type CliBus, CliFailure } from './io.js';
import { readFiltered } from './read-log.js';

/** Every bot, folded from the operator's streams alone. */
export async function knownBots(bus: Pick<CliBus, 'store'>): Promise<ReadonlyMap<Id, CanonicalBot>> {
  const books = new Books();
  await readFiltered(bus.store, (partition) => [`evt.${partition}.operator.bot.*`], (decision) => decision.events.forEach((event, index) => books.apply({ event, index, decision })));
  return books.state.bots;
}

/** The portfolio that is meant: the named one, else the one there is. @throws CliFailure where there is no such one, or several to choose from. */
export async function portfolioMeant(bus: Pick<CliBus, 'store'>, named: string | undefined): Promise<Id> {
  const known = [...new Set([...(await knownBots(bus)).values()].map(({ portfolioId }) => portfolioId))].sort();
  const [only, ...others] = known;
  if (only === undefined) throw new CliFailure('there is no portfolio yet', 'create a bot first: `ballast bot create --help`');
  if (named !== undefined && !known.includes(named)) throw new CliFailure(`there is no portfolio ${named}`, `name one of the portfolios there are: ${known.join(', ')}`);
  if (named === undefined && others.length > 0) throw new CliFailure(`there are several portfolios: ${known.join(', ')}`, 'name the one you mean with --portfolio');
  return named ?? only;
}
