import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Request, type RequestCommand, requestDecider, type RequestEvent } from './request.decider.js';

const CONTEXT = { decisionId: 'decision1', at: 1_700_000_000_000 };
const claim = (replica: string, more: { readonly fingerprint?: string; readonly silent?: number } = {}): RequestCommand => ({ type: 'Claim', requestId: 'r1', person: 'olga', asked: 'operator.pause-bot', fingerprint: 'a'.repeat(64), replica, ...more });
const settle = (replica: string, attempt: number, outcome: 'DONE' | 'REFUSED' | 'UNANSWERED'): RequestCommand => ({ type: 'Settle', requestId: 'r1', replica, attempt, outcome });

function told(...commands: readonly RequestCommand[]): { readonly request: Request; readonly events: readonly RequestEvent[] } {
  let request = requestDecider.initial;
  const events: RequestEvent[] = [];
  for (const command of commands) {
    const decided = requestDecider.decide(request, command, CONTEXT);
    request = decided.reduce((state, event) => requestDecider.evolve(state, event), request);
    events.push(...decided);
  }
  return { request, events };
}

describe('a request under an idempotency key', () => {
  it('is claimed by one replica, and is done for good', () => {
    const { request, events } = told(claim('a'), claim('b'), settle('a', 1, 'DONE'), claim('b'), claim('b', { silent: 1 }), settle('b', 1, 'REFUSED'));
    expect([request.status, events.map(({ type }) => type)]).toEqual(['DONE', ['RequestClaimed', 'RequestSettled']]);
  });

  it('may be asked again where it was refused, also for something else', () => {
    expect(told(claim('a'), settle('a', 1, 'REFUSED'), claim('b', { fingerprint: 'b'.repeat(64) }))).toMatchObject({ request: { status: 'CLAIMED', attempt: 2, replica: 'b', fingerprint: 'b'.repeat(64) } });
  });

  it('may be asked again where it was not answered, for the same content alone: its command may still be carried out', () => {
    const unanswered = [claim('a'), settle('a', 1, 'UNANSWERED')];
    expect(told(...unanswered, claim('b'))).toMatchObject({ request: { status: 'CLAIMED', attempt: 2, replica: 'b' } });
    expect(told(...unanswered, claim('b', { fingerprint: 'b'.repeat(64) }))).toMatchObject({ request: { status: 'DOUBTFUL', attempt: 1 }, events: [{ attempt: 1 }, { attempt: 1 }] });
  });

  it.each<readonly [string, readonly RequestCommand[]]>([
    ['was not answered', [settle('a', 1, 'UNANSWERED'), claim('b')]],
    ['was left by who fell silent', [claim('b', { silent: 1 })]],
  ])('that %s before a later attempt was refused is not free for something else', (_, between) => {
    const other = claim('c', { fingerprint: 'b'.repeat(64) });
    expect(told(claim('a'), ...between, settle('b', 2, 'REFUSED'), other).request).toMatchObject({ status: 'DOUBTFUL', attempt: 2 });
    expect(told(claim('a'), ...between, settle('b', 2, 'REFUSED'), claim('c')).request).toMatchObject({ status: 'CLAIMED', attempt: 3, replica: 'c' });
  });

  it('is taken over from a replica that has fallen silent: by one, and only for the same content', () => {
    expect(told(claim('a'), claim('b', { silent: 1 }), claim('c', { silent: 1 }), settle('a', 1, 'DONE'))).toMatchObject({ request: { status: 'CLAIMED', attempt: 2, replica: 'b' }, events: [{ attempt: 1 }, { attempt: 2 }] });
    expect(told(claim('a'), claim('b', { silent: 1, fingerprint: 'b'.repeat(64) })).events).toHaveLength(1);
  });

  it('is settled by whoever holds it alone, once an attempt, whatever comes in whatever order', () => {
    const replica = fc.constantFrom('a', 'b', 'c');
    const attempt = fc.integer({ min: 1, max: 4 });
    const command = fc.oneof(
      fc.tuple(replica, fc.option(attempt, { nil: undefined })).map(([by, silent]) => claim(by, silent === undefined ? {} : { silent })),
      fc.tuple(replica, attempt, fc.constantFrom('DONE' as const, 'REFUSED' as const, 'UNANSWERED' as const)).map(([by, nth, outcome]) => settle(by, nth, outcome)),
    );
    fc.assert(fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
      const { events } = told(...commands);
      const claims = events.flatMap((event) => (event.type === 'RequestClaimed' ? [event.attempt] : []));
      const settled = events.flatMap((event) => (event.type === 'RequestSettled' ? [event.attempt] : []));
      expect(claims).toEqual(claims.map((_, index) => index + 1));
      expect(new Set(settled).size).toBe(settled.length);
      const done = events.findIndex((event) => event.type === 'RequestSettled' && event.outcome === 'DONE');
      if (done >= 0) expect(done).toBe(events.length - 1);
    }));
  });
});
