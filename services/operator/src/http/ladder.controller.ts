import { Body, Controller, Get, Inject, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Id, partitionOf } from '@ballast/domain';
import { type Asked, AskedBy, Read, Reads, Writes } from './access.js';
import { Desk } from './desk.js';
import { DecisionBody, PortfolioQuery, PromotionBody, RollbackBody } from './requests.contracts.js';

/** Capital ladders: where a portfolio stands, the way up with an approver's word, the way down at once (R27, R28, R55–R57). */
@ApiTags('ladder')
@Controller('api/ladder')
export class LadderController {
  constructor(@Inject(Desk) private readonly desk: Desk) {}

  @Get()
  @Reads('each criterion of the next rung with its value, its limit and its evidence', PortfolioQuery)
  async status(@Query(new Read(PortfolioQuery)) { portfolio }: PortfolioQuery): Promise<object> {
    return this.desk.ask('risk', 'ladder', await this.desk.portfolio(portfolio));
  }

  @Post('request')
  @Writes('operator', 'asks for the next rung: judged at once, then an approver decides', PromotionBody)
  request(@Body(new Read(PromotionBody)) { portfolioId, alertsUpdated, reason }: PromotionBody, @AskedBy() asked: Asked): Promise<object> {
    return this.send(portfolioId, { verb: 'ladder-request', payload: { stated: alertsUpdated === true ? ['ALERTS_UPDATED'] : [], reason } }, asked);
  }

  @Post('approve')
  @Writes('approver', 'lets the portfolio climb, on evidence of this moment; not who asked for it, where four-eyes is set (W-18)', DecisionBody)
  approve(@Body(new Read(DecisionBody)) { portfolioId, reason }: DecisionBody, @AskedBy() asked: Asked): Promise<object> {
    return this.send(portfolioId, { verb: 'ladder-approve', payload: { reason }, asApprover: true }, asked);
  }

  @Post('reject')
  @Writes('approver', 'turns the request down', DecisionBody)
  reject(@Body(new Read(DecisionBody)) { portfolioId, reason }: DecisionBody, @AskedBy() asked: Asked): Promise<object> {
    return this.send(portfolioId, { verb: 'ladder-reject', payload: { reason }, asApprover: true }, asked);
  }

  @Post('rollback')
  @Writes('operator', 'takes the portfolio to the rung below, or to the one named, at once', RollbackBody)
  rollback(@Body(new Read(RollbackBody)) { portfolioId, to, reason }: RollbackBody, @AskedBy() asked: Asked): Promise<object> {
    return this.send(portfolioId, { verb: 'ladder-rollback', payload: { ...(to === undefined ? {} : { to }), reason } }, asked);
  }

  private async send(named: Id | undefined, { payload, ...order }: { readonly verb: string; readonly payload: object; readonly asApprover?: boolean }, asked: Asked): Promise<object> {
    const portfolioId = await this.desk.portfolio(named);
    return this.desk.orders.send({ service: 'risk', partition: partitionOf(portfolioId), payload: { portfolioId, ...payload }, ...order }, asked);
  }
}
