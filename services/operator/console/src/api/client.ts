/** What the edge says went wrong (application/problem+json). */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly status: number,
    detail: string,
    readonly fields: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }

  /** Whether it may have been carried out all the same: then it is repeated under the same key. */
  get isInDoubt(): boolean {
    return this.status === 503 || this.status === 429 || this.status >= 500;
  }
}

/** How a command is sent. */
export type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One page of a list, and where the next one is. */
export interface Page<T> {
  readonly rows: readonly T[];
  readonly next: string | undefined;
}

/** Longest wait for the answer to a command, ms: longer than the desk itself takes to say that nobody answers. */
const COMMAND_MS = 90_000;
const NEXT = /<([^>]+)>; rel="next"/;

/** A name for one intent that nobody else has. */
export function freshKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The API under one token, which goes out in a header and nowhere else. */
export class Client {
  constructor(
    private readonly token: string,
    /** Hears that the edge knows this token no more. */
    private readonly onSignedOut: () => void = () => undefined,
  ) {}

  async get<T>(path: string): Promise<T> {
    return (await (await this.ask(path, { method: 'GET' })).json()) as T;
  }

  async text(path: string): Promise<string> {
    return (await this.ask(path, { method: 'GET' })).text();
  }

  async page<T>(path: string): Promise<Page<T>> {
    const answer = await this.ask(path, { method: 'GET' });
    return { rows: (await answer.json()) as readonly T[], next: NEXT.exec(answer.headers.get('link') ?? '')?.[1] };
  }

  /** Sends a command; the same key twice acts once. @throws Refusal, TypeError where nobody answers */
  async send<T>(method: Method, path: string, body: object, key: string): Promise<T> {
    const answer = await this.ask(path, { method, headers: { 'content-type': 'application/json', 'idempotency-key': key }, body: JSON.stringify(body), signal: AbortSignal.timeout(COMMAND_MS) });
    return (await answer.json()) as T;
  }

  /** A stream that stays open until the signal ends it. */
  stream(path: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Response> {
    return this.ask(path, { method: 'GET', headers, signal });
  }

  private async ask(path: string, request: RequestInit): Promise<Response> {
    const answer = await fetch(path, { ...request, credentials: 'omit', cache: 'no-store', headers: { ...(request.headers as Record<string, string> | undefined), authorization: `Bearer ${this.token}` } });
    if (answer.ok) return answer;
    if (answer.status === 401) this.onSignedOut();
    throw await refusalOf(answer);
  }
}

async function refusalOf(answer: Response): Promise<Refusal> {
  const text = await answer.text();
  if (answer.headers.get('content-type')?.includes('json') !== true) return new Refusal(answer.status, text === '' ? answer.statusText : text);
  const { detail, title, fields } = JSON.parse(text) as { readonly detail?: string; readonly title?: string; readonly fields?: Readonly<Record<string, string>> };
  return new Refusal(answer.status, detail ?? title ?? answer.statusText, fields);
}
