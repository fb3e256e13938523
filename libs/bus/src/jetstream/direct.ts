import { setTimeout as delay } from 'node:timers/promises';
import { ErrorCode, NatsError, type Msg } from 'nats';
import { StoreUnreachable } from '../ports/event-store.js';
import { NotPermitted, type Link } from './link.js';
import type { ReadMessage } from './reader.js';

/** What to get: by sequence and subject, or the last of a subject. */
export type DirectRequest = { readonly seq: number; readonly next_by_subj?: string } | { readonly last_by_subj: string };

const ANSWER_TIMEOUT_MS = 1_000;
const RETRY_MS = 100;
const NOT_FOUND = 404;
const UNAVAILABLE = 503;
const NO_SUCH_STREAM = 10059;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A read may be asked for again at will: it outlives a server that restarts, up to a limit. */
async function ask(link: Link, subject: string, body: object | undefined): Promise<Msg> {
  const deadline = performance.now() + link.patienceMs;
  for (;;) {
    await link.ready(link.patienceMs);
    try {
      const answer = await link.connection.request(subject, body === undefined ? undefined : encoder.encode(JSON.stringify(body)), { timeout: ANSWER_TIMEOUT_MS });
      return answer;
    } catch (error) {
      if (!(error instanceof NatsError)) throw error;
      if (error.isPermissionError() || error.permissionContext !== undefined) throw new NotPermitted(`publish: user ${link.user} may not write to "${subject}"`, { cause: error });
      const mayPass = [ErrorCode.NoResponders, ErrorCode.Timeout, ErrorCode.Disconnect].includes(error.code as ErrorCode);
      if (!mayPass) throw error;
      if (link.closed || performance.now() > deadline) throw new StoreUnreachable(`${subject}: no answer (${error.code})`, { cause: error });
      await delay(RETRY_MS);
    }
  }
}

/** One message straight from the stream, without a consumer; undefined where none matches. */
export async function getDirect(link: Link, stream: string, request: DirectRequest): Promise<ReadMessage | undefined> {
  const subjectForm = 'last_by_subj' in request;
  const answer = await ask(link, `${link.api}.DIRECT.GET.${stream}${subjectForm ? `.${request.last_by_subj}` : ''}`, subjectForm ? undefined : request);
  const status = answer.headers?.code ?? 0;
  if (status === NOT_FOUND) return undefined;
  const sequence = Number(answer.headers?.get('Nats-Sequence'));
  const subject = answer.headers?.get('Nats-Subject') ?? '';
  if (status !== 0 || !Number.isSafeInteger(sequence) || sequence === 0) throw new Error(`${stream}: direct get answered ${status} ${answer.headers?.description ?? ''}`);
  return { sequence, subject, bytes: answer.data };
}

interface StreamInfo {
  /** Subjects that match, of which one answer holds a page. */
  readonly total?: number;
  readonly state?: { readonly last_seq: number; readonly messages: number; readonly bytes: number; readonly subjects?: Readonly<Record<string, number>> };
  readonly error?: { readonly description?: string; readonly code?: number; readonly err_code?: number };
}

/** What a stream holds now. @throws StoreUnreachable */
export const streamInfo = async (link: Link, stream: string, body: object): Promise<NonNullable<StreamInfo['state']>> => (await infoOf(link, stream, body)).state;

/** The provisioner makes every stream, at its start and anew where a restarted server has lost one of memory: until then it is waited for. */
async function infoOf(link: Link, stream: string, body: object): Promise<StreamInfo & Required<Pick<StreamInfo, 'state'>>> {
  for (const deadline = performance.now() + link.patienceMs; ; await delay(RETRY_MS)) {
    const info = JSON.parse(decoder.decode((await ask(link, `${link.api}.STREAM.INFO.${stream}`, body)).data)) as StreamInfo;
    if (info.state !== undefined) return { ...info, state: info.state };
    const why = `${stream}: ${info.error?.description ?? 'no state'} (${info.error?.err_code ?? 0})`;
    if (info.error?.code === UNAVAILABLE) throw new StoreUnreachable(why);
    if (info.error?.err_code !== NO_SUCH_STREAM) throw new Error(why);
    if (link.closed || performance.now() > deadline) throw new StoreUnreachable(`${why}; the provisioner makes it`);
  }
}

export const lastSequenceOf = async (link: Link, stream: string): Promise<number> => (await streamInfo(link, stream, {})).last_seq;

/** The subjects that a stream holds now, of those that match. */
export const subjectsOf = async (link: Link, stream: string, filter: string): Promise<readonly string[]> => [...(await countsOf(link, stream, filter)).keys()];

/** The subjects that a stream holds now, of those that match, each with how many messages it has. The server gives 100,000 at a time. */
export async function countsOf(link: Link, stream: string, filter: string): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (let offset = 0; ; ) {
    const { state, total = 0 } = await infoOf(link, stream, { subjects_filter: filter, ...(offset > 0 ? { offset } : {}) });
    const page = Object.entries(state.subjects ?? {});
    for (const [subject, count] of page) counts.set(subject, count);
    offset += page.length;
    if (page.length === 0 || offset >= total) return counts;
  }
}

/** How many messages one subject has, and where the stream ends now. */
export async function countOf(link: Link, stream: string, subject: string): Promise<{ readonly count: number; readonly lastSequence: number }> {
  const state = await streamInfo(link, stream, { subjects_filter: subject });
  return { count: state.subjects?.[subject] ?? 0, lastSequence: state.last_seq };
}
