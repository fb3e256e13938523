import { contentId, type Decider, type Ms } from '@ballast/domain';
import type { BotPaused, BotStarted } from '@ballast/events';
import type { Cause, Envelope } from '../ports/envelope.js';
import { encodeEnvelope } from '../core/envelope-codec.js';

export interface Bot {
  readonly started: number;
  readonly paused: number;
  readonly pauseAt: Ms | undefined;
}
export type BotCommand = { readonly type: 'Start'; readonly times?: number; readonly pauseAt?: Ms } | { readonly type: 'Pause' } | { readonly type: 'StartOnce' };
type BotEvent = BotStarted | BotPaused;

const started = (by: string): BotStarted => ({ type: 'BotStarted', botId: 'b1', by });

/** A small decider over two real events: counts starts; `pauseAt` is a deadline. */
export const botDecider: Decider<Bot, BotCommand, BotEvent> = {
  kind: 'bot',
  writer: 'operator',
  initial: { started: 0, paused: 0, pauseAt: undefined },
  decide(bot, command) {
    switch (command.type) {
      case 'Start':
        return Array.from({ length: command.times ?? 1 }, () => started(command.pauseAt === undefined ? 'test' : `until:${command.pauseAt}`));
      case 'StartOnce':
        return bot.started === 0 ? [started('test')] : [];
      case 'Pause':
        return [{ type: 'BotPaused', botId: 'b1', by: 'deadline' }];
    }
  },
  evolve(bot, event) {
    switch (event.type) {
      case 'BotStarted':
        return { ...bot, started: bot.started + 1, pauseAt: event.by.startsWith('until:') ? Number(event.by.slice(6)) : undefined };
      case 'BotPaused':
        return { ...bot, paused: bot.paused + 1, pauseAt: undefined };
    }
  },
  deadline: ({ pauseAt }) => (pauseAt === undefined ? undefined : { at: pauseAt, command: { type: 'Pause' } }),
};

export const cause = (name: string, lane = 'lane-a'): Cause => ({ causationId: contentId('test', name), correlationId: 'correlation', lane });

/** A valid first message of a bot's stream, but for what `changes` says. */
export function envelopeBytes(id: string, changes: Partial<Record<keyof Envelope, unknown>> = {}): Uint8Array {
  const envelope = { format: 1, decisionId: contentId('injected', id), stream: `operator.bot.${id}`, version: 1, occurredAt: 1_000, writer: 'operator', build: 'test', correlationId: 'c', causationId: 'c', lane: 'lane-x', contract: 1, previousHash: '', events: [{ type: 'BotStarted', botId: 'b1', by: 'test' }], ...changes };
  return encodeEnvelope(envelope as Envelope);
}
