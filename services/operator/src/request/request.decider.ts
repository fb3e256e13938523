import type { Decider, Id } from '@ballast/domain';
import type { RequestClaimed, RequestSettled } from '@ballast/events';

export type RequestEvent = RequestClaimed | RequestSettled;

/** What is known of one idempotency key of one person. */
export type Request =
  | { readonly status: 'ABSENT' }
  /**
   * CLAIMED: a replica is carrying it out; FREE: refused, so that anybody may, also for something else; DOUBTFUL: not answered, so that
   * anybody may, for the same content alone; DONE: for good.
   */
  | {
      readonly status: 'CLAIMED' | 'FREE' | 'DOUBTFUL' | 'DONE';
      readonly attempt: number;
      readonly fingerprint: string;
      readonly replica: Id;
      /** An attempt before this one was sent and never answered: its command may still be carried out. */
      readonly isDoubtful: boolean;
    };

export type RequestCommand =
  | ({
      readonly type: 'Claim';
      /** An attempt whose replica has fallen silent: it is taken over. */
      readonly silent?: number;
    } & Pick<RequestClaimed, 'requestId' | 'person' | 'asked' | 'fingerprint' | 'replica'>)
  | { readonly type: 'Settle'; readonly requestId: Id; readonly attempt: number; readonly replica: Id; readonly outcome: RequestSettled['outcome'] };

function claimed(request: Request, { requestId, person, asked, fingerprint, replica, silent }: Extract<RequestCommand, { type: 'Claim' }>): readonly RequestClaimed[] {
  const claim = (attempt: number): readonly RequestClaimed[] => [{ type: 'RequestClaimed', requestId, attempt, person, asked, fingerprint, replica }];
  if (request.status === 'ABSENT') return claim(1);
  if (request.status === 'DONE') return [];
  const isOpen = request.status === 'FREE' || (request.fingerprint === fingerprint && (request.status === 'DOUBTFUL' || request.attempt === silent));
  return isOpen ? claim(request.attempt + 1) : [];
}

/** A refusal frees the key for something else only where nothing that was asked under it can still happen. */
function settledAs(isDoubtful: boolean, outcome: RequestSettled['outcome']): 'FREE' | 'DOUBTFUL' | 'DONE' {
  if (outcome === 'DONE') return 'DONE';
  return outcome === 'UNANSWERED' || isDoubtful ? 'DOUBTFUL' : 'FREE';
}

/** Of all replicas that hold the same request at the same moment, one claims it: the log takes the first claim of each attempt and no other. */
export const requestDecider: Decider<Request, RequestCommand, RequestEvent> = {
  kind: 'request',
  writer: 'operator',
  initial: { status: 'ABSENT' },

  decide(request, command) {
    if (command.type === 'Claim') return claimed(request, command);
    const { requestId, attempt, replica, outcome } = command;
    const isOwn = request.status === 'CLAIMED' && request.attempt === attempt && request.replica === replica;
    return isOwn ? [{ type: 'RequestSettled', requestId, attempt, outcome }] : [];
  },

  evolve(request, event) {
    switch (event.type) {
      case 'RequestClaimed':
        return { status: 'CLAIMED', attempt: event.attempt, fingerprint: event.fingerprint, replica: event.replica, isDoubtful: request.status === 'CLAIMED' || request.status === 'DOUBTFUL' };
      case 'RequestSettled':
        return request.status === 'ABSENT' ? request : { ...request, status: settledAs(request.isDoubtful, event.outcome) };
    }
  },

  finished: ({ status }) => status === 'DONE',
};
