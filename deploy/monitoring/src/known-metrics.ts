import { METRICS } from '@ballast/observability';

/** What others say: the NATS exporter (with `-prefix=nats -varz -jsz=all`), prom-client's own of a Node process, and Prometheus itself. */
export const FOREIGN_METRICS: readonly string[] = [
  'up',
  'nats_varz_connections',
  'nats_varz_slow_consumers',
  'nats_varz_mem',
  'nats_varz_in_msgs',
  'nats_varz_out_msgs',
  'nats_varz_in_bytes',
  'nats_varz_out_bytes',
  'nats_server_total_streams',
  'nats_server_total_message_bytes',
  'nats_server_max_storage',
  'nats_server_jetstream_disabled',
  'nats_stream_total_messages',
  'nats_stream_total_bytes',
  'nats_stream_last_seq',
  'nats_consumer_num_pending',
  'nats_consumer_num_ack_pending',
  'nats_consumer_num_redelivered',
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'process_start_time_seconds',
  'nodejs_heap_size_used_bytes',
  'nodejs_eventloop_lag_p99_seconds',
];

/** Every name that a panel or a rule may read, beside what rules record. */
export const KNOWN_METRICS: ReadonlySet<string> = new Set([...Object.keys(METRICS), ...FOREIGN_METRICS]);
