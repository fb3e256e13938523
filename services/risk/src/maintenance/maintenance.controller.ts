import { Controller, Inject } from '@nestjs/common';
import { Command, type CommandContext, EventStreams, Query } from '@ballast/bus';
import { contentId, type Id } from '@ballast/domain';
import { OfPortfolio } from '../risk.requests.js';
import { maintenanceDecider, type MaintenanceCommand } from './maintenance.decider.js';
import { AnnounceMaintenance, CallOffMaintenance } from './maintenance.requests.js';

/** An announcement makes no sense, or names nothing that there is. */
class UnusableAnnouncement extends Error {
  override readonly name = 'UnusableAnnouncement';
}

/** A person announces when a venue will be away, and calls it off. */
@Controller()
export class MaintenanceController {
  constructor(@Inject(EventStreams) private readonly streams: EventStreams) {
    streams.own(maintenanceDecider);
  }

  @Command('announce-maintenance', AnnounceMaintenance)
  announce(request: AnnounceMaintenance, context: CommandContext): Promise<object> {
    const { startsAt, endsAt } = request;
    if (endsAt <= startsAt) throw new UnusableAnnouncement(`endsAt: found ${endsAt}, allowed is later than startsAt (${startsAt})`);
    return this.decide({ type: 'Announce', ...request, by: context.by }, context);
  }

  @Command('call-off-maintenance', CallOffMaintenance)
  async callOff(request: CallOffMaintenance, context: CommandContext): Promise<object> {
    const { state } = await this.streams.load(maintenanceDecider, { partition: context.partition, id: request.portfolioId });
    const known = state.windows.filter(({ venue }) => venue === request.venue).map(({ startsAt }) => startsAt);
    if (!known.includes(request.startsAt)) throw new UnusableAnnouncement(`startsAt: found ${request.startsAt}, allowed is the start of an announced maintenance of ${request.venue}: ${known.join(', ') || 'there is none'}`);
    return this.decide({ type: 'CallOff', ...request, by: context.by }, context);
  }

  @Query('maintenance', OfPortfolio)
  async maintenance({ portfolioId }: OfPortfolio, { partition }: CommandContext): Promise<object> {
    const { state } = await this.streams.load(maintenanceDecider, { partition, id: portfolioId });
    return { portfolioId, windows: state.windows };
  }

  private async decide(command: MaintenanceCommand, { key, partition }: CommandContext): Promise<object> {
    const id: Id = command.portfolioId;
    const { outcome, state } = await this.streams.execute(maintenanceDecider, { partition, id }, command, { causationId: contentId('command', key), correlationId: id, lane: id });
    return { outcome, portfolioId: id, windows: state.windows };
  }
}
