import { readFileSync } from 'node:fs';
import { EnvReader } from '@ballast/bus';
import type { CourierSettings } from './courier.js';
import type { Target } from './target.js';
import { TelegramTarget } from './telegram.target.js';
import { type Language, LANGUAGES } from './texts.js';
import { WebhookTarget } from './webhook.target.js';

/** Who is told, and at what pace. */
export interface NotificationsConfig {
  /** None: nobody is told anything. */
  readonly targets: readonly Target[];
  readonly courier: CourierSettings;
}

const TOKEN = /^\d{1,20}:[\w-]{10,100}$/;
const SECRET = /^[\x21-\x7e]{16,256}$/;
const CHAT = /^(-?\d{1,15})(?:=([a-z]+))?$/;
const RETRY_FIRST_MS = 1_000;
const RETRY_MOST_MS = 60_000;

/** Reads NOTIFY_…; faults go to the reader, which never hears a token or a secret. */
export function notificationsIn(reader: EnvReader): NotificationsConfig {
  const timeoutMs = reader.integer('NOTIFY_TIMEOUT_MS', 100, 120_000, 10_000);
  const courier = { windowMs: reader.integer('NOTIFY_WINDOW_MS', 0, 3_600_000, 10_000), retryFirstMs: RETRY_FIRST_MS, retryMostMs: RETRY_MOST_MS };
  return { targets: [...telegramIn(reader, timeoutMs), ...webhookIn(reader, timeoutMs)], courier };
}

function telegramIn(reader: EnvReader, timeoutMs: number): readonly Target[] {
  const chats = reader.optional('NOTIFY_TELEGRAM_CHATS');
  const token = secretIn(reader, 'NOTIFY_TELEGRAM_TOKEN', { isNeeded: chats !== undefined, allowed: TOKEN, words: 'a bot token as Telegram gives it, digits:letters' });
  const apiRoot = urlIn(reader, 'NOTIFY_TELEGRAM_API', reader.text('NOTIFY_TELEGRAM_API', 'an http or https URL', 'https://api.telegram.org'));
  if (token === undefined && chats === undefined) return [];
  if (token === undefined) reader.fault('NOTIFY_TELEGRAM_TOKEN', undefined, 'a bot token, or NOTIFY_TELEGRAM_TOKEN_FILE, where chats are named');
  if (chats === undefined) reader.fault('NOTIFY_TELEGRAM_CHATS', undefined, 'the chats that may be told, as 1234,-100567=ko, where there is a token');
  const asked = (chats ?? '').split(',').map((chat) => chatOf(chat.trim()));
  const known = asked.filter((chat) => chat !== undefined);
  if (chats !== undefined && (known.length < asked.length || new Set(known.map(({ id }) => id)).size < known.length)) reader.fault('NOTIFY_TELEGRAM_CHATS', chats, `chat ids, each once, each with =${LANGUAGES.join(' or =')} behind it where wanted, as 1234,-100567=ko`);
  return token === undefined || apiRoot === undefined ? [] : known.map(({ id, language }) => new TelegramTarget({ token, apiRoot: apiRoot.replace(/\/+$/, ''), timeoutMs }, id, language));
}

function chatOf(text: string): { readonly id: number; readonly language: Language } | undefined {
  const [, id, asked = 'en'] = CHAT.exec(text) ?? [];
  const language = LANGUAGES.find((known) => known === asked);
  return id === undefined || language === undefined ? undefined : { id: parseInt(id, 10), language };
}

function webhookIn(reader: EnvReader, timeoutMs: number): readonly Target[] {
  const asked = reader.optional('NOTIFY_WEBHOOK_URL');
  const url = asked === undefined ? undefined : urlIn(reader, 'NOTIFY_WEBHOOK_URL', asked);
  const secret = secretIn(reader, 'NOTIFY_WEBHOOK_SECRET', { isNeeded: asked !== undefined, allowed: SECRET, words: '16 to 256 visible characters' });
  if (asked === undefined && secret === undefined) return [];
  if (asked === undefined) reader.fault('NOTIFY_WEBHOOK_URL', undefined, 'an http or https URL, where there is a secret');
  if (secret === undefined) reader.fault('NOTIFY_WEBHOOK_SECRET', undefined, '16 to 256 visible characters, or NOTIFY_WEBHOOK_SECRET_FILE, where there is a URL');
  return url === undefined || secret === undefined ? [] : [new WebhookTarget({ url, secret, timeoutMs })];
}

interface Wanted {
  /** Whether somebody is to be told, who can't be without it. */
  readonly isNeeded: boolean;
  readonly allowed: RegExp;
  readonly words: string;
}

/**
 * From the variable, or from the file that the one with `_FILE` names. A container is always told of a file; while nobody is
 * to be told, it may be absent or empty. What is found is never shown.
 */
function secretIn(reader: EnvReader, name: string, { isNeeded, allowed, words }: Wanted): string | undefined {
  const file = reader.optional(`${name}_FILE`);
  const given = reader.optional(name);
  if (!isNeeded && given === undefined && file !== undefined && (contentOf(file) ?? '') === '') return undefined;
  if (file !== undefined && given !== undefined) reader.fault(`${name}_FILE`, file, `one of it and ${name}`);
  const secret = file === undefined ? given : contentOf(file);
  if (secret === undefined && file !== undefined) reader.fault(`${name}_FILE`, file, 'a file that can be read');
  if (secret === undefined || allowed.test(secret)) return secret;
  reader.fault(file === undefined ? name : `${name}_FILE`, secret === '' ? undefined : 'something else', words);
  return undefined;
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

/** A URL may hold a secret, so it is not shown either. */
function urlIn(reader: EnvReader, name: string, text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.password === '') return text;
  reader.fault(name, 'something else', 'an http or https URL without a user or password in it');
  return undefined;
}
