import type { Command } from 'commander';
import type { DeadLetter } from '@ballast/bus';
import { command } from '../ask.js';
import { type LinkOptions, withBus } from '../connection.js';
import { CliFailure, type CliIo } from '../io.js';
import { show, tableOf, timeText } from '../output.js';
import { onBus, withKey } from './options.js';

interface DeadOptions extends LinkOptions {
  readonly service?: string;
  readonly key?: string;
}

/** `ballast dead …`: messages that could not be handled, and what becomes of them. */
export function addDead(program: Command, io: CliIo): void {
  const dead = program.command('dead').description('messages that could not be handled: list, retry, discard');
  onBus(dead.command('list'), 'ballast dead list --service risk')
    .description('open dead letters, oldest first')
    .option('--service <name>', 'of this service only')
    .action((options: DeadOptions) => list(options, io));
  withKey(onBus(dead.command('retry <id>'), 'ballast dead retry abcdefgh'))
    .description('handles it again; the last one of a lane lets the lane go on')
    .action((id: string, options: DeadOptions) => resolve(id, 'dead-retry', options, io));
  withKey(onBus(dead.command('discard <id>'), 'ballast dead discard abcdefgh'))
    .description('gives it up for good; the last one of a lane lets the lane go on')
    .action((id: string, options: DeadOptions) => resolve(id, 'dead-discard', options, io));
}

async function list(options: DeadOptions, io: CliIo): Promise<void> {
  const letters = await withBus(io, options, ({ deadLetters }) => deadLetters.open(options.service === undefined ? {} : { service: options.service }));
  const rows = letters.map(({ deadId, service, partition, lane, reason, subject, detail, at }) => [deadId, timeText(at), service, `${partition}:${lane}`, reason, subject, detail.slice(0, 100)]);
  show(io, options.json, { letters }, () => tableOf(['id', 'market time', 'service', 'lane', 'reason', 'subject', 'detail'], rows, 'no dead letters'));
}

async function resolve(deadId: string, verb: 'dead-retry' | 'dead-discard', options: DeadOptions, io: CliIo): Promise<void> {
  const letter = await withBus(io, options, async (bus): Promise<DeadLetter> => {
    const found = (await bus.deadLetters.open()).find((one) => one.deadId === deadId);
    if (!found) throw new CliFailure(`there is no open dead letter ${deadId}`, '`ballast dead list` shows the open ones');
    await command(bus, { service: found.service, partition: found.partition, verb, payload: { deadId }, key: options.key });
    return found;
  });
  const done = verb === 'dead-retry' ? 'RETRIED' : 'DISCARDED';
  show(io, options.json, { deadId, service: letter.service, lane: letter.lane, resolution: done }, () => `dead letter ${deadId} of ${letter.service} is ${done}`);
}
