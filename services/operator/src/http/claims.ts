import { setTimeout as delay } from 'node:timers/promises';
import { contentId, type Id, partitionOf } from '@ballast/domain';
import { type EventStreams, ExecutionFailed } from '@ballast/bus';
import type { BallastEvent, RequestSettled } from '@ballast/events';
import { type Request, type RequestCommand, requestDecider } from '../request/request.decider.js';
import type { DeskFeed } from './desk-feed.js';
import { Problem } from './problem.js';

/** What a person asks for under a key. */
export interface Wish extends Pick<Extract<RequestCommand, { type: 'Claim' }>, 'requestId' | 'person' | 'asked' | 'fingerprint'> {
  /** Causation of what its command decides. */
  readonly causationId: Id;
}

/** `attempt`: this replica carries it out, and settles it. `before`: it was carried out, and this was decided. */
export type Claim = { readonly attempt: number } | { readonly before: readonly BallastEvent[] };

const LOOK_MS = 100;
/** A command is answered, or given up, in 10 s: who has not settled by then is gone. */
const SILENT_MS = 12_000;

type KnownRequest = Exclude<Request, { status: 'ABSENT' }>;

/**
 * Which replica carries out a request, decided by the log: the first claim of a key is taken there, every other one finds it. Who comes
 * second waits for what the first has done; where that one has died, it is taken over, once.
 */
export class Claims {
  /** `replica`: this process, unlike any other. `silentMs`: wall time after which a claim that is not settled is taken over. */
  constructor(
    private readonly streams: Pick<EventStreams, 'execute'>,
    private readonly feed: DeskFeed,
    private readonly replica: Id,
    private readonly silentMs = SILENT_MS,
  ) {}

  /** @throws Problem where the key was used for something else, or the log does not answer */
  async claim(wish: Wish): Promise<Claim> {
    const { requestId, person, asked, fingerprint, causationId } = wish;
    let silent: number | undefined;
    for (;;) {
      const { outcome, state } = await this.decide({ type: 'Claim', requestId, person, asked, fingerprint, replica: this.replica, ...(silent === undefined ? {} : { silent }) }, causationId);
      if (state.status === 'ABSENT') throw new Problem(503, 'the log has not taken the request; it may be repeated under the same Idempotency-Key');
      if (outcome === 'appended') return { attempt: state.attempt };
      if (state.fingerprint !== fingerprint && state.status !== 'FREE') throw keyUsed();
      if (state.status === 'DONE') return { before: (await this.feed.fresh()).decidedFor(causationId) ?? [] };
      const found = await this.outcomeOf(wish, state);
      if ('before' in found) return found;
      silent = found.silent;
    }
  }

  async settle({ requestId, causationId }: Wish, attempt: number, outcome: RequestSettled['outcome']): Promise<void> {
    await this.decide({ type: 'Settle', requestId, attempt, replica: this.replica, outcome }, causationId);
  }

  /** What another replica makes of a request: what it decided; or nothing, where it is free again or that replica has fallen silent. */
  private async outcomeOf({ requestId, causationId }: Wish, { attempt: first }: KnownRequest): Promise<{ readonly before: readonly BallastEvent[] } | { readonly silent: number }> {
    let attempt = first;
    for (let waited = 0; waited < this.silentMs; waited += LOOK_MS) {
      const feed = await this.feed.fresh();
      const before = feed.decidedFor(causationId);
      const known = feed.request(requestId);
      if (before || known?.status === 'DONE') return { before: before ?? [] };
      if (known?.status === 'FREE' || known?.status === 'DOUBTFUL') return { silent: known.attempt };
      if (known && known.attempt > attempt) [attempt, waited] = [known.attempt, 0];
      await delay(LOOK_MS);
    }
    return { silent: attempt };
  }

  private async decide(command: RequestCommand, causationId: Id): Promise<{ readonly outcome: string; readonly state: Request }> {
    const { requestId } = command;
    const cause = { causationId: contentId('request', causationId, this.replica), correlationId: requestId, lane: requestId };
    try {
      return await this.streams.execute(requestDecider, { partition: partitionOf(requestId), id: requestId }, command, cause);
    } catch (error) {
      if (!(error instanceof ExecutionFailed)) throw error;
      throw new Problem(503, `the log does not answer: ${error.message}; a write may be repeated under the same Idempotency-Key`);
    }
  }

}

export const keyUsed = (): Problem => new Problem(422, 'Idempotency-Key: found one that was used for another request, allowed is a fresh one');
