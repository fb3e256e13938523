import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readReportingConfig } from '../config.js';

const TOKEN = '12345:canary-token-of-the-bot';
const SECRET = 'canary-secret-of-the-webhook';

describe('the environment of notifications', () => {
  let folder: string;
  const fileOf = (name: string, content: string): string => {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  };
  const named = (env: NodeJS.ProcessEnv): readonly string[] => readReportingConfig(env).notifications.targets.map(({ name }) => name);
  const faultOf = (env: NodeJS.ProcessEnv): string => {
    try {
      readReportingConfig(env);
    } catch (error) {
      return String(error);
    }
    return '';
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ballast-notify-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('tells nobody where nothing is said', () => {
    expect(named({})).toEqual([]);
  });

  it('tells the chats of the list and the webhook, with secrets from variables or files', () => {
    expect(named({ NOTIFY_TELEGRAM_TOKEN: TOKEN, NOTIFY_TELEGRAM_CHATS: '77, -100567=ko', NOTIFY_WEBHOOK_URL: 'https://desk.example/in', NOTIFY_WEBHOOK_SECRET_FILE: fileOf('secret', `${SECRET}\n`) })).toEqual(['telegram:77', 'telegram:-100567', 'webhook']);
    expect(named({ NOTIFY_TELEGRAM_TOKEN_FILE: fileOf('token', `${TOKEN}\n`), NOTIFY_TELEGRAM_CHATS: '77', NOTIFY_TELEGRAM_API: 'http://127.0.0.1:8081/' })).toEqual(['telegram:77']);
  });

  it('tells nobody where the files that a container is told of are absent or empty, and no receiver is named', () => {
    expect(named({ NOTIFY_WEBHOOK_URL: '', NOTIFY_WEBHOOK_SECRET_FILE: '/dev/null', NOTIFY_TELEGRAM_CHATS: '', NOTIFY_TELEGRAM_TOKEN_FILE: join(folder, 'absent') })).toEqual([]);
  });

  it.each<readonly [string, NodeJS.ProcessEnv, string]>([
    ['a token without chats', { NOTIFY_TELEGRAM_TOKEN: TOKEN }, 'NOTIFY_TELEGRAM_CHATS: found nothing'],
    ['chats without a token', { NOTIFY_TELEGRAM_CHATS: '77' }, 'NOTIFY_TELEGRAM_TOKEN: found nothing'],
    ['a token that is none', { NOTIFY_TELEGRAM_TOKEN: 'canary', NOTIFY_TELEGRAM_CHATS: '77' }, 'NOTIFY_TELEGRAM_TOKEN: found "something else"'],
    ['a chat by name', { NOTIFY_TELEGRAM_TOKEN: TOKEN, NOTIFY_TELEGRAM_CHATS: '@desk' }, 'NOTIFY_TELEGRAM_CHATS: found "@desk"'],
    ['a chat twice', { NOTIFY_TELEGRAM_TOKEN: TOKEN, NOTIFY_TELEGRAM_CHATS: '77,77=ko' }, 'NOTIFY_TELEGRAM_CHATS: found "77,77=ko"'],
    ['a language that is not there', { NOTIFY_TELEGRAM_TOKEN: TOKEN, NOTIFY_TELEGRAM_CHATS: '77=de' }, 'NOTIFY_TELEGRAM_CHATS: found "77=de"'],
    ['an API that is no URL', { NOTIFY_TELEGRAM_API: 'ftp://canary.example' }, 'NOTIFY_TELEGRAM_API: found "something else"'],
    ['a webhook without a secret', { NOTIFY_WEBHOOK_URL: 'https://desk.example/canary' }, 'NOTIFY_WEBHOOK_SECRET: found nothing'],
    ['a webhook whose secret is an empty file', { NOTIFY_WEBHOOK_URL: 'https://desk.example/canary', NOTIFY_WEBHOOK_SECRET_FILE: '/dev/null' }, 'NOTIFY_WEBHOOK_SECRET_FILE: found nothing'],
    ['a secret without a webhook', { NOTIFY_WEBHOOK_SECRET: SECRET }, 'NOTIFY_WEBHOOK_URL: found nothing'],
    ['a short secret', { NOTIFY_WEBHOOK_URL: 'https://desk.example/in', NOTIFY_WEBHOOK_SECRET: 'canary' }, 'NOTIFY_WEBHOOK_SECRET: found "something else"'],
    ['a password in the URL', { NOTIFY_WEBHOOK_URL: 'https://me:canary@desk.example/in', NOTIFY_WEBHOOK_SECRET: SECRET }, 'NOTIFY_WEBHOOK_URL: found "something else"'],
    ['a file that is not there', { NOTIFY_TELEGRAM_TOKEN_FILE: 'out/no-such-file', NOTIFY_TELEGRAM_CHATS: '77' }, 'NOTIFY_TELEGRAM_TOKEN_FILE: found "out/no-such-file"'],
    ['a window that is no number', { NOTIFY_WINDOW_MS: 'soon' }, 'NOTIFY_WINDOW_MS: found "soon"'],
  ])('refuses %s by name, and never shows a secret', (_, env, words) => {
    expect(faultOf(env)).toContain(words);
    expect(faultOf(env)).not.toContain('canary');
  });
});
