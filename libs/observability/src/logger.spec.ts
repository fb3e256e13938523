import { describe, expect, it } from 'vitest';
import { createLogger, logAbout } from './logger.js';

function lines(env: NodeJS.ProcessEnv, use: (log: ReturnType<typeof createLogger>) => void): readonly Record<string, unknown>[] {
  const written: string[] = [];
  use(createLogger('execution', { env, destination: { write: (line: string) => void written.push(line) } }));
  return written.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the log of a service', () => {
  it('is one JSON object a line, with service, level by name and ISO time', () => {
    const [line] = lines({}, (log) => log.info('ready'));
    expect(line).toMatchObject({ service: 'execution', level: 'info', msg: 'ready' });
    expect(line?.['time']).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it('carries trade and decision on every line about them', () => {
    const [line] = lines({}, (log) => logAbout(log, { tradeId: 't1', decisionId: 'd1' }).warn('late fill'));
    expect(line).toMatchObject({ tradeId: 't1', decisionId: 'd1', level: 'warn' });
  });

  it('writes only from its level upwards', () => {
    const seen = lines({ LOG_LEVEL: 'error' }, (log) => {
      log.info('quiet');
      log.error(new Error('loud'));
    });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ err: { message: 'loud' } });
  });

  it('never writes a secret that hangs on an object', () => {
    const [line] = lines({}, (log) => log.info({ account: { privateKey: 'canary' } }, 'connected'));
    expect(JSON.stringify(line)).not.toContain('canary');
  });

  it('refuses an unknown level and names those it knows', () => {
    expect(() => lines({ LOG_LEVEL: 'loud' }, () => undefined)).toThrow('LOG_LEVEL: found "loud", allowed is one of trace, debug, info');
  });
});
