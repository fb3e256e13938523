import { type Id, type Partition, partitionOf } from '@ballast/domain';
import type { OwnedBot } from './portfolios.js';

/** One command, sent or not: a refusal or a silence is part of what is told. */
export type Sent = { readonly ok: true; readonly data: unknown } | { readonly ok: false; readonly error: string };

export interface VenueHaltPorts {
  send(order: { readonly service: string; readonly partition: Partition; readonly verb: string; readonly payload: object }): Promise<Sent>;
  /** Every bot there is. */
  bots(): Promise<ReadonlyMap<Id, OwnedBot>>;
  /** Whether `bots` has all of them; default true. False where the log is not read to its end yet. */
  readonly knowsAll?: () => boolean;
  /** Hears what was cancelled before anything is asked of the log, which may be away for long. */
  readonly onCancelled?: (partitions: readonly Cancelled[]) => void;
}

export interface VenueHalt {
  readonly partitions: readonly Partition[];
  /** Orders of this portfolio only: a partition holds others too, which go on. */
  readonly portfolioId?: Id | undefined;
  /** Orders of this account only. */
  readonly accountId?: Id | undefined;
  readonly reason: string;
}

export type Cancelled =
  | { readonly partition: Partition; readonly ok: true; readonly accounts: number; /** Orders. */ readonly cancelled: number }
  | { readonly partition: Partition; readonly ok: false; readonly error: string };

export interface Halted {
  readonly scope: string;
  readonly ok: boolean;
  readonly text: string;
}

export interface VenueHalted {
  readonly partitions: readonly Cancelled[];
  /** What is halted in the log as well: that outlives execution, and is what a person resumes. */
  readonly halts: readonly Halted[];
  /** Accounts that there are of what was meant, where none was met. */
  readonly known: readonly Id[];
}

/** Stops at the venue first, without the log: cancels every open order and sends no new risk. Then halts in the log what was stopped. */
export async function haltAtVenue(ports: VenueHaltPorts, halt: VenueHalt): Promise<VenueHalted> {
  const partitions = await Promise.all(halt.partitions.map((partition) => cancelIn(ports, partition, halt)));
  ports.onCancelled?.(partitions);
  if (isMissed(partitions)) return { partitions, halts: [], known: [...(await ports.bots()).values()].filter(({ portfolioId }) => portfolioId === (halt.portfolioId ?? portfolioId)).map(({ accountId }) => accountId).sort() };
  return { partitions, halts: await recordHalts(ports, halt), known: [] };
}

/** What did not happen, and what to do about it; undefined where everything is stopped and recorded. */
export function haltFault({ partitions, halts, known }: VenueHalted, accountId: Id | undefined): { readonly message: string; readonly advice: string } | undefined {
  const silent = partitions.filter(({ ok }) => !ok);
  if (silent.length > 0) return { message: `execution did not cancel in partition ${silent.map(({ partition }) => partition).join(', ')}`, advice: 'start execution, or cancel at the venue itself' };
  if (isMissed(partitions)) return { message: `nothing is cancelled: execution knows no account${accountId === undefined ? '' : ` ${accountId}`}`, advice: `name one of the accounts there are (${known.join(', ') || 'none yet'}), or cancel at the venue itself` };
  return halts.length > 0 && halts.every(({ ok }) => ok) ? undefined : { message: 'the halt is not in the log: execution forgets its own when it starts anew', advice: 'repeat `ballast halt` when the log and risk answer' };
}

/** What was cancelled, a line each. */
export const cancelledLines = (partitions: readonly Cancelled[]): readonly string[] => partitions.filter((answer) => !answer.ok || answer.accounts > 0).map(textOf);
/** What was halted in the log, a line each. */
export const haltedLines = (halts: readonly Halted[]): readonly string[] => halts.map(({ scope, text }) => `${scope}: ${text}`);

/** Whether execution answered, and knows none of the accounts that were meant. */
export const isMissed = (answers: readonly Cancelled[]): boolean => answers.every((answer) => answer.ok && answer.accounts === 0);
const textOf = (answer: Cancelled): string => `partition ${answer.partition}: ${answer.ok ? `${counted(answer.cancelled, 'order')} of ${counted(answer.accounts, 'account')} cancelled` : answer.error}`;
const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

async function cancelIn({ send }: VenueHaltPorts, partition: Partition, { portfolioId, accountId }: VenueHalt): Promise<Cancelled> {
  const sent = await send({ service: 'execution', partition, verb: 'halt-venue', payload: { ...(portfolioId === undefined ? {} : { portfolioId }), ...(accountId === undefined ? {} : { accountId }) } });
  if (!sent.ok) return { partition, ok: false, error: sent.error };
  const { accounts, cancelled } = sent.data as { readonly accounts: number; readonly cancelled: number };
  return { partition, ok: true, accounts, cancelled };
}

async function recordHalts(ports: VenueHaltPorts, halt: VenueHalt): Promise<readonly Halted[]> {
  try {
    const { portfolioId, accountId, reason } = halt;
    // A portfolio has been met at the venue by its name: that is all it takes to halt it.
    if (portfolioId !== undefined && accountId === undefined) return [await recordHalt(ports, { portfolioId, scope: 'PORTFOLIO', scopeId: portfolioId, reason })];
    const halts = await Promise.all(scopesMeant(await ports.bots(), halt).map((of) => recordHalt(ports, { ...of, reason })));
    return ports.knowsAll?.() === false ? [...halts, { scope: 'the log', ok: false, text: 'it is not read to its end yet, so that there may be more to halt' }] : halts;
  } catch (error) {
    return [{ scope: 'the log', ok: false, text: error instanceof Error ? error.message : String(error) }];
  }
}

interface HaltScope {
  readonly portfolioId: Id;
  readonly scope: 'PORTFOLIO' | 'BOT';
  readonly scopeId: Id;
}

/** The bot of the account that is named, else every portfolio. */
function scopesMeant(bots: ReadonlyMap<Id, OwnedBot>, { portfolioId: portfolio, accountId: account }: VenueHalt): readonly HaltScope[] {
  const meant = [...bots].filter(([, bot]) => (portfolio ?? bot.portfolioId) === bot.portfolioId && (account ?? bot.accountId) === bot.accountId);
  return [...new Map(meant.map(([botId, { portfolioId }]): readonly [Id, HaltScope] => (account === undefined ? [portfolioId, { portfolioId, scope: 'PORTFOLIO', scopeId: portfolioId }] : [botId, { portfolioId, scope: 'BOT', scopeId: botId }]))).values()];
}

async function recordHalt({ send }: VenueHaltPorts, payload: HaltScope & { readonly reason: string }): Promise<Halted> {
  const sent = await send({ service: 'risk', partition: partitionOf(payload.portfolioId), verb: 'halt', payload });
  return { scope: `${payload.scope.toLowerCase()} ${payload.scopeId}`, ok: sent.ok, text: sent.ok ? 'HALTED' : sent.error };
}
