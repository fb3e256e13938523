import { createHmac } from 'node:crypto';
import { countOf, type Message } from './notice.js';
import { DeliveryFailed, networkFault, type Sending, type Target } from './target.js';
import { LANGUAGES, messageText, textOf } from './texts.js';

export interface WebhookSettings {
  readonly url: string;
  /** Both sides know it: signatures are made with it. */
  readonly secret: string;
  /** Longest wait for an answer, ms. */
  readonly timeoutMs: number;
}

const MS_PER_S = 1_000;
/** The receiver has read this message and will not have it; anything else may pass. */
const REFUSALS: readonly number[] = [400, 409, 410, 413, 422];

/** What a webhook's signature is: HMAC-SHA-256 over `<timestamp>.<body>`, hex, behind `sha256=`. */
export const signatureOf = (secret: string, timestamp: string, body: string): string => `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;

/** The message as a webhook gets it: its text does not depend on when it is sent. */
export const webhookBody = (message: Message): string =>
  JSON.stringify({
    format: 1,
    key: message.key,
    kind: message.kind,
    count: countOf(message),
    text: Object.fromEntries(LANGUAGES.map((language) => [language, messageText(message, language, 0)])),
    notices: message.notices.map(({ id, at, facts }) => ({ id, at: new Date(at).toISOString(), ...facts, text: Object.fromEntries(LANGUAGES.map((language) => [language, textOf(facts, language)])) })),
  });

/** One URL that takes signed JSON. It sees the same `Idempotency-Key` whenever a message comes again. */
export class WebhookTarget implements Target {
  readonly channel = 'webhook';
  readonly name = 'webhook';

  constructor(private readonly settings: WebhookSettings) {}

  async send(message: Message, { signal }: Sending): Promise<void> {
    const body = webhookBody(message);
    const timestamp = String(Math.floor(Date.now() / MS_PER_S));
    const headers = { 'content-type': 'application/json', 'idempotency-key': message.key, 'x-ballast-timestamp': timestamp, 'x-ballast-signature': signatureOf(this.settings.secret, timestamp, body) };
    const within = AbortSignal.any([signal, AbortSignal.timeout(this.settings.timeoutMs)]);
    const response = await fetch(this.settings.url, { method: 'POST', redirect: 'manual', headers, body, signal: within }).catch((error: unknown) => {
      throw new DeliveryFailed(within.aborted ? 'no answer in time' : `no answer: ${networkFault(error)}`);
    });
    await response.body?.cancel();
    if (response.ok) return;
    const retryAfter = response.headers.get('retry-after') ?? '';
    throw new DeliveryFailed(`${response.status} ${response.statusText}`.trim(), { refused: REFUSALS.includes(response.status), ...(/^\d{1,6}$/.test(retryAfter) ? { retryAfterMs: parseInt(retryAfter, 10) * MS_PER_S } : {}) });
  }
}
