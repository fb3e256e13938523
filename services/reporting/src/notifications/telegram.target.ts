import { Api, GrammyError, HttpError } from 'grammy';
import type { Message } from './notice.js';
import { DeliveryFailed, networkFault, type Sending, type Target } from './target.js';
import { type Language, messageText } from './texts.js';

const MS_PER_S = 1_000;
const REFUSED = 400;
/** Such a refusal is of the chat, and not of the message: it may be put right. */
const OF_CHAT = /chat|group|user/i;

export interface TelegramSettings {
  readonly token: string;
  /** Base URL of the Bot API, without a slash at its end. */
  readonly apiRoot: string;
  /** Longest wait for an answer, ms. */
  readonly timeoutMs: number;
}

/**
 * One chat of the allow-list. The bot only sends: it asks for no updates, so no stranger's message ever reaches it. Telegram
 * knows no idempotency key: a message whose answer was lost may come twice.
 */
export class TelegramTarget implements Target {
  readonly channel = 'telegram';
  readonly name: string;
  private readonly api: Api;

  constructor(
    private readonly settings: TelegramSettings,
    private readonly chatId: number,
    private readonly language: Language,
  ) {
    this.name = `telegram:${chatId}`;
    this.api = new Api(settings.token, { apiRoot: settings.apiRoot, timeoutSeconds: Math.ceil(settings.timeoutMs / MS_PER_S) });
  }

  async send(message: Message, { now, signal }: Sending): Promise<void> {
    const within = AbortSignal.any([signal, AbortSignal.timeout(this.settings.timeoutMs)]);
    try {
      await this.api.sendMessage(this.chatId, messageText(message, this.language, now), { link_preview_options: { is_disabled: true } }, within as Parameters<Api['sendMessage']>[3]);
    } catch (error) {
      throw failureOf(error, within.aborted);
    }
  }
}

function failureOf(error: unknown, timedOut: boolean): DeliveryFailed {
  if (error instanceof GrammyError) {
    const { error_code: code, description, parameters } = error;
    const moved = parameters.migrate_to_chat_id === undefined ? '' : `; the chat is ${parameters.migrate_to_chat_id} now`;
    const refused = code === REFUSED && !OF_CHAT.test(description);
    return new DeliveryFailed(`${code} ${description}${moved}`, { refused, ...(parameters.retry_after === undefined ? {} : { retryAfterMs: parameters.retry_after * MS_PER_S }) });
  }
  if (timedOut) return new DeliveryFailed('no answer in time');
  return new DeliveryFailed(`no answer that can be read: ${networkFault(error instanceof HttpError ? error.error : error)}`);
}
