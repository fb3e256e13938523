import { Body, Controller, Get, Inject, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { partitionOf } from '@ballast/domain';
import { type Asked, AskedBy, Read, Reads, Writes } from './access.js';
import { Desk } from './desk.js';
import { Problem } from './problem.js';
import { PortfolioQuery, ScopeBody } from './requests.contracts.js';

/** What may be traded and how far everything is from its limit. */
@ApiTags('risk')
@Controller('api')
export class RiskController {
  constructor(@Inject(Desk) private readonly desk: Desk) {}

  @Get('risk/rules')
  @Reads('of every risk rule: its limit, how near plans came to it, when it last ran', PortfolioQuery)
  async rules(@Query(new Read(PortfolioQuery)) { portfolio }: PortfolioQuery): Promise<object> {
    return this.desk.ask('risk', 'rules', await this.desk.portfolio(portfolio));
  }

  @Get('risk/stops')
  @Reads('of every hard stop: its limit, the value now, whether it has tripped', PortfolioQuery)
  async stops(@Query(new Read(PortfolioQuery)) { portfolio }: PortfolioQuery): Promise<object> {
    return this.desk.ask('risk', 'hard-stops', await this.desk.portfolio(portfolio));
  }

  @Get('risk/trading-state')
  @Reads('ACTIVE, REDUCING or HALTED, by scope, with who holds it and why', PortfolioQuery)
  async tradingState(@Query(new Read(PortfolioQuery)) { portfolio }: PortfolioQuery): Promise<object> {
    return this.desk.ask('risk', 'trading-state', await this.desk.portfolio(portfolio));
  }

  @Post('halt')
  @Writes('operator', 'no new risk: only reduce-only orders, cancels and protection go on', ScopeBody)
  halt(@Body(new Read(ScopeBody)) body: ScopeBody, @AskedBy() asked: Asked): Promise<object> {
    return this.change('halt', body, asked);
  }

  @Post('reduce')
  @Writes('operator', 'only what reduces risk', ScopeBody)
  reduce(@Body(new Read(ScopeBody)) body: ScopeBody, @AskedBy() asked: Asked): Promise<object> {
    return this.change('reduce', body, asked);
  }

  @Post('resume')
  @Writes('operator', 'trades again what was halted; what a hard stop holds, an approver alone resumes', ScopeBody)
  resume(@Body(new Read(ScopeBody)) body: ScopeBody, @AskedBy() asked: Asked): Promise<object> {
    return this.change('resume', body, asked);
  }

  /** An approver's resume goes out under that credential, which a hard stop asks for. */
  private async change(verb: 'halt' | 'reduce' | 'resume', { portfolioId: named, scope, scopeId, reason }: ScopeBody, asked: Asked): Promise<object> {
    const portfolioId = await this.desk.portfolio(named);
    if (scope !== 'PORTFOLIO' && scopeId === undefined) throw new Problem(400, `scopeId: a scope of kind ${scope} needs one`, { scopeId: `found nothing, allowed is the id of the ${scope.toLowerCase()}` });
    if (scope === 'PORTFOLIO' && scopeId !== undefined && scopeId !== portfolioId) throw new Problem(400, 'scopeId: a portfolio is named by portfolioId', { scopeId: `found "${scopeId}", allowed is nothing, or ${portfolioId}` });
    const payload = { portfolioId, scope, scopeId: scopeId ?? portfolioId, reason };
    return this.desk.orders.send({ service: 'risk', partition: partitionOf(portfolioId), verb, payload, asApprover: verb === 'resume' && asked.caller.role === 'approver' }, asked);
  }
}
