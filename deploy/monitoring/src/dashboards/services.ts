import type { BoardOf } from './board.js';
import { quantile, rateOf, spread } from './queries.js';

const JOB = '{job=~"$job"}';

/** Whether the services do what they are there for, and what they are busy with. */
export const SERVICES_AND_SLOS: BoardOf = {
  uid: 'ballast-services',
  title: 'Ballast: services and SLOs',
  description: 'Each process, its consumers, its calls, and the objectives that pages burn on (docs/observability.md).',
  variables: [{ label: 'job', of: 'ballast_build_info', many: true }],
  rows: [
    {
      title: 'Objectives',
      panels: [
        { title: 'Order path', description: 'Share of orders that failed, last hour; objective 0.5 % (R59)', unit: 'ratio', as: 'number', queries: [['slo:order_path_errors:ratio_1h', 'failed']], badAt: 0.005 },
        { title: 'Decision to acknowledgement', description: 'Share of orders without the venue\'s word within 1 s, last hour; objective 1 %', unit: 'ratio', as: 'number', queries: [['slo:order_ack_slow:ratio_1h', 'slow']], badAt: 0.01 },
        { title: 'Market data', description: 'Share of the last hour in which a feed was not fresh; objective 0.1 % (R59)', unit: 'ratio', as: 'number', queries: [['slo:market_data_stale:ratio_1h', 'not fresh']], badAt: 0.001 },
        { title: 'Reconciliation', description: 'Share of comparisons with the venue that found a difference, last hour; objective 0.1 %', unit: 'ratio', as: 'number', queries: [['slo:reconciliation_differences:ratio_1h', 'different']], badAt: 0.001 },
        { title: 'Open differences', description: 'Differences between the log and the venue that stand now; must be 0', unit: 'count', as: 'number', queries: [['sum(ballast_reconciliation_open_differences)', 'open']], badAt: 1 },
        { title: 'Processes that answer', description: 'Targets of Prometheus that answer', unit: 'count', as: 'number', queries: [[`sum(up${JOB})`, 'up'], [`count(up${JOB})`, 'known']] },
      ],
    },
    {
      title: 'Processes',
      panels: [
        { title: 'Up', description: '1 where /metrics answers', unit: 'count', queries: [[`up${JOB}`, '{{job}} {{instance}}']] },
        { title: 'Ready', description: '1 where every condition of readiness holds', unit: 'count', queries: [[`min by (job, instance) (ballast_ready${JOB})`, '{{job}}']] },
        { title: 'Concerns', description: '1 where a person should look; /readyz says at what', unit: 'count', queries: [[`max by (job, check) (ballast_concern${JOB})`, '{{job}} {{check}}']] },
        { title: 'What runs', description: 'Processes by version and commit', unit: 'count', queries: [[`count by (version, commit, node) (ballast_build_info${JOB})`, '{{version}} {{commit}} Node {{node}}']] },
        { title: 'Event loop', description: 'Longest delay since the last scrape', unit: 'seconds', queries: [[`max by (job) (ballast_event_loop_lag_seconds${JOB})`, '{{job}}']], warnAt: 0.5, badAt: 2 },
        { title: 'CPU', description: 'Cores in use', unit: 'count', queries: [[`sum by (job) (${rateOf('process_cpu_seconds_total', JOB)})`, '{{job}}']] },
        { title: 'Memory', description: 'Resident, and of it the heap in use', unit: 'bytes', queries: [[`sum by (job) (process_resident_memory_bytes${JOB})`, '{{job}} resident'], [`sum by (job) (nodejs_heap_size_used_bytes${JOB})`, '{{job}} heap']] },
        { title: 'Partitions owned', description: 'Owners of each partition, by service: 1, for a moment 2 at a takeover', unit: 'count', queries: [[`sum by (job, partition) (ballast_partition_owned${JOB})`, '{{job}} {{partition}}']] },
        { title: 'Recovery', description: 'Wall time of the last fold of each partition, the longest', unit: 'seconds', queries: [[`max by (job) (ballast_recovery_seconds${JOB})`, '{{job}}']] },
        { title: 'Messages folded at recovery', description: 'The rest was in the snapshot', unit: 'count', queries: [[`sum by (job) (ballast_recovery_messages${JOB})`, '{{job}}']] },
        { title: 'Snapshots', description: 'Saved, restored, unusable, failed to be saved, kept in advance, since the start', unit: 'count', queries: [[`sum by (outcome) (ballast_snapshots_total${JOB})`, '{{outcome}}']] },
        { title: 'Time of a snapshot', description: 'To save or to restore one, 99th percentile since the start', unit: 'seconds', queries: [[`histogram_quantile(0.99, sum by (le, operation) (ballast_snapshot_seconds_bucket${JOB}))`, '{{operation}}']] },
      ],
    },
    {
      title: 'Consumers',
      panels: [
        { title: 'Messages', description: 'A second, by how they ended', unit: 'perSecond', queries: [[`sum by (consumer, outcome) (${rateOf('ballast_messages_handled_total', JOB)})`, '{{consumer}} {{outcome}}']] },
        { title: 'Handling', description: 'From taking a message to its acknowledgement, 99th percentile', unit: 'seconds', queries: [[quantile(0.99, 'ballast_handling_seconds', JOB, ['consumer']), '{{consumer}}']] },
        { title: 'Age of events', description: 'Market time between an event and its handling, 99th percentile', unit: 'seconds', queries: [[quantile(0.99, 'ballast_event_age_seconds', JOB, ['consumer']), '{{consumer}}']] },
        { title: 'In hand', description: 'Messages received and not yet acknowledged', unit: 'count', queries: [[`sum by (consumer) (ballast_messages_in_hand${JOB})`, '{{consumer}}']] },
        { title: 'Came again', description: 'Messages delivered more than once, since the start', unit: 'count', queries: [[`sum by (consumer) (ballast_redeliveries_total${JOB})`, '{{consumer}}']] },
        { title: 'Dead letters', description: 'Since the start, by reason; `ballast dead list`', unit: 'count', queries: [[`sum by (consumer, reason) (ballast_dead_letters_total${JOB})`, '{{consumer}} {{reason}}']], badAt: 1 },
        { title: 'Lanes that wait', description: 'For a person', unit: 'count', queries: [[`sum by (consumer) (ballast_lanes_parked${JOB})`, '{{consumer}}']], badAt: 1 },
        { title: 'Events folded', description: 'A second, by kind of stream', unit: 'perSecond', queries: [[`sum by (kind) (${rateOf('ballast_events_folded_total', JOB)})`, '{{kind}}']] },
        { title: 'Lag behind the log', description: 'Last sequence of each partition that the slowest service has folded, less that of the fastest', unit: 'count', queries: [['max by (partition) (ballast_log_sequence) - min by (partition) (ballast_log_sequence)', 'partition {{partition}}']] },
        { title: 'Decisions made again', description: 'Because another came first', unit: 'count', queries: [[`sum by (kind) (ballast_append_conflicts_total${JOB})`, '{{kind}}']] },
        { title: 'Refused by NATS', description: 'What a process tried and the permission table does not allow; must be 0', unit: 'count', queries: [[`sum by (job, operation) (ballast_permission_violations_total${JOB})`, '{{job}} {{operation}}']], badAt: 1 },
        { title: 'Spans', description: 'Of traces: sent and dropped; nothing where tracing is off', unit: 'perSecond', queries: [[`sum by (outcome) (${rateOf('ballast_spans_total', JOB)})`, '{{outcome}}']] },
      ],
    },
    {
      title: 'Market and venue',
      panels: [
        { title: 'Age of books', description: 'Market time since the last book of an instrument', unit: 'seconds', queries: [['max by (venue, instrument) (ballast_market_staleness_seconds)', '{{venue}} {{instrument}}']], warnAt: 5 },
        { title: 'Breaks of feeds', description: 'Gaps in the sequence, each followed by a resync', unit: 'count', queries: [['sum by (instrument) (ballast_market_gaps_total)', '{{instrument}}']] },
        { title: 'Market messages not passed on', description: 'By reason, and those passed over because a newer one was there', unit: 'count', queries: [['sum by (reason) (ballast_market_discarded_total)', '{{reason}}'], ['sum(ballast_market_skipped_total)', 'passed over']] },
        { title: 'Market time', description: 'What every rule reads as now', unit: 'moment', as: 'number', queries: [['max(ballast_market_time_seconds) * 1000', 'market time']] },
        { title: 'Clock of the venue', description: 'Venue time of the newest book less market time: above 0 the own clock is behind', unit: 'seconds', queries: [['ballast_venue_clock_skew_seconds', '{{venue}}']], warnAt: 1 },
        { title: 'Calls to the venue', description: 'A second, by outcome', unit: 'perSecond', queries: [[`sum by (call, outcome) (${rateOf('ballast_venue_calls_total')})`, '{{call}} {{outcome}}']] },
        { title: 'Time of a call', description: '99th percentile by call', unit: 'seconds', queries: [[quantile(0.99, 'ballast_venue_call_seconds', '', ['call']), '{{call}}']] },
        { title: 'Comparisons with the venue', description: 'A second, agreed or different', unit: 'perSecond', queries: [[`sum by (outcome) (${rateOf('ballast_reconciliations_total')})`, '{{outcome}}']] },
        { title: 'Differences found', description: 'Since reporting started, by kind; must be 0', unit: 'count', queries: [['sum by (kind) (ballast_reconciliation_differences_total)', '{{kind}}']], badAt: 1 },
      ],
    },
    {
      title: 'Edges',
      panels: [
        { title: 'HTTP requests', description: 'A second, by route and class of the answer', unit: 'perSecond', queries: [[`sum by (route, method, status) (${rateOf('ballast_http_requests_total')})`, '{{method}} {{route}} {{status}}']] },
        { title: 'HTTP time', description: 'Median and 99th percentile of all routes', unit: 'seconds', queries: spread('ballast_http_request_seconds') },
        { title: 'Messages to people', description: 'Since reporting started, by channel and outcome', unit: 'count', queries: [['sum by (channel, outcome) (ballast_notifications_total)', '{{channel}} {{outcome}}']] },
        { title: 'Start-up cache', description: 'Calls that failed; nothing waits for them', unit: 'count', queries: [['sum by (job) (ballast_cache_failures_total)', '{{job}}']] },
        { title: 'Age of the archive', description: 'Wall time since the archive of the log was last written', unit: 'seconds', queries: [['ballast_archive_age_seconds', 'archive']], warnAt: 93_600 },
      ],
    },
  ],
};
