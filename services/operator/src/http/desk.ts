import { type Id, partitionOf } from '@ballast/domain';
import type { CanonicalBot } from '@ballast/books';
import type { CliBus } from '../cli/io.js';
import type { DeskFeed } from './desk-feed.js';
import { accepted, type Orders } from './orders.js';
import { Problem } from './problem.js';

/** What every route works with: the log as it is now, commands in somebody's name, questions to the services. */
export class Desk {
  constructor(
    readonly feed: DeskFeed,
    readonly orders: Orders,
    readonly bus: CliBus,
  ) {}

  async bots(): Promise<ReadonlyMap<Id, CanonicalBot>> {
    return (await this.feed.fresh()).books.state.bots;
  }

  /** Those that this edge knows of, where the log does not answer at once. */
  async botsAtOnce(): Promise<ReadonlyMap<Id, CanonicalBot>> {
    return (await this.feed.freshAtOnce()).books.state.bots;
  }

  /** @throws Problem 404 */
  async portfolioAtOnce(named: Id): Promise<Id> {
    const known = [...new Set([...(await this.botsAtOnce()).values()].map(({ portfolioId }) => portfolioId))].sort();
    if (!known.includes(named)) throw new Problem(404, `there is no portfolio ${named}; there are: ${known.join(', ') || 'none'}`);
    return named;
  }

  /** @throws Problem 404 */
  async bot(botId: Id): Promise<CanonicalBot> {
    const bots = await this.bots();
    const bot = bots.get(botId);
    if (!bot) throw new Problem(404, `there is no bot ${botId}; there are: ${[...bots.keys()].sort().join(', ') || 'none yet'}`);
    return bot;
  }

  /** The bot that a command is for. @throws Problem 404, 503 where this edge cannot know it */
  async botToCommand(botId: Id): Promise<CanonicalBot> {
    const known = (await this.botsAtOnce()).get(botId);
    if (!known && !this.feed.isWhole) throw new Problem(503, `the log is not read to its end yet: no bot ${botId} is known so far`);
    return known ?? this.bot(botId);
  }

  /** The named portfolio, else the one there is. @throws Problem 404 where there is no such one, 400 where there are several to choose from */
  async portfolio(named: Id | undefined): Promise<Id> {
    return portfolioAmong(await this.bots(), named);
  }

  /** The named portfolio, which risk judges; else the one there is. @throws Problem 503 where this edge cannot know that, else as `portfolio` */
  async portfolioToStop(named: Id | undefined): Promise<Id> {
    if (named !== undefined) return named;
    const bots = await this.botsAtOnce();
    if (!this.feed.isWhole) throw new Problem(503, 'the log is not read to its end yet: name the portfolio', { portfolioId: 'found nothing, allowed is the id of the portfolio' });
    return portfolioAmong(bots, named);
  }

  /** Asks the owner of a portfolio's facts. @throws Problem, RequestTimeout */
  async ask(service: string, name: string, portfolioId: Id): Promise<object> {
    return accepted(await this.bus.requests.query(service, partitionOf(portfolioId), name, { portfolioId }), `${service} refuses ${name}`);
  }
}

/** @throws Problem */
function portfolioAmong(bots: ReadonlyMap<Id, CanonicalBot>, named: Id | undefined): Id {
  const known = [...new Set([...bots.values()].map(({ portfolioId }) => portfolioId))].sort();
  const [only, ...others] = known;
  if (named !== undefined && known.includes(named)) return named;
  if (named !== undefined || only === undefined) throw new Problem(404, `there is no portfolio ${named ?? 'yet'}; there are: ${known.join(', ') || 'none'}`);
  if (others.length > 0) throw new Problem(400, 'there are several portfolios', { portfolioId: `found nothing, allowed is one of ${known.join(', ')}` });
  return only;
}
