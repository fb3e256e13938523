import { pino, type DestinationStream, type Logger } from 'pino';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type { Logger };

/** What a log line is about; each field is searchable by itself. */
export interface LogSubject {
  readonly tradeId?: string;
  readonly decisionId?: string;
  readonly clientOrderId?: string;
  readonly botId?: string;
  readonly accountId?: string;
  readonly portfolioId?: string;
}

/** LOG_LEVEL of an environment; `info` where it is absent. @throws Error naming the value found and those allowed. */
export function logLevelOf(env: NodeJS.ProcessEnv): LogLevel {
  const found = env['LOG_LEVEL'];
  if (found === undefined || found === '') return 'info';
  const level = LOG_LEVELS.find((allowed) => allowed === found);
  if (level === undefined) throw new Error(`LOG_LEVEL: found "${found}", allowed is one of ${LOG_LEVELS.join(', ')}`);
  return level;
}

/**
 * The log of one service: a JSON object a line on standard error, with the level by name, the time as ISO 8601 and the
 * service. Errors go under `err`, with their stack and cause. Secrets under the usual names are replaced.
 * @throws Error where LOG_LEVEL is none of the levels.
 */
export function createLogger(service: string, options: { readonly env?: NodeJS.ProcessEnv; readonly destination?: DestinationStream } = {}): Logger {
  const settings = {
    level: logLevelOf(options.env ?? process.env),
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: ['privateKey', 'seed', 'password', 'token', 'authorization', '*.privateKey', '*.seed', '*.password', '*.token', '*.authorization'], censor: '[secret]' },
  };
  return pino(settings, options.destination ?? pino.destination({ fd: 2, sync: true }));
}

/** A log whose every line carries what it is about. */
export const logAbout = (log: Logger, subject: LogSubject): Logger => log.child({ ...subject });
