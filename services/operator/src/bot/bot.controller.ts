import { Controller } from '@nestjs/common';
import { Command, type CommandContext, EventStreams, Market, type MarketMessages, OnMarket, Query, type Reply, RequestTimeout, Requests, Runtime } from '@ballast/bus';
import { contentId, type Id, type Partition, partitionOf } from '@ballast/domain';
import { bindingFault, PROFILES } from '@ballast/policy';
import { type BotCommand, botDecider, refusalOf } from './bot.decider.js';
import { BotsQuery, ConfigureBot, CreateBot, DeleteBot, NamedBot } from './bot.requests.js';
import { BotsProjection } from './bots.projection.js';
import { StandingFold } from './standing.projection.js';

/** A person's command that is refused, with the reason and what to do instead. */
class Refused extends Error {
  override readonly name = 'Refused';
}

/** What stops something waits for no archive. */
const STOPPING: readonly BotCommand['type'][] = ['PauseBot', 'StopBot', 'CloseAll'];

/** Bots: created, configured, started, paused, stopped, closed by a person's command (R45). */
@Controller()
export class BotController {
  private readonly bots = new BotsProjection();
  private readonly standing = new StandingFold();
  private creating: Promise<unknown> = Promise.resolve();
  /** Bots of this process's own commands: the projection sees them only when the log is heard. */
  private readonly created = new Map<Id, CreateBot>();

  /** Instruments that the market has told of. */
  private readonly listed = new Set<string>();

  constructor(
    private readonly streams: EventStreams,
    private readonly requests: Requests,
    private readonly market: Market,
    runtime: Runtime,
  ) {
    streams.own(botDecider);
    runtime.project(this.bots);
    runtime.project(this.standing);
  }

  @OnMarket('instrument')
  onInstrument({ instrument }: MarketMessages['instrument']): void {
    this.listed.add(instrument);
  }

  @Command('create-bot', CreateBot)
  async create(bot: CreateBot, context: CommandContext): Promise<object> {
    await this.checkSettings(bot.strategy, bot.settings, context);
    const turn = this.creating.then(() => this.createInTurn(bot, context));
    this.creating = turn.catch(() => undefined);
    return turn;
  }

  @Command('configure-bot', ConfigureBot)
  async configure({ botId, settings }: ConfigureBot, context: CommandContext): Promise<object> {
    const bot = this.bots.get(botId);
    if (bot) await this.checkSettings(bot.strategy, settings, context);
    return this.decide(botId, { type: 'ConfigureBot', settings, by: context.by }, context);
  }

  @Command('start-bot', NamedBot)
  start({ botId }: NamedBot, context: CommandContext): Promise<object> {
    return this.decide(botId, { type: 'StartBot', by: context.by }, context);
  }

  @Command('pause-bot', NamedBot)
  pause({ botId }: NamedBot, context: CommandContext): Promise<object> {
    return this.decide(botId, { type: 'PauseBot', by: context.by }, context);
  }

  @Command('stop-bot', NamedBot)
  stop({ botId, reason }: NamedBot, context: CommandContext): Promise<object> {
    return this.decide(botId, { type: 'StopBot', reason: reason ?? 'stopped by a person', by: context.by }, context);
  }

  /** A strategy says that its bot has nothing left to do: iterations done. */
  @Command('bot-finished', NamedBot)
  finished({ botId, reason }: NamedBot, context: CommandContext): Promise<object> {
    const bot = this.bots.get(botId);
    if (bot && context.by !== `strategy-${bot.strategy}`) throw new Refused(`bot ${botId} is finished by strategy-${bot.strategy} alone; asked by ${context.by}`);
    return this.decide(botId, { type: 'StopBot', reason: reason ?? 'the strategy has finished', by: context.by }, context);
  }

  @Command('close-all', NamedBot)
  closeAll({ botId, reason }: NamedBot, context: CommandContext): Promise<object> {
    return this.decide(botId, { type: 'CloseAll', reason: reason ?? 'closed by a person', by: context.by }, context);
  }

  /** Only what is at rest, flat and without protection (W-12): judged by all that the log had before the bot's last change. */
  @Command('delete-bot', DeleteBot)
  async delete({ botId, reason }: DeleteBot, context: CommandContext): Promise<object> {
    const { version } = await this.streams.load(botDecider, { partition: context.partition, id: botId });
    await this.standing.reached(botId, version);
    return this.decide(botId, { type: 'DeleteBot', reason, by: context.by, open: this.standing.openOf(botId) }, context);
  }

  @Query('bots', BotsQuery)
  list({ botId }: BotsQuery): Promise<object> {
    return Promise.resolve({ bots: this.bots.all().filter((bot) => botId === undefined || bot.botId === botId) });
  }

  private async createInTurn(bot: CreateBot, context: CommandContext): Promise<object> {
    const unknown = bot.profiles.filter((name) => !PROFILES.has(name));
    if (unknown.length > 0) throw new Refused(`profiles: found ${unknown.join(', ')}, allowed are ${[...PROFILES.keys()].join(', ')}`);
    if (partitionOf(bot.portfolioId) !== context.partition) throw new Refused(`portfolio ${bot.portfolioId} is in partition ${partitionOf(bot.portfolioId)}; the command was sent to ${context.partition}`);
    const known = [...this.bots.all(), ...this.created.values()];
    const gone = known.find((each) => each.accountId === bot.accountId && 'status' in each && each.status === 'DELETED');
    if (gone && gone.botId !== bot.botId) throw new Refused(`account ${bot.accountId} was that of bot ${gone.botId}, which is deleted; its money and its history stay there, so the new bot needs another`);
    const twin = known.find(({ botId, portfolioId }) => botId === bot.botId && portfolioId !== bot.portfolioId);
    if (twin) throw new Refused(`bot ${bot.botId} exists already, in portfolio ${twin.portfolioId}; an id is one bot's in all portfolios`);
    const other = known.find(({ accountId, botId }) => accountId === bot.accountId && botId !== bot.botId);
    if (other) throw new Refused(`account ${bot.accountId} is used by bot ${other.botId}; an account has one bot`);
    // A deleted bot's profiles stay bound: deleting one loosens no limit.
    const ofPortfolio = known.filter(({ portfolioId }) => portfolioId === bot.portfolioId);
    const fault = bindingFault([...bot.profiles, ...ofPortfolio.flatMap(({ profiles }) => profiles)], PROFILES);
    if (fault !== undefined) throw new Refused(fault);
    const made = await this.decide(bot.botId, { ...bot, type: 'CreateBot', by: context.by }, context);
    this.created.set(bot.botId, bot);
    return made;
  }

  /** Before the market has told of any instrument none can be missing: a bot without one is planned nothing. */
  private async checkSettings(strategy: string, settings: object, { partition }: CommandContext): Promise<void> {
    const reply = await this.judged(strategy, settings, partition);
    if (!reply.ok) throw new Refused(`settings of strategy ${strategy}: ${reply.error}`);
    const { instruments } = reply.data as { readonly instruments: readonly string[] };
    const unlisted = instruments.filter((instrument) => this.market.latest('instrument', instrument) === undefined);
    if (this.listed.size > 0 && unlisted.length > 0) throw new Refused(`settings of strategy ${strategy}: instrument: found "${unlisted.join('", "')}", allowed are those that the market lists: ${[...this.listed].sort().join(', ')}`);
  }

  private async judged(strategy: string, settings: object, partition: Partition): Promise<Reply> {
    try {
      return await this.requests.query(`strategy-${strategy}`, partition, 'validate-settings', { settings });
    } catch (error) {
      if (!(error instanceof RequestTimeout)) throw error;
      const used = [...new Set(this.bots.all().map((bot) => bot.strategy))].sort();
      throw new Refused(`strategy: found "${strategy}", and no service strategy-${strategy} answers; allowed is a folder of services/strategies whose service runs${used.length === 0 ? '' : ` (bots here use ${used.join(', ')})`}`);
    }
  }

  private async decide(botId: Id, command: BotCommand, { key, partition }: CommandContext): Promise<object> {
    const id = { partition, id: botId };
    const { state } = await this.streams.load(botDecider, id);
    const refusal = refusalOf(state, command);
    if (refusal) throw new Refused(refusal);
    const { state: bot, outcome } = await this.streams.execute(botDecider, id, command, { causationId: contentId('command', key), correlationId: botId, lane: 'accountId' in command ? command.accountId : state.status === 'ABSENT' ? botId : state.accountId, once: STOPPING.includes(command.type) ? 'UNLESS_SEALED' : true });
    return { outcome, bot };
  }
}
