/** The parts of `/varz` that are told on. */
export interface Varz {
  readonly server_id: string;
  readonly server_name: string;
  readonly connections: number;
  readonly mem: number;
  readonly slow_consumers: number;
  readonly in_msgs: number;
  readonly out_msgs: number;
  readonly in_bytes: number;
  readonly out_bytes: number;
}

interface Raft {
  readonly name?: string;
  readonly leader?: string;
}

interface ConsumerDetail {
  readonly name: string;
  readonly cluster?: Raft;
  readonly num_pending: number;
  readonly num_ack_pending: number;
  readonly num_redelivered: number;
  readonly num_waiting: number;
  readonly delivered: { readonly stream_seq: number; readonly consumer_seq: number };
  readonly ack_floor: { readonly stream_seq: number; readonly consumer_seq: number };
}

interface StreamDetail {
  readonly name: string;
  readonly cluster?: Raft;
  readonly state: { readonly messages: number; readonly bytes: number; readonly first_seq: number; readonly last_seq: number; readonly consumer_count: number };
  readonly consumer_detail?: readonly ConsumerDetail[];
}

/** The parts of `/jsz?consumers=true&config=true` that are told on. */
export interface Jsz {
  readonly disabled?: boolean;
  readonly streams?: number;
  readonly consumers?: number;
  readonly messages?: number;
  readonly bytes?: number;
  readonly config?: { readonly max_storage?: number; readonly max_memory?: number; readonly domain?: string };
  readonly meta_cluster?: Raft;
  readonly account_details?: readonly { readonly name: string; readonly id: string; readonly stream_detail?: readonly StreamDetail[] }[];
}

type LabelValues = Readonly<Record<string, string | boolean | undefined>>;
const VARZ = ['connections', 'mem', 'slow_consumers', 'in_msgs', 'out_msgs', 'in_bytes', 'out_bytes'] as const;

/** Lines of one name stand together, as the text format asks. */
class Exposition {
  private readonly lines = new Map<string, string[]>();

  add(name: string, labels: LabelValues, value: number): void {
    const text = Object.entries(labels).map(([label, of]) => `${label}="${String(of ?? '').replace(/[\\"\n]/g, (found) => (found === '\n' ? '\\n' : `\\${found}`))}"`).join(',');
    const lines = this.lines.get(name) ?? [];
    this.lines.set(name, lines);
    lines.push(`${name}{${text}} ${value}`);
  }

  text(): string {
    return [...this.lines].map(([name, lines]) => `# HELP ${name} ${name}\n# TYPE ${name} gauge\n${lines.join('\n')}\n`).join('');
  }
}

/** Who is alone leads. */
const leads = (cluster: Raft | undefined, server: string): boolean => cluster === undefined || cluster.leader === server;

/** What a NATS server says of itself, under the names and labels of prometheus-nats-exporter with `-prefix=nats -varz -jsz=all`. */
export function natsExposition(varz: Varz, jsz: Jsz): string {
  const out = new Exposition();
  const server: LabelValues = { server_id: varz.server_id, server_name: varz.server_name, cluster: jsz.meta_cluster?.name, domain: jsz.config?.domain, meta_leader: jsz.meta_cluster?.leader, is_meta_leader: leads(jsz.meta_cluster, varz.server_name) };
  for (const name of VARZ) out.add(`nats_varz_${name}`, { server_id: varz.server_id }, varz[name]);
  out.add('nats_server_jetstream_disabled', server, jsz.disabled === true ? 1 : 0);
  out.add('nats_server_total_streams', server, jsz.streams ?? 0);
  out.add('nats_server_total_consumers', server, jsz.consumers ?? 0);
  out.add('nats_server_total_messages', server, jsz.messages ?? 0);
  out.add('nats_server_total_message_bytes', server, jsz.bytes ?? 0);
  out.add('nats_server_max_storage', server, jsz.config?.max_storage ?? 0);
  out.add('nats_server_max_memory', server, jsz.config?.max_memory ?? 0);
  for (const account of jsz.account_details ?? []) for (const stream of account.stream_detail ?? []) addStream(out, { ...server, account: account.name, account_id: account.id }, stream, varz.server_name);
  return out.text();
}

function addStream(out: Exposition, account: LabelValues, { name, cluster, state, consumer_detail }: StreamDetail, server: string): void {
  const labels: LabelValues = { ...account, stream_name: name, stream_leader: cluster?.leader, is_stream_leader: leads(cluster, server) };
  out.add('nats_stream_total_messages', labels, state.messages);
  out.add('nats_stream_total_bytes', labels, state.bytes);
  out.add('nats_stream_first_seq', labels, state.first_seq);
  out.add('nats_stream_last_seq', labels, state.last_seq);
  out.add('nats_stream_consumer_count', labels, state.consumer_count);
  for (const consumer of consumer_detail ?? []) addConsumer(out, labels, consumer, server);
}

function addConsumer(out: Exposition, stream: LabelValues, consumer: ConsumerDetail, server: string): void {
  const labels: LabelValues = { ...stream, consumer_name: consumer.name, consumer_leader: consumer.cluster?.leader, is_consumer_leader: leads(consumer.cluster, server) };
  for (const name of ['num_pending', 'num_ack_pending', 'num_redelivered', 'num_waiting'] as const) out.add(`nats_consumer_${name}`, labels, consumer[name]);
  out.add('nats_consumer_delivered_stream_seq', labels, consumer.delivered.stream_seq);
  out.add('nats_consumer_delivered_consumer_seq', labels, consumer.delivered.consumer_seq);
  out.add('nats_consumer_ack_floor_stream_seq', labels, consumer.ack_floor.stream_seq);
  out.add('nats_consumer_ack_floor_consumer_seq', labels, consumer.ack_floor.consumer_seq);
}
