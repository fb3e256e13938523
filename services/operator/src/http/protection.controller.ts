import { Body, Controller, Get, Inject, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Id, partitionOf } from '@ballast/domain';
import { ProtectionChange, UNSETTABLE } from '@ballast/events';
import { type Asked, AskedBy, OfBot, Read, ReadChange, Reads, Writes } from './access.js';
import { Desk } from './desk.js';
import { accepted } from './orders.js';
import { ProtectionHistoryPage, ProtectionPauseBody } from './protection.contracts.js';
import { NoQuery } from './requests.contracts.js';
import { type HttpReply, type HttpRequest, nextUrl } from './wire.js';

/** How collateral keeps positions from liquidation: settings, status and what it did (R74, R88). */
@ApiTags('protection')
@Controller('api/bots')
export class ProtectionController {
  constructor(@Inject(Desk) private readonly desk: Desk) {}

  @Patch(':botId/liquidation-protection')
  @Writes('operator', 'changes settings; what is not named stays as it is, and null takes away volatilityWidenMax, poolCap or urgent; answers with the status, and the warnings where it is enabled (R77)', ProtectionChange)
  @OfBot()
  configure(@Param('botId') botId: Id, @Body(new ReadChange(ProtectionChange, UNSETTABLE)) body: ProtectionChange, @AskedBy() asked: Asked): Promise<object> {
    return this.send(botId, 'configure-protection', body, asked);
  }

  @Post(':botId/liquidation-protection/pause')
  @Writes('operator', 'no deposits from now on; what is deposited comes back when the position is safe or flat, and not before (C-65)', ProtectionPauseBody)
  @OfBot()
  pause(@Param('botId') botId: Id, @Body(new Read(ProtectionPauseBody)) body: ProtectionPauseBody, @AskedBy() asked: Asked): Promise<object> {
    return this.send(botId, 'pause-protection', body, asked);
  }

  @Get(':botId/protection-status')
  @Reads('distance, what is deposited, the last action, the settings (R74)', NoQuery)
  @OfBot()
  status(@Param('botId') botId: Id, @Query(new Read(NoQuery)) _query: NoQuery): Promise<object> {
    return this.ask(botId, 'protection', {});
  }

  @Get(':botId/protection-history')
  @Reads('what was done and told, newest first, a page at a time (Link: rel="next")', ProtectionHistoryPage)
  @OfBot()
  async history(@Param('botId') botId: Id, @Query(new Read(ProtectionHistoryPage)) { limit, before }: ProtectionHistoryPage, @Req() { url }: HttpRequest, @Res({ passthrough: true }) reply: HttpReply): Promise<readonly object[]> {
    const { rows, next } = (await this.ask(botId, 'protection-history', { ...(limit === undefined ? {} : { limit: Number.parseInt(limit, 10) }), ...(before === undefined ? {} : { before }) })) as { readonly rows: readonly object[]; readonly next?: string };
    if (next !== undefined) reply.header('link', `<${nextUrl(url, next)}>; rel="next"`);
    return rows;
  }

  private async ask(botId: Id, name: string, payload: object): Promise<object> {
    const { portfolioId } = await this.desk.bot(botId);
    return accepted(await this.desk.bus.requests.query('collateral', partitionOf(portfolioId), name, { botId, ...payload }), `collateral refuses ${name}`);
  }

  private async send(botId: Id, verb: string, payload: object, asked: Asked): Promise<object> {
    const { portfolioId } = await this.desk.bot(botId);
    return this.desk.orders.send({ service: 'collateral', partition: partitionOf(portfolioId), verb, payload: { ...payload, botId } }, asked);
  }
}
