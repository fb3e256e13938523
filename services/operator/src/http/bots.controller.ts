import { Body, Controller, Delete, Get, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Id, partitionOf } from '@ballast/domain';
import { readTrusted } from '@ballast/bus';
import type { EquityObserved } from '@ballast/events';
import { CreateBot } from '../bot/bot.requests.js';
import { AskedBy, type Asked, OfBot, Read, Reads, Stops, Writes } from './access.js';
import { Desk } from './desk.js';
import { AllQuery, DeleteBody, NewestQuery, NoBody, ReasonBody, SettingsBody } from './requests.contracts.js';

const POINTS = 500;

/** Bots, and a person's decisions about them (R45). */
@ApiTags('bots')
@Controller('api/bots')
export class BotsController {
  constructor(@Inject(Desk) private readonly desk: Desk) {}

  @Get()
  @Reads('every bot with its status; deleted ones too with all=true', AllQuery)
  async list(@Query(new Read(AllQuery)) { all }: AllQuery): Promise<object> {
    const bots = [...(await this.desk.bots())].filter(([, { status }]) => all === 'true' || status !== 'DELETED').sort(([a], [b]) => a.localeCompare(b));
    return bots.map(([botId, bot]) => ({ botId, ...bot }));
  }

  @Get(':botId')
  @Reads('one bot, with its equity and positions')
  @OfBot()
  async one(@Param('botId') botId: Id): Promise<object> {
    const bot = await this.desk.bot(botId);
    const { books, equity } = this.desk.feed;
    const observed = equity.get(bot.accountId);
    const positions = Object.entries(books.positions()).filter(([key]) => key.startsWith(`${bot.accountId}/`)).map(([key, position]) => ({ instrument: key.slice(bot.accountId.length + 1), ...position }));
    return { botId, ...bot, equity: observed ?? null, positions };
  }

  @Get(':botId/equity')
  @Reads('what its account was worth, and at which marks, oldest first: for a chart', NewestQuery)
  @OfBot()
  async equity(@Param('botId') botId: Id, @Query(new Read(NewestQuery)) { limit }: NewestQuery): Promise<readonly EquityObserved[]> {
    const { accountId, portfolioId } = await this.desk.bot(botId);
    const most = limit === undefined ? POINTS : Number.parseInt(limit, 10);
    const found: EquityObserved[] = [];
    await this.desk.bus.store.read(partitionOf(portfolioId), { filters: [`evt.${partitionOf(portfolioId)}.collateral.equity.*`] }, (message) => {
      for (const event of readTrusted(message).events) if (event.type === 'EquityObserved' && event.accountId === accountId) found.push(event);
      if (found.length > 2 * most) found.splice(0, found.length - most);
    });
    return found.slice(-most);
  }

  @Post()
  @Writes('operator', 'creates a bot: one strategy in one account', CreateBot)
  create(@Body(new Read(CreateBot)) bot: CreateBot, @AskedBy() asked: Asked): Promise<object> {
    return this.desk.orders.send({ service: 'operator', partition: partitionOf(bot.portfolioId), verb: 'create-bot', payload: bot }, asked);
  }

  @Put(':botId/settings')
  @Writes('operator', 'replaces the settings; they apply from the next signal on', SettingsBody)
  @OfBot()
  configure(@Param('botId') botId: Id, @Body(new Read(SettingsBody)) { settings }: SettingsBody, @AskedBy() asked: Asked): Promise<object> {
    return this.send(botId, 'configure-bot', { settings }, asked);
  }

  @Post(':botId/start')
  @Writes('operator', 'lets a bot raise signals', NoBody)
  @OfBot()
  start(@Param('botId') botId: Id, @Body(new Read(NoBody)) _body: NoBody, @AskedBy() asked: Asked): Promise<object> {
    return this.send(botId, 'start-bot', {}, asked);
  }

  @Post(':botId/pause')
  @Stops()
  @Writes('operator', 'no new entries; open trades go on to their end', NoBody)
  @OfBot()
  pause(@Param('botId') botId: Id, @Body(new Read(NoBody)) _body: NoBody, @AskedBy() asked: Asked): Promise<object> {
    return this.send(botId, 'pause-bot', {}, asked);
  }

  @Post(':botId/stop')
  @Stops()
  @Writes('operator', 'ends a bot; open trades go on to their end', ReasonBody)
  @OfBot()
  stop(@Param('botId') botId: Id, @Body(new Read(ReasonBody)) body: ReasonBody, @AskedBy() asked: Asked): Promise<object> {
    return this.send(botId, 'stop-bot', body, asked);
  }

  @Post(':botId/close-all')
  @Stops()
  @Writes('operator', 'closes every position of a bot, whatever its strategy thinks', ReasonBody)
  @OfBot()
  closeAll(@Param('botId') botId: Id, @Body(new Read(ReasonBody)) body: ReasonBody, @AskedBy() asked: Asked): Promise<object> {
    return this.send(botId, 'close-all', body, asked);
  }

  @Delete(':botId')
  @Writes('operator', 'deletes a bot for good: one at rest, flat, with all of its protection back (W-12)', DeleteBody)
  @OfBot()
  delete(@Param('botId') botId: Id, @Body(new Read(DeleteBody)) body: DeleteBody, @AskedBy() asked: Asked): Promise<object> {
    return this.send(botId, 'delete-bot', body, asked);
  }

  private async send(botId: Id, verb: string, payload: object, asked: Asked): Promise<object> {
    const { portfolioId } = await this.desk.botToCommand(botId);
    return this.desk.orders.send({ service: 'operator', partition: partitionOf(portfolioId), verb, payload: { botId, ...payload } }, asked);
  }
}
