import type { StoredMessage } from '@ballast/bus';
import { PARTITIONS } from '@ballast/domain';
import type { BenchContext } from './bench.js';
import { NatsBed } from './nats-bed.js';
import { recordedLog } from './recorded-log.js';

const AT_ONCE = 500;

/** A server that holds a whole log, for benches that read it. */
export interface ReadBed {
  readonly bed: NatsBed;
  readonly messages: number;
  readonly events: number;
  /** Messages of each partition. */
  readonly perPartition: readonly number[];
}

/** Traded and stored once; both reading benches use the same log. */
export async function readBed({ quick, progress }: BenchContext): Promise<ReadBed> {
  const log = await recordedLog(quick ? 3_000 : 10_000, quick ? 2 : 3, progress);
  const bed = await NatsBed.start('2m');
  const js = bed.bare.jetstream();
  for (let first = 0; first < log.length; first += AT_ONCE) await Promise.all(log.slice(first, first + AT_ONCE).map(({ subject, bytes }) => js.publish(subject, bytes)));
  const perPartition = Array.from({ length: PARTITIONS }, (_, partition) => log.filter((message) => message.partition === partition).length);
  return { bed, messages: log.length, events: log.reduce((sum, message) => sum + eventsIn(message), 0), perPartition };
}

const eventsIn = ({ bytes }: StoredMessage): number => (JSON.parse(Buffer.from(bytes).toString('utf8')) as { readonly events: readonly unknown[] }).events.length;
