import { Body, Controller, Get, Inject, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { partitionOf } from '@ballast/domain';
import { type Reply, RequestTimeout } from '@ballast/bus';
import { ALL_PARTITIONS } from '../cli/read-log.js';
import { cancelledLines, haltAtVenue, haltedLines, haltFault, isMissed, type Sent } from '../cli/venue-halt.js';
import { type Asked, AskedBy, Read, Reads, Stops, Writes } from './access.js';
import { Desk } from './desk.js';
import { accepted, type Order, type Send } from './orders.js';
import { Problem } from './problem.js';
import { PortfolioQuery, ScopeBody, VenueHaltBody } from './requests.contracts.js';

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
  @Stops()
  @Writes('operator', 'no new risk: only reduce-only orders, cancels and protection go on', ScopeBody)
  halt(@Body(new Read(ScopeBody)) body: ScopeBody, @AskedBy() asked: Asked): Promise<object> {
    return this.change('halt', body, asked);
  }

  @Post('halt/venue')
  @Stops()
  @Writes('operator', 'stops directly at the venue: cancels every open order and sends no new risk, without waiting for the log; then halts in the log, which is what a person resumes', VenueHaltBody)
  haltVenue(@Body(new Read(VenueHaltBody)) body: VenueHaltBody, @AskedBy() asked: Asked): Promise<object> {
    return this.desk.orders.atOnce(['halt-venue', body], asked, (send) => this.stopAtVenue(body, send));
  }

  @Post('reduce')
  @Stops()
  @Writes('operator', 'only what reduces risk', ScopeBody)
  reduce(@Body(new Read(ScopeBody)) body: ScopeBody, @AskedBy() asked: Asked): Promise<object> {
    return this.change('reduce', body, asked);
  }

  @Post('resume')
  @Writes('operator', 'trades again what was halted; what a hard stop holds, an approver alone resumes', ScopeBody)
  resume(@Body(new Read(ScopeBody)) body: ScopeBody, @AskedBy() asked: Asked): Promise<object> {
    return this.change('resume', body, asked);
  }

  private async stopAtVenue({ portfolioId, accountId, reason }: VenueHaltBody, send: Send): Promise<object> {
    // Whether there is such a portfolio is in the log, which may be away: it is asked after the venue, and only where no account was met.
    const partitions = portfolioId === undefined ? ALL_PARTITIONS : [partitionOf(portfolioId)];
    const halted = await haltAtVenue({ send: (order) => answered(() => send(order)), bots: () => this.desk.botsAtOnce(), knowsAll: () => this.desk.feed.isWhole }, { partitions, portfolioId, accountId, reason });
    const { partitions: cancelled, halts } = halted;
    if (portfolioId !== undefined && isMissed(cancelled)) await this.desk.portfolioAtOnce(portfolioId);
    const fault = haltFault(halted, accountId);
    if (fault) throw new Problem(isMissed(cancelled) ? 409 : 503, [fault.message, fault.advice, ...cancelledLines(cancelled), ...haltedLines(halts)].join('; '));
    return { partitions: cancelled.filter((answer) => !answer.ok || answer.accounts > 0), halts };
  }

  /** What stops waits for no reading of the log, and is claimed nowhere: risk itself carries out a command once, and judges the portfolio. An approver's resume goes out under that credential, which a hard stop asks for. */
  private async change(verb: 'halt' | 'reduce' | 'resume', { portfolioId: named, scope, scopeId, reason }: ScopeBody, asked: Asked): Promise<object> {
    const portfolioId = verb === 'resume' ? await this.desk.portfolio(named) : await this.desk.portfolioToStop(named);
    if (scope !== 'PORTFOLIO' && scopeId === undefined) throw new Problem(400, `scopeId: a scope of kind ${scope} needs one`, { scopeId: `found nothing, allowed is the id of the ${scope.toLowerCase()}` });
    if (scope === 'PORTFOLIO' && scopeId !== undefined && scopeId !== portfolioId) throw new Problem(400, 'scopeId: a portfolio is named by portfolioId', { scopeId: `found "${scopeId}", allowed is nothing, or ${portfolioId}` });
    const payload = { portfolioId, scope, scopeId: scopeId ?? portfolioId, reason };
    const order: Order = { service: 'risk', partition: partitionOf(portfolioId), verb, payload };
    if (verb === 'resume') return this.desk.orders.send({ ...order, asApprover: asked.caller.role === 'approver' }, asked);
    return this.desk.orders.atOnce([verb, payload], asked, async (send) => accepted(await send(order), `risk refuses ${verb}`));
  }
}

/** A service that does not answer is told of beside those that did. */
async function answered(send: () => Promise<Reply>): Promise<Sent> {
  try {
    const reply = await send();
    return reply.ok ? { ok: true, data: reply.data } : { ok: false, error: reply.error };
  } catch (error) {
    if (error instanceof RequestTimeout) return { ok: false, error: error.message };
    throw error;
  }
}
