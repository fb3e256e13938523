import type { WatchedDesk } from '../watched-desk.js';
import { away, type GameDayFault, hanging } from './fault.js';
import { crashLooping, looping } from './hot-loop.js';
import { unreadConnection } from './unread-connection.fixtures.js';

/** From here on an event loop counts as blocked. */
const LATE_S = 2;

/** What a service that is away, or a venue that is, leaves undone for the others. */
export const AFTER_AN_OUTAGE = ['ServiceNotReady', 'PartitionUnowned', 'MarketDataStale', 'MarketClockStuck', 'MarketDataBudgetBurn', 'OrderAckBudgetBurn', 'ConsumerLag', 'VenueCallsFail', 'UnguardedPosition', 'ServiceDown', 'OrderPathBudgetBurn', 'FillRateBelowFloor'];

/** An event loop that stood still counts as blocked for the shortened five minutes: the next fault begins once that is over, or the page would be laid to it. */
const onTime = (desk: WatchedDesk): Promise<void> => desk.until('event loops that have been on time for a while', async () => ((await desk.prometheus.instant('max_over_time(max(ballast_event_loop_lag_seconds)[10s:1s])'))[0] ?? Infinity) < LATE_S);

/** Processes that are away, hang, turn in circles or die again and again. */
export const FAULTS_OF_PROCESSES: readonly GameDayFault[] = [
  { what: 'the operator service is killed and stays away', inject: away('operator'), alert: 'ServiceDown', labels: { job: 'operator' }, withinS: 30, follow: [] },
  { what: 'the provisioner hangs', inject: hanging('provisioner'), alert: 'ServiceDown', labels: { job: 'provisioner' }, withinS: 30, follow: [], after: onTime },
  { what: 'reporting hangs', inject: hanging('reporting'), alert: 'ServiceDown', labels: { job: 'reporting' }, withinS: 30, follow: ['ConsumerLag'], after: onTime },
  { what: 'a hot loop in the operator service', inject: looping('operator'), alert: 'EventLoopBlocked', labels: { job: 'operator' }, withinS: 60, follow: ['ServiceDown'] },
  { what: 'a service that dies again and again', inject: crashLooping('provisioner'), alert: 'ServiceRestarts', labels: { job: 'provisioner' }, withinS: 90, follow: ['ServiceDown'] },
  { what: 'Redis stops', inject: away('redis-server'), alert: 'RedisDown', withinS: 60, follow: ['VenueRateLimited'] },
  { what: 'a connection to NATS that does not read', inject: unreadConnection, alert: 'NatsSlowConsumer', withinS: 60, follow: [] },
];
