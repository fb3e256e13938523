import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { Id } from '@ballast/domain';
import { storyOf } from '../cli/commands/explain.js';
import type { TradeRow } from '../cli/trades-fold.js';
import { Read, Reads } from './access.js';
import { Desk } from './desk.js';
import { Problem } from './problem.js';
import { AllQuery, TradesQuery } from './requests.contracts.js';
import { type HttpReply, type HttpRequest, nextUrl } from './wire.js';

const PAGE = 50;

const OfTrade = (): MethodDecorator => ApiParam({ name: 'tradeId', schema: { type: 'string' } });

/** What is held, what is resting, and what became of every round; from the log, whatever runs. */
@ApiTags('trading')
@Controller('api')
export class TradesController {
  constructor(@Inject(Desk) private readonly desk: Desk) {}

  @Get('positions')
  @Reads('open positions, flat ones too with all=true', AllQuery)
  async positions(@Query(new Read(AllQuery)) { all }: AllQuery): Promise<object> {
    const found = Object.entries((await this.desk.feed.fresh()).books.positions());
    return found.filter(([, { quantity }]) => all === 'true' || quantity !== '0').map(([key, position]) => {
      const at = key.indexOf('/');
      return { accountId: key.slice(0, at), instrument: key.slice(at + 1), ...position };
    });
  }

  @Get('orders')
  @Reads('orders that may still fill, every one with all=true', AllQuery)
  async orders(@Query(new Read(AllQuery)) { all }: AllQuery): Promise<object> {
    const found = Object.entries((await this.desk.feed.fresh()).books.canonical().orders);
    return found.filter(([, { status }]) => all === 'true' || status === 'SUBMITTED' || status === 'OPEN').map(([clientOrderId, order]) => ({ clientOrderId, ...order }));
  }

  @Get('balances')
  @Reads('what each account holds, to the smallest unit')
  async balances(): Promise<object> {
    return Object.entries((await this.desk.feed.fresh()).books.balances()).map(([accountId, balance]) => ({ accountId, ...balance }));
  }

  @Get('trades')
  @Reads('rounds, newest first, a page at a time (Link: rel="next")', TradesQuery)
  async trades(@Query(new Read(TradesQuery)) query: TradesQuery, @Req() { url }: HttpRequest, @Res({ passthrough: true }) reply: HttpReply): Promise<readonly TradeRow[]> {
    if (query.bot !== undefined) await this.desk.bot(query.bot);
    const found = (await this.desk.feed.fresh()).trades.all().filter(({ botId }) => query.bot === undefined || botId === query.bot).reverse();
    const from = query.before === undefined ? 0 : found.findIndex(({ tradeId }) => tradeId === query.before) + 1;
    if (query.before !== undefined && from === 0) throw new Problem(400, 'before: found no such trade', { before: `found "${query.before}", allowed is the id of a trade of this list` });
    const limit = query.limit === undefined ? PAGE : Number.parseInt(query.limit, 10);
    const page = found.slice(from, from + limit);
    const last = page.at(-1);
    if (last && from + limit < found.length) reply.header('link', `<${nextUrl(url, last.tradeId)}>; rel="next"`);
    return page;
  }

  @Get('trades/:tradeId')
  @Reads('one round')
  @OfTrade()
  async trade(@Param('tradeId') tradeId: Id): Promise<TradeRow> {
    const trade = (await this.desk.feed.fresh()).trades.all().find((each) => each.tradeId === tradeId);
    if (!trade) throw new Problem(404, `there is no trade ${tradeId}`);
    return trade;
  }

  @Get('trades/:tradeId/explain')
  @Reads('why a round is as it is: its whole story in words; any order, plan, signal, fill or decision of it will do')
  @OfTrade()
  async explain(@Param('tradeId') id: Id): Promise<object> {
    const story = /^[A-Za-z0-9_-]{1,64}$/.test(id) ? await storyOf(this.desk.bus.store, id) : undefined;
    if (!story) throw new Problem(404, `no decision, trade, order, plan, signal or fill of the log has the id ${id.slice(0, 64)}`);
    return { id, story: story.correlationId, chapters: story.chapters };
  }
}
