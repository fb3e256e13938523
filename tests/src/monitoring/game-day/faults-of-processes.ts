import { away, type GameDayFault, hanging } from './fault.js';
import { crashLooping, looping } from './hot-loop.js';
import { unreadConnection } from './unread-connection.fixtures.js';

/** What a service that is away, or a venue that is, leaves undone for the others. */
export const AFTER_AN_OUTAGE = ['ServiceNotReady', 'PartitionUnowned', 'MarketDataStale', 'MarketClockStuck', 'MarketDataBudgetBurn', 'OrderAckBudgetBurn', 'ConsumerLag', 'VenueCallsFail', 'UnguardedPosition', 'ServiceDown', 'OrderPathBudgetBurn', 'FillRateBelowFloor'];

/** Processes that are away, hang, turn in circles or die again and again. */
export const FAULTS_OF_PROCESSES: readonly GameDayFault[] = [
  { what: 'the operator service is killed and stays away', inject: away('operator'), alert: 'ServiceDown', labels: { job: 'operator' }, withinS: 30, follow: [] },
  { what: 'the provisioner hangs', inject: hanging('provisioner'), alert: 'ServiceDown', labels: { job: 'provisioner' }, withinS: 30, follow: [] },
  { what: 'reporting hangs', inject: hanging('reporting'), alert: 'ServiceDown', labels: { job: 'reporting' }, withinS: 30, follow: ['ConsumerLag'] },
  { what: 'a hot loop in the operator service', inject: looping('operator'), alert: 'EventLoopBlocked', labels: { job: 'operator' }, withinS: 60, follow: ['ServiceDown'] },
  { what: 'a service that dies again and again', inject: crashLooping('provisioner'), alert: 'ServiceRestarts', labels: { job: 'provisioner' }, withinS: 90, follow: ['ServiceDown'] },
  { what: 'Redis stops', inject: away('redis-server'), alert: 'RedisDown', withinS: 60, follow: ['VenueRateLimited'] },
  { what: 'a connection to NATS that does not read', inject: unreadConnection, alert: 'NatsSlowConsumer', withinS: 60, follow: [] },
];
