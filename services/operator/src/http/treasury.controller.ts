import { Body, Controller, Get, Inject, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { partitionOf } from '@ballast/domain';
import { findTreasury, linesIn, notBookedOf, treasuryDocument } from '../cli/commands/treasury.js';
import { timeText } from '../cli/output.js';
import { type Asked, AskedBy, Read, Reads, Writes } from './access.js';
import { Desk } from './desk.js';
import { PortfolioQuery, WithdrawalBody } from './requests.contracts.js';

const SPLITS = 7;

/** How a portfolio's money is split, and an approver's word on what left. */
@ApiTags('treasury')
@Controller('api/treasury')
export class TreasuryController {
  constructor(@Inject(Desk) private readonly desk: Desk) {}

  @Get()
  @Reads('funds, high-water mark, the last splits, the next boundary', PortfolioQuery)
  async show(@Query(new Read(PortfolioQuery)) query: PortfolioQuery): Promise<object> {
    const { portfolioId, book, cash } = await findTreasury(this.desk.bus, await this.desk.portfolio(query.portfolio));
    return book ? treasuryDocument(book, notBookedOf(book, cash), SPLITS) : { portfolioId, opened: false };
  }

  @Get('entries')
  @Reads('every line that was booked, oldest first; the lines of an event sum to 0', PortfolioQuery)
  async entries(@Query(new Read(PortfolioQuery)) query: PortfolioQuery): Promise<object> {
    const lines = await linesIn(this.desk.bus, await this.desk.portfolio(query.portfolio));
    return lines.map((line) => ({ ...line, at: timeText(line.at) }));
  }

  @Post('withdraw')
  @Writes('approver', "says that money which has left by the venue's record was of a fund", WithdrawalBody)
  async withdraw(@Body(new Read(WithdrawalBody)) { portfolioId: named, fund, amount, reason }: WithdrawalBody, @AskedBy() asked: Asked): Promise<object> {
    const portfolioId = await this.desk.portfolio(named);
    return this.desk.orders.send({ service: 'collateral', partition: partitionOf(portfolioId), verb: 'withdraw-treasury', payload: { portfolioId, fund, amount: amount.toString(), reason }, asApprover: true }, asked);
  }
}
