import type { Id } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { type Protection, protectionDecider, type ProtectionEvent } from '@ballast/protection';
import { tableOf } from './output.js';

/** What the log says of a bot's protection, as collateral says what it holds. */
export interface ProtectionText {
  readonly revision: number;
  readonly enabled: boolean;
  readonly mode: string;
  readonly deposited: string;
  readonly paused: boolean;
  /** Why nothing more can be deposited; '' where it can. */
  readonly exhausted: string;
}

/** Undefined where it was never configured. */
export function protectionText({ configured, deposited, paused, exhausted }: Protection): ProtectionText | undefined {
  if (!configured) return undefined;
  const { revision, settings: { enabled, mode } } = configured;
  return { revision, enabled, mode, deposited: deposited.toString(), paused, exhausted: exhausted?.cause ?? '' };
}

const isProtection = (event: BallastEvent): event is ProtectionEvent => event.type.startsWith('Protection');

/** Every bot's protection, folded from the log by the rules that collateral decides it by. */
export class ProtectionFold {
  private readonly bots = new Map<Id, Protection>();

  apply(event: BallastEvent): void {
    if (isProtection(event)) this.bots.set(event.botId, protectionDecider.evolve(this.bots.get(event.botId) ?? protectionDecider.initial, event));
  }

  of(botId: Id): ProtectionText | undefined {
    return protectionText(this.bots.get(botId) ?? protectionDecider.initial);
  }

  /** Of every bot that has it and was not deleted, by bot. */
  all(): Readonly<Record<Id, ProtectionText>> {
    const found = [...this.bots].flatMap(([botId, state]): readonly (readonly [Id, ProtectionText])[] => {
      const text = state.deleted ? undefined : protectionText(state);
      return text ? [[botId, text]] : [];
    });
    return Object.fromEntries(found.sort(([a], [b]) => a.localeCompare(b)));
  }
}

export const protectionTable = (protections: Readonly<Record<Id, ProtectionText>>): string =>
  tableOf(
    ['bot', 'protection', 'mode', 'deposited', 'revision', 'paused', 'exhausted'],
    Object.entries(protections).map(([botId, { enabled, mode, deposited, revision, paused, exhausted }]) => [botId, enabled ? 'on' : 'off', mode, deposited, String(revision), paused ? 'paused' : '', exhausted]),
    'no bot is protected',
  );
