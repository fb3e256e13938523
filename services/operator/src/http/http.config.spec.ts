import { describe, expect, it } from 'vitest';
import { httpConfig } from './http.config.js';
import { hashOf, Tokens } from './tokens.js';

const KIM = { name: 'kim', role: 'operator', sha256: hashOf('canary-token') };
const env = (tokens: unknown, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({ BALLAST_HTTP_PORT: '0', BALLAST_HTTP_TOKENS: typeof tokens === 'string' ? tokens : JSON.stringify(tokens), ...more });

describe('the settings of the HTTP edge', () => {
  it('are none without a port, and else listen on this machine alone', () => {
    expect(httpConfig({})).toBeUndefined();
    expect(httpConfig(env([KIM]))).toMatchObject({ port: 0, host: '127.0.0.1', requestsPerMinute: 600 });
  });

  it.each([
    ['', 'found nothing'],
    ['canary-token', 'no JSON'],
    ['[]', 'an empty one'],
    [[{ ...KIM, sha256: 'canary-token' }], 'a fault in sha256 of token 0'],
    [[KIM, { name: 'a/b', role: 'root', sha256: '', token: 'canary-token' }], 'a fault in name of token 1, role of token 1, sha256 of token 1, a further field of token 1'],
    [[KIM, KIM], 'a name or a hash twice'],
    [[KIM, { ...KIM, name: 'lee' }], 'a name or a hash twice'],
    [[null], 'a fault in the whole of token 0'],
  ])('refuse the tokens %j, without showing any', (tokens, named) => {
    expect(() => httpConfig(env(tokens))).toThrow(named);
    expect(() => httpConfig(env(tokens))).not.toThrow('canary-token');
  });

  it('demand the approver\'s seed where a token is an approver\'s and the server asks for credentials', () => {
    const approver = [{ ...KIM, role: 'approver' }];
    expect(() => httpConfig(env(approver, { NATS_SEED_FILE: 'operator.nk' }))).toThrow('BALLAST_APPROVER_SEED');
    expect(httpConfig(env(approver, { NATS_SEED_FILE: 'operator.nk', BALLAST_APPROVER_SEED: 'approver.nk' }))?.approverSeedFile).toBe('approver.nk');
    expect(httpConfig(env(approver))?.approverSeedFile).toBeUndefined();
  });

  it('name every variable at fault at once', () => {
    expect(() => httpConfig({ BALLAST_HTTP_PORT: '99999', BALLAST_HTTP_REQUESTS_PER_MINUTE: '0', BALLAST_HTTP_TOKENS_FILE: 'no/such/file' })).toThrow(/BALLAST_HTTP_PORT.*BALLAST_HTTP_REQUESTS_PER_MINUTE.*BALLAST_HTTP_TOKENS_FILE/);
  });
});

describe('a token', () => {
  it('is known by its hash, and by nothing near it', () => {
    const tokens = Tokens.read(JSON.stringify([KIM]));
    const callerOf = (text: string): unknown => (tokens instanceof Tokens ? tokens.callerOf(text) : tokens);
    expect([callerOf('canary-token'), callerOf('canary-toke'), callerOf(KIM.sha256), callerOf('')]).toEqual([{ name: 'kim', role: 'operator' }, undefined, undefined, undefined]);
  });
});
