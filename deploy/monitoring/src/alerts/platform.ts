import { type AlertGroup, type AlertOf, DAY, grew, HOUR, MINUTE, type RecordedOf } from './alert.js';

/** Job of the exporter of NATS, wherever it runs. */
export const NATS_JOB = 'nats-exporter';
/** Jobs of strategies. They come and go: one that is there has to answer, and one that is not is missed by nobody. */
const STRATEGIES = 'strategy-.+';

const quoted = (names: readonly string[]): string => names.join('|');

/** Alerts about processes; `jobs` are the services that must always be there, by their job in Prometheus. */
const processesOf = (jobs: readonly string[]): readonly AlertOf[] => [
  {
    name: 'ServiceDown', severity: 'page', holdsFor: 30,
    summary: '{{ $labels.job }} does not answer',
    description: 'Its /metrics cannot be read, or Prometheus knows no such process any more.',
    expr: () => [`max by (job) (up{job=~"${quoted([...jobs, STRATEGIES])}"}) == 0`, ...jobs.map((job) => `absent(up{job="${job}"})`)].join(' or '),
    fires: { series: Object.fromEntries(jobs.map((job) => [`up{job="${job}",instance="i"}`, job === 'risk' || job === 'provisioner' ? '1x3 0x10' : '1x10']).concat([['up{job="strategy-x",instance="i"}', '1x3 0x10']])), at: '8m', fire: [{ job: 'provisioner' }, { job: 'risk' }, { job: 'strategy-x' }] },
    quiet: { series: Object.fromEntries(jobs.flatMap((job) => [[`up{job="${job}",instance="i"}`, '1x10'], [`up{job="${job}",instance="j"}`, '0x10']]).concat([['up{job="strategy-x",instance="i"}', '1x3 stale'], ['up{job="strategy-y",instance="i"}', '1x10'], ['up{job="strategy-y",instance="j"}', '0x10']])), at: '6m' },
  },
  {
    name: 'ReplicaDown', severity: 'ticket', holdsFor: 3 * MINUTE,
    summary: 'One replica of {{ $labels.job }} does not answer: {{ $labels.instance }}',
    description: 'Others of its service do and have its partitions. It may end as soon as it is started; until it is back, one more that ends stops the service.',
    expr: () => `up{job=~"${quoted([...jobs, STRATEGIES])}"} == 0 and on (job) max by (job) (up) == 1`,
    fires: { series: { 'up{job="risk",instance="i"}': '1x10', 'up{job="risk",instance="j"}': '1 0x10', 'up{job="strategy-x",instance="k"}': '1x10', 'up{job="strategy-x",instance="l"}': '1 0x10' }, at: '5m', fire: [{ job: 'risk', instance: 'j' }, { job: 'strategy-x', instance: 'l' }] },
    quiet: { series: { 'up{job="risk",instance="i"}': '1x10', 'up{job="risk",instance="j"}': '1 0 0 1x10', 'up{job="execution",instance="k"}': '0x10' }, at: '6m' },
  },
  {
    name: 'ServiceNotReady', severity: 'page', holdsFor: 3 * MINUTE,
    summary: 'A replica of {{ $labels.job }} is not ready: {{ $labels.condition }}',
    description: 'The process runs and does not do its work: its partitions stand still, whatever the other replicas do. Liveness does not restart it, since a restart would not mend that.',
    // A replica that stands by names no condition; one that starts or takes a partition over has its time, and one that folds in advance, while others serve, all it needs.
    expr: () => 'min by (job, condition) (ballast_ready{condition!="prepared"}) == 0',
    fires: { series: { 'ballast_ready{job="risk",instance="i",condition="recovered"}': '0x10', 'ballast_ready{job="risk",instance="j",condition="recovered"}': '1x10' }, at: '5m', fire: [{ job: 'risk', condition: 'recovered' }] },
    quiet: { series: { 'ballast_ready{job="risk",instance="i",condition="recovered"}': '1 1 0 0 0 1x10', 'ballast_ready{job="risk",instance="j",condition="recovered"}': '1x10', 'ballast_ready{job="risk",instance="k",condition="prepared"}': '0x10' }, at: '5m' },
  },
  {
    name: 'ServiceRestarts', severity: 'ticket', holdsFor: 0,
    summary: '{{ $labels.job }} starts again and again',
    description: 'More than two starts within a quarter of an hour.',
    expr: (span) => `max by (job) (changes(process_start_time_seconds[${span(15 * MINUTE)}])) > 2`,
    fires: { series: { 'process_start_time_seconds{job="risk"}': '1 1 2 2 3 3 4 4 5 5' }, at: '9m', fire: [{ job: 'risk' }] },
    quiet: { series: { 'process_start_time_seconds{job="risk"}': '1 1 2 2 3 3 3 3 3 3' }, at: '9m' },
  },
  {
    name: 'EventLoopBlocked', severity: 'page', holdsFor: 0,
    summary: 'The event loop of {{ $labels.job }} stands still for seconds',
    description: 'Something in the process takes all of its time. It answers late or not at all.',
    expr: (span) => `max by (job) (count_over_time((ballast_event_loop_lag_seconds > 2)[${span(5 * MINUTE)}:])) > 1`,
    fires: { series: { 'ballast_event_loop_lag_seconds{job="risk"}': '0 3 0 3 0 0 0 0 0 0' }, at: '4m', fire: [{ job: 'risk' }] },
    quiet: { series: { 'ballast_event_loop_lag_seconds{job="risk"}': '0 3 0 0 1x10' }, at: '4m' },
  },
  {
    name: 'PartitionUnowned', severity: 'page', holdsFor: MINUTE,
    summary: 'No {{ $labels.job }} owns partition {{ $labels.partition }}',
    description: 'Nothing of this partition is decided until a process takes it over.',
    expr: () => 'sum by (job, partition) (ballast_partition_owned) == 0',
    fires: { series: { 'ballast_partition_owned{job="risk",instance="i",partition="3"}': '0x10' }, at: '5m', fire: [{ job: 'risk', partition: '3' }] },
    quiet: { series: { 'ballast_partition_owned{job="risk",instance="i",partition="3"}': '0x10', 'ballast_partition_owned{job="risk",instance="j",partition="3"}': '1x10' }, at: '5m' },
  },
  {
    name: 'UptimeLow', severity: 'ticket', holdsFor: 0,
    summary: '{{ $labels.job }} was up for less than 99.9 % of a day',
    description: 'The target is 99.9 % (R59). A time in which Prometheus knew no process of it counts as one in which it was not up.',
    expr: (span) => `avg_over_time(service:up:max[${span(DAY)}]) < 0.999`,
    fires: { series: { 'up{job="risk",instance="i"}': '1x5 stale', 'up{job="risk",instance="j"}': '_x8 1x20' }, at: '20m', fire: [{ job: 'risk' }] },
    quiet: { series: { 'up{job="risk",instance="i"}': '1x5 stale', 'up{job="risk",instance="j"}': '_x4 1x20' }, at: '20m' },
  },
];

const STRATEGIES_THERE: readonly AlertOf[] = [
  {
    name: 'StrategyGone', severity: 'ticket', holdsFor: 5 * MINUTE,
    summary: 'Prometheus knows no process of {{ $labels.job }} any more',
    description: 'Within six hours it did. Where it was not taken out on purpose, its bots raise no signal: nothing is entered, and nothing is left by its rules.',
    expr: (span) => `max by (job) (max_over_time(up{job=~"${STRATEGIES}"}[${span(6 * HOUR)}])) unless on (job) up`,
    fires: { series: { 'up{job="strategy-x",instance="i"}': '1x5 stale', 'up{job="strategy-y",instance="i"}': '1x20' }, at: '12m', fire: [{ job: 'strategy-x' }] },
    quiet: { series: { 'up{job="strategy-x",instance="i"}': '1x5 stale', 'up{job="strategy-x",instance="j"}': '_x8 1x20', 'up{job="risk",instance="i"}': '1x5 stale', 'up{job="strategy-y",instance="i"}': '1x5 0x20' }, at: '14m' },
  },
];

/** 1 where a replica of a service answers, 0 where none does: one that was there within a day and is gone has no `up` of its own any more. */
const upOf = (jobs: readonly string[]): RecordedOf => ({
  record: 'service:up:max',
  expr: (span) => `max by (job) (up{job=~"${quoted(jobs)}"}) or 0 * max by (job) (max_over_time(up{job=~"${quoted(jobs)}"}[${span(DAY)}]))`,
});

const CONSUMERS: readonly AlertOf[] = [
  {
    name: 'ConsumerLag', severity: 'page', holdsFor: MINUTE,
    summary: 'Consumer {{ $labels.consumer_name }} lags behind the log',
    description: 'More than 1,000 messages wait for it: it is stopped, blocked or too slow.',
    // Only its leader knows: a follower can tell an old count for hours. The places of a strategy that was taken out stay, with all that comes before them.
    expr: (span) => `label_replace(max by (stream_name, consumer_name) (nats_consumer_num_pending{is_consumer_leader="true"}) > 1000, "job", "$1", "consumer_name", "(.+)-c[0-9]+") and on (job) max_over_time(up[${span(10 * MINUTE)}])`,
    fires: { series: { 'up{job="risk",instance="i"}': '1x5 stale', 'nats_consumer_num_pending{server_name="n1",stream_name="EVENTS_3",consumer_name="risk-c3",is_consumer_leader="true"}': '1001x20' }, at: '12m', fire: [{ job: 'risk', stream_name: 'EVENTS_3', consumer_name: 'risk-c3' }] },
    quiet: {
      series: {
        'up{job="risk",instance="i"}': '1x30',
        'nats_consumer_num_pending{server_name="n1",stream_name="EVENTS_3",consumer_name="risk-c3",is_consumer_leader="true"}': '900x30',
        'nats_consumer_num_pending{server_name="n2",stream_name="EVENTS_3",consumer_name="risk-c3",is_consumer_leader="false"}': '5000x30',
        'up{job="strategy-gone",instance="i"}': '1x5 stale',
        'nats_consumer_num_pending{server_name="n1",stream_name="EVENTS_3",consumer_name="strategy-gone-c1",is_consumer_leader="true"}': '0x10 1500+100x20',
      },
      at: '20m',
    },
  },
  {
    name: 'DeadLetters', severity: 'page', holdsFor: 0,
    summary: '{{ $labels.consumer }} has a dead letter ({{ $labels.reason }})',
    description: 'A message that could not be handled lies in DEAD. Its lane waits for a person.',
    expr: (span) => `${grew('ballast_dead_letters_total', span, 15 * MINUTE, ['consumer', 'reason'])} > 0`,
    fires: { series: { up: '1x20', 'ballast_dead_letters_total{consumer="risk",reason="INVALID"}': '_x16 1x10' }, at: '18m', fire: [{ consumer: 'risk', reason: 'INVALID' }] },
    quiet: { series: { up: '1x5 _x30 1x10', process_start_time_seconds: '0x5 _x30 0x10', 'ballast_dead_letters_total{consumer="risk",reason="INVALID"}': '1x5 _x30 1x10' }, at: '38m' },
  },
  {
    name: 'LanesParked', severity: 'ticket', holdsFor: 5 * MINUTE,
    summary: 'Lanes of {{ $labels.consumer }} wait for a person',
    description: 'What a dead letter stands in front of is not handled: a trade, an account or a bot waits.',
    expr: () => 'max by (consumer) (ballast_lanes_parked) > 0',
    fires: { series: { 'ballast_lanes_parked{consumer="risk"}': '1x20' }, at: '10m', fire: [{ consumer: 'risk' }] },
    quiet: { series: { 'ballast_lanes_parked{consumer="risk"}': '1x3 0x20' }, at: '10m' },
  },
  {
    name: 'PermissionViolation', severity: 'page', holdsFor: 0,
    summary: '{{ $labels.job }} tried to {{ $labels.operation }} what it may not',
    description: 'NATS refused it. Either the permission table lacks something, or the process does what it should not.',
    expr: (span) => `${grew('ballast_permission_violations_total', span, 15 * MINUTE, ['job', 'operation'])} > 0`,
    fires: { series: { 'process_start_time_seconds{job="strategy-x"}': '_x5 300x10', 'ballast_permission_violations_total{job="strategy-x",operation="publish"}': '_x5 1x10' }, at: '8m', fire: [{ job: 'strategy-x', operation: 'publish' }] },
    quiet: { series: { 'ballast_permission_violations_total{job="strategy-x",operation="publish"}': '1x40' }, at: '30m' },
  },
  {
    name: 'NotificationsGivenUp', severity: 'ticket', holdsFor: 0,
    summary: 'Messages to people by {{ $labels.channel }} are given up',
    description: 'Somebody was not told what they should have been.',
    expr: (span) => `${grew('ballast_notifications_total{outcome="given_up"}', span, 15 * MINUTE, ['channel'])} > 0`,
    fires: { series: { up: '1x20', 'ballast_notifications_total{channel="telegram",outcome="given_up"}': '_x16 1x10' }, at: '18m', fire: [{ channel: 'telegram' }] },
    quiet: { series: { 'ballast_notifications_total{channel="telegram",outcome="failed"}': '0+1x10' }, at: '8m' },
  },
  {
    name: 'ArchiveOld', severity: 'ticket', holdsFor: 0,
    summary: 'The archive of the log was not written for 26 hours',
    description: 'A lost disk would cost what came since.',
    expr: () => 'max(ballast_archive_age_seconds) > 93600',
    fires: { series: { ballast_archive_age_seconds: '95000x10' }, at: '5m' },
    quiet: { series: { ballast_archive_age_seconds: '90000x10' }, at: '5m' },
  },
];

/** What an exporter has of the server that it asks. */
const toldBy = (instance: string): string => `nats_server_jetstream_disabled{job="${NATS_JOB}",instance="${instance}"}`;

const LOG: readonly AlertOf[] = [
  {
    name: 'NatsDown', severity: 'page', holdsFor: 0,
    summary: 'Services have no connection to NATS',
    description: 'Nothing is decided and nothing is sent while the log is away.',
    // By service: both replicas of one that the servers do not let in are no outage, and what it inhibits is still to be heard.
    expr: () => 'count(count by (job) (ballast_ready{condition="bus"} == 0)) > 1',
    fires: { series: { 'ballast_ready{job="risk",condition="bus"}': '1x3 0x10', 'ballast_ready{job="sizing",condition="bus"}': '1x3 0x10' }, at: '6m' },
    quiet: { series: { 'ballast_ready{job="strategy-x",instance="i",condition="bus"}': '0x10', 'ballast_ready{job="strategy-x",instance="j",condition="bus"}': '0x10', 'ballast_ready{job="sizing",instance="k",condition="bus"}': '1x10' }, at: '6m' },
  },
  {
    name: 'NatsNoQuorum', severity: 'page', holdsFor: 30,
    summary: 'Stream {{ $labels.stream_name }} has no leader',
    description: 'A majority of its copies is away: nothing can be written to it.',
    // A leader that is not seen itself is still named by the others, and not for longer than a quorum knows it.
    expr: () => 'max by (stream_name) (nats_stream_total_messages) unless on (stream_name) (nats_stream_total_messages{is_stream_leader="true"} or nats_stream_total_messages{stream_leader!=""})',
    fires: { series: { 'nats_stream_total_messages{server_name="n1",stream_name="EVENTS-3",is_stream_leader="false"}': '5x10' }, at: '5m', fire: [{ stream_name: 'EVENTS-3' }] },
    quiet: {
      series: {
        'nats_stream_total_messages{server_name="n1",stream_name="EVENTS-3",stream_leader="",is_stream_leader="false"}': '5x10',
        'nats_stream_total_messages{server_name="n2",stream_name="EVENTS-3",stream_leader="n2",is_stream_leader="true"}': '5x10',
        'nats_stream_total_messages{server_name="n1",stream_name="EVENTS-4",stream_leader="n3",is_stream_leader="false"}': '5x10',
        'nats_stream_total_messages{server_name="n3",stream_name="EVENTS-4",stream_leader="n3",is_stream_leader="true"}': '5x2 stale',
        'nats_stream_total_messages{server_name="n1",stream_name="EVENTS-5",is_stream_leader="true"}': '5x10',
      },
      at: '5m',
    },
  },
  {
    name: 'NatsUnseen', severity: 'ticket', holdsFor: 5 * MINUTE,
    summary: 'What NATS does is not seen',
    description: 'An exporter does not answer, or has nothing of its server, which may be away: of three the other two go on, and the next one that goes stops the log. Where none has anything, a stream without a leader, a full disk and a consumer that lags alert nobody.',
    // An exporter answers, and leaves out what it could not ask, while its server is away.
    expr: () => `up{job="${NATS_JOB}"} unless on (instance) nats_server_jetstream_disabled{job="${NATS_JOB}"} or absent(up{job="${NATS_JOB}"})`,
    fires: {
      series: { [`up{job="${NATS_JOB}",instance="n1"}`]: '1x30', [`up{job="${NATS_JOB}",instance="n2"}`]: '1x3 0x30', [`up{job="${NATS_JOB}",instance="n3"}`]: '1x30', [toldBy('n1')]: '0x3 stale', [toldBy('n2')]: '0x3 stale', [toldBy('n3')]: '0x30' },
      at: '12m', fire: [{ job: NATS_JOB, instance: 'n1' }, { job: NATS_JOB, instance: 'n2' }],
    },
    quiet: { series: { [`up{job="${NATS_JOB}",instance="n1"}`]: '1x3 0x3 1x20', [toldBy('n1')]: '0x3 stale _x4 0x20', [`up{job="${NATS_JOB}",instance="n2"}`]: '1x30', [toldBy('n2')]: '0x30' }, at: '12m' },
  },
  {
    name: 'NatsSlowConsumer', severity: 'ticket', holdsFor: 0,
    summary: 'NATS has cut a connection that did not read',
    description: 'A process was too slow for what it asked for, and connects again.',
    expr: (span) => `sum(increase(nats_varz_slow_consumers[${span(5 * MINUTE)}])) > 0`,
    fires: { series: { 'nats_varz_slow_consumers{server_id="n1"}': '0x5 1x10' }, at: '8m' },
    quiet: { series: { 'nats_varz_slow_consumers{server_id="n1"}': '2x30' }, at: '20m' },
  },
  {
    name: 'LogDiskFull', severity: 'page', holdsFor: 0,
    summary: 'The disk of the log is full or nearly so',
    description: 'JetStream is switched off, or uses more than 85 % of what it may take.',
    expr: () => 'max(nats_server_jetstream_disabled) == 1 or max(nats_server_total_message_bytes / (nats_server_max_storage > 0)) > 0.85',
    fires: { series: { 'nats_server_total_message_bytes{server_id="n1"}': '86x10', 'nats_server_max_storage{server_id="n1"}': '100x10' }, at: '5m' },
    quiet: { series: { 'nats_server_total_message_bytes{server_id="n1"}': '84x10', 'nats_server_max_storage{server_id="n1"}': '100x10', 'nats_server_jetstream_disabled{server_id="n1"}': '0x10' }, at: '5m' },
  },
  {
    name: 'RedisDown', severity: 'ticket', holdsFor: 0,
    summary: '{{ $labels.job }} does without Redis',
    description: 'Calls to the cache fail, or a process that shares the call budget keeps to its own part of it. Nothing waits for Redis.',
    expr: (span) => `${grew('ballast_cache_failures_total', span, 5 * MINUTE, ['job'])} > 0 or max by (job) (ballast_venue_call_budget_local) == 1`,
    fires: { series: { 'ballast_venue_call_budget_local{job="execution",venue="v"}': '1x90' }, at: '80m', fire: [{ job: 'execution' }] },
    quiet: { series: { 'ballast_venue_call_budget_local{job="execution",venue="v"}': '1x5 0x10' }, at: '8m' },
  },
  {
    name: 'Watchdog', severity: 'none', holdsFor: 0,
    summary: 'Alerts arrive',
    description: 'It always fires. Whoever receives it says so when it stops: then Prometheus, Alertmanager or the way from there is broken.',
    expr: () => 'vector(1)',
    fires: { series: {}, at: '1m' },
    quiet: 'never',
  },
];

/** @param jobs names of the services that must always be there */
export const platformGroups = (jobs: readonly string[]): readonly AlertGroup[] => [
  { name: 'processes', recorded: [upOf(jobs)], alerts: [...processesOf(jobs), ...STRATEGIES_THERE] },
  { name: 'consumers', recorded: [], alerts: CONSUMERS },
  { name: 'log-and-cache', recorded: [], alerts: LOG },
];
