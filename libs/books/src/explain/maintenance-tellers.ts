import type { Tellers } from './chapter.js';
import { timeText } from './text.js';

/** When venues will be away. */
export const maintenanceTellers: Tellers<'MaintenanceAnnounced' | 'MaintenanceCalledOff'> = {
  MaintenanceAnnounced: ({ venue, startsAt, endsAt, reason, by }) => ({ title: `${venue} announces maintenance from ${timeText(startsAt)} to ${timeText(endsAt)}: no entries there, and none shortly before: ${reason}`, facts: [`by ${by}`] }),
  MaintenanceCalledOff: ({ venue, startsAt, by }) => ({ title: `the maintenance of ${venue} at ${timeText(startsAt)} is called off`, facts: [`by ${by}`] }),
};
