import type { BoardOf } from './board.js';
import { rateOf } from './queries.js';

/** The server that carries every event, as its exporter tells it. Of a consumer only its leader is asked: what the others tell can be old. */
export const NATS: BoardOf = {
  uid: 'ballast-nats',
  title: 'Ballast: NATS and JetStream',
  description: 'The log and its consumers, by prometheus-nats-exporter with -prefix=nats -varz -jsz=all.',
  variables: [{ label: 'stream_name', of: 'nats_stream_total_messages', many: true }],
  rows: [
    {
      title: 'Server',
      panels: [
        { title: 'Connections', description: 'Clients: one for each process', unit: 'count', as: 'number', queries: [['sum(nats_varz_connections)', 'connections']] },
        { title: 'Slow consumers', description: 'Connections cut because they did not read, since the server started', unit: 'count', as: 'number', queries: [['sum(nats_varz_slow_consumers)', 'slow']], badAt: 1 },
        { title: 'JetStream is off', description: 'Yes where a server has switched it off: a full or failing disk', unit: 'yesNo', as: 'number', queries: [['max(nats_server_jetstream_disabled)', 'off']], badAt: 1 },
        { title: 'Streams there are', description: 'All streams of the server', unit: 'count', as: 'number', queries: [['max(nats_server_total_streams)', 'streams']] },
        { title: 'Storage in use', description: 'Of what JetStream may take', unit: 'ratio', as: 'number', queries: [['max(nats_server_total_message_bytes / nats_server_max_storage)', 'in use']], warnAt: 0.7, badAt: 0.85 },
        { title: 'Memory', description: 'Of the server', unit: 'bytes', as: 'number', queries: [['max(nats_varz_mem)', 'memory']] },
        { title: 'Messages', description: 'A second, in and out', unit: 'perSecond', queries: [[`sum(${rateOf('nats_varz_in_msgs')})`, 'in'], [`sum(${rateOf('nats_varz_out_msgs')})`, 'out']] },
        { title: 'Bytes', description: 'A second, in and out', unit: 'bytesPerSecond', queries: [[`sum(${rateOf('nats_varz_in_bytes')})`, 'in'], [`sum(${rateOf('nats_varz_out_bytes')})`, 'out']] },
      ],
    },
    {
      title: 'Streams',
      panels: [
        { title: 'Messages in a stream', description: 'The events of a partition never go away', unit: 'count', queries: [['max by (stream_name) (nats_stream_total_messages{stream_name=~"$stream_name"})', '{{stream_name}}']] },
        { title: 'Bytes in a stream', description: 'What the log costs on the disk', unit: 'bytes', queries: [['max by (stream_name) (nats_stream_total_bytes{stream_name=~"$stream_name"})', '{{stream_name}}']] },
        { title: 'Added', description: 'Messages a second', unit: 'perSecond', queries: [[`max by (stream_name) (${rateOf('nats_stream_last_seq', '{stream_name=~"$stream_name"}')})`, '{{stream_name}}']] },
      ],
    },
    {
      title: 'Consumers',
      panels: [
        { title: 'Not delivered yet', description: 'Messages that a consumer has before it', unit: 'count', queries: [['max by (consumer_name) (nats_consumer_num_pending{stream_name=~"$stream_name",is_consumer_leader="true"})', '{{consumer_name}}']], warnAt: 1_000 },
        { title: 'Not acknowledged yet', description: 'Messages in hand of a consumer', unit: 'count', queries: [['max by (consumer_name) (nats_consumer_num_ack_pending{stream_name=~"$stream_name",is_consumer_leader="true"})', '{{consumer_name}}']] },
        { title: 'Delivered again', description: 'Messages in hand that came before', unit: 'count', queries: [['max by (consumer_name) (nats_consumer_num_redelivered{stream_name=~"$stream_name",is_consumer_leader="true"})', '{{consumer_name}}']] },
      ],
    },
  ],
};
