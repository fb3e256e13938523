import type { Decider, Id, Ms } from '@ballast/domain';
import type { MaintenanceAnnounced, MaintenanceCalledOff } from '@ballast/events';
import type { Maintenance } from '../exposure/exposure.types.js';

/** Windows announced to a portfolio and not called off, the newest last; what has long ended goes. */
export interface Maintenances {
  readonly windows: readonly Maintenance[];
}

export type MaintenanceCommand =
  | { readonly type: 'Announce'; readonly portfolioId: Id; readonly venue: string; readonly startsAt: Ms; readonly endsAt: Ms; readonly reason: string; readonly by: string }
  | { readonly type: 'CallOff'; readonly portfolioId: Id; readonly venue: string; readonly startsAt: Ms; readonly by: string };

const WINDOWS_MAX = 100;
const isThe = (one: Pick<Maintenance, 'venue' | 'startsAt'>, other: Pick<Maintenance, 'venue' | 'startsAt'>): boolean => one.venue === other.venue && one.startsAt === other.startsAt;

/** When venues will be away, by portfolio. A repeated announcement decides nothing; another end for the same start takes its place. */
export const maintenanceDecider: Decider<Maintenances, MaintenanceCommand, MaintenanceAnnounced | MaintenanceCalledOff> = {
  kind: 'maintenance',
  writer: 'risk',
  initial: { windows: [] },

  decide({ windows }, command) {
    const known = windows.find((window) => isThe(window, command));
    switch (command.type) {
      case 'Announce': {
        const { portfolioId, venue, startsAt, endsAt, reason, by } = command;
        return known?.endsAt === endsAt && known.reason === reason ? [] : [{ type: 'MaintenanceAnnounced', portfolioId, venue, startsAt, endsAt, reason, by }];
      }
      case 'CallOff': {
        const { portfolioId, venue, startsAt, by } = command;
        return known ? [{ type: 'MaintenanceCalledOff', portfolioId, venue, startsAt, by }] : [];
      }
    }
  },

  evolve({ windows }, event) {
    const others = windows.filter((window) => !isThe(window, event));
    switch (event.type) {
      case 'MaintenanceAnnounced': {
        const { venue, startsAt, endsAt, reason } = event;
        return { windows: [...others, { venue, startsAt, endsAt, reason }].slice(-WINDOWS_MAX) };
      }
      case 'MaintenanceCalledOff':
        return { windows: others };
    }
  },
};
