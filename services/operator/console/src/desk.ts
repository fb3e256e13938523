import { createContext } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import { type Client, freshKey, type Method, type Page, Refusal } from './api/client.js';
import type { Live, LiveLink } from './api/live.js';
import { Loads } from './api/loads.js';
import type { Role, Session } from './api/wire.js';
import type { Code } from './words/codes.js';
import type { Language, Say } from './words/words.js';

/** What every page works with. */
export interface DeskView {
  readonly client: Client;
  readonly session: Session;
  readonly live: Live;
  readonly link: LiveLink;
  readonly say: Say;
  /** A word of the desk in the language chosen. */
  readonly code: Code;
  readonly language: Language;
}

export const DeskContext = createContext<DeskView | undefined>(undefined);

/** @throws Error outside of a signed-in page */
export function useDesk(): DeskView {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('desk: found no signed-in page around this part');
  return desk;
}

const ROLES: readonly Role[] = ['viewer', 'operator', 'approver'];

/** Whether who is signed in may do what needs this role. */
export function useMay(needed: Role): boolean {
  return ROLES.indexOf(useDesk().session.role) >= ROLES.indexOf(needed);
}

/** An answer that is loaded anew whenever something was decided; the one before stays until then. */
export interface Answer<T> {
  readonly value: T | undefined;
  readonly fault: string | undefined;
}

/** `everyMs`: also loaded anew so often, for what changes without a decision. */
export function useAnswer<T>(path: string | undefined, everyMs?: number): Answer<T> {
  return useLoaded(path, (client, asked) => client.get<T>(asked), useTurn(everyMs));
}

function useTurn(everyMs: number | undefined): number {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    const timer = setInterval(() => setTurn((before) => before + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return turn;
}

export function usePage<T>(path: string): Answer<Page<T>> {
  return useLoaded(path, (client, asked) => client.page<T>(asked));
}

function useLoaded<T>(path: string | undefined, load: (client: Client, path: string) => Promise<T>, turn = 0): Answer<T> {
  const { client, live } = useDesk();
  const [answer, setAnswer] = useState<Answer<T> & { readonly path: string | undefined }>({ path, value: undefined, fault: undefined });
  const loads = useRef<Loads<T> | undefined>(undefined);
  useEffect(() => {
    if (path === undefined) return undefined;
    const own = new Loads(() => load(client, path), (found) => setAnswer((before) => ('value' in found ? { path, value: found.value, fault: undefined } : { path, value: before.path === path ? before.value : undefined, fault: textOf(found.error) })));
    loads.current = own;
    return () => {
      own.stop();
      loads.current = undefined;
    };
  }, [path, client]);
  useEffect(() => loads.current?.ask(), [path, client, live.version, turn]);
  return answer.path === path ? answer : { value: undefined, fault: undefined };
}

export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** How a write went. */
export type Outcome = { readonly state: 'idle' } | { readonly state: 'busy' } | { readonly state: 'done'; readonly answer: unknown } | { readonly state: 'refused'; readonly error: Refusal; readonly isInDoubt: boolean };

export interface Write {
  readonly outcome: Outcome;
  /** Sends the command; resolves to its answer, or undefined where it was refused. */
  send<T>(method: Method, path: string, body?: object): Promise<T | undefined>;
  reset(): void;
}

/** One intent of a person: what is in doubt is repeated under the same key, so that it is done once. */
export function useWrite(): Write {
  const { client, link } = useDesk();
  const key = useRef<string | undefined>(undefined);
  const [outcome, setOutcome] = useState<Outcome>({ state: 'idle' });
  const send = async <T>(method: Method, path: string, body: object = {}): Promise<T | undefined> => {
    key.current ??= freshKey();
    setOutcome({ state: 'busy' });
    try {
      const answer = await client.send<T>(method, path, body, key.current);
      key.current = undefined;
      setOutcome({ state: 'done', answer });
      link.outdate();
      return answer;
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(503, textOf(error));
      if (!refusal.isInDoubt) key.current = undefined;
      setOutcome({ state: 'refused', error: refusal, isInDoubt: refusal.isInDoubt });
      return undefined;
    }
  };
  const reset = (): void => {
    key.current = undefined;
    setOutcome({ state: 'idle' });
  };
  return { outcome, send, reset };
}

/** Parts of the address behind the hash: #/bots/pair1 is bots, pair1. No token is ever in it. */
export function useRoute(): readonly string[] {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const onChange = (): void => setHash(location.hash);
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  return hash.replace(/^#\/?/, '').split('/').filter((part) => part !== '').map(decodeURIComponent);
}
