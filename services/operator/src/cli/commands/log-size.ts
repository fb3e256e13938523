import type { Command } from 'commander';
import { type LinkOptions, withBus } from '../connection.js';
import type { CliIo } from '../io.js';
import { LogScales, type LogWeight } from '../log-weight.js';
import { linesOf, show, tableOf } from '../output.js';
import { ALL_PARTITIONS } from '../read-log.js';
import { onBus } from './options.js';

const HOUR_MS = 3_600_000;

/** `ballast log size`: bytes in the log for each completed round, and what they are. */
export function addLogSize(log: Command, io: CliIo): void {
  onBus(log.command('size'), 'ballast log size')
    .description('bytes of the log by event type, and for each completed round of trading')
    .action((options: LinkOptions) => size(options, io));
}

async function size(options: LinkOptions, io: CliIo): Promise<void> {
  const scales = new LogScales();
  await withBus(io, options, ({ store }) => Promise.all(ALL_PARTITIONS.map((partition) => store.read(partition, { filters: [] }, (message) => scales.put(message)))));
  const weight = scales.read();
  show(io, options.json, { ...weight, bytesPerRound: perRound(weight.roundBytes, weight) ?? null }, () => textOf(weight));
}

const perRound = (bytes: number, { rounds }: LogWeight): number | undefined => (rounds === 0 ? undefined : Math.round(bytes / rounds));
const shareOf = (bytes: number, all: number): string => `${((bytes * 100) / Math.max(all, 1)).toFixed(1)} %`;

function textOf(weight: LogWeight): string {
  const { weights, bytes, rounds, roundBytes, spanMs, decisions } = weight;
  const rows = weights.map((one) => [one.name, one.count, one.bytes, Math.round(one.bytes / Math.max(one.count, 1)), perRound(one.bytes, weight) ?? '-', shareOf(one.bytes, bytes)]);
  const beside = bytes - roundBytes;
  return linesOf(
    tableOf(['event', 'count', 'bytes', 'each', 'a round', 'share'], rows, 'the log is empty'),
    `all        ${bytes} bytes in ${decisions} decisions`,
    `rounds     ${rounds} completed, ${perRound(roundBytes, weight) ?? 0} bytes each`,
    `beside     ${beside} bytes${spanMs > 0 ? `, ${Math.round((beside * HOUR_MS) / spanMs)} an hour of market time` : ''}: what belongs to no completed round`,
  );
}
