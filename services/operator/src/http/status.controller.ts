import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { equityRow, marketTimeOf, tradingState } from '../cli/commands/status.js';
import { SERVICES, serviceState } from '../cli/service-state.js';
import { hardStopsOf } from '../cli/stops-view.js';
import { By, Reads } from './access.js';
import { Desk } from './desk.js';
import type { Caller } from './tokens.js';

/** Who runs, what may be traded, what accounts are worth; and who asks. */
@ApiTags('status')
@Controller('api')
export class StatusController {
  constructor(@Inject(Desk) private readonly desk: Desk) {}

  @Get('session')
  @Reads('whom this token lets in, and its role')
  session(@By() { name, role }: Caller): Caller {
    return { name, role };
  }

  @Get('status')
  @Reads('services, trading states, hard stops, bots and their protection, market time, equity')
  async status(): Promise<object> {
    const { bus, feed } = this.desk;
    const known = [...(await this.desk.bots())].map(([botId, bot]) => ({ botId, ...bot }));
    const bots = known.filter(({ status }) => status !== 'DELETED');
    const portfolios = [...new Set(known.map(({ portfolioId }) => portfolioId))].sort();
    const services = [...SERVICES, ...new Set(bots.map(({ strategy }) => `strategy-${strategy}`))];
    const [states, tradingStates, hardStops, marketTime] = await Promise.all([
      Promise.all(services.map((service) => serviceState(bus, service))),
      Promise.all(portfolios.map((portfolioId) => tradingState(bus, portfolioId))),
      Promise.all(portfolios.map((portfolioId) => hardStopsOf(bus, portfolioId))),
      marketTimeOf(bus),
    ]);
    return { marketTime: marketTime ?? null, services: states, tradingStates, hardStops, bots, protections: feed.protections.all(), equity: [...feed.equity.values()].map(equityRow), cursor: feed.cursor };
  }
}
