import { existsSync, readFileSync } from 'node:fs';
import { EnvReader } from '@ballast/bus';
import { Tokens } from './tokens.js';

/** How the HTTP edge is reached, and by whom. */
export interface HttpConfig {
  /** 0 takes a free one. */
  readonly port: number;
  /** Address to listen on: 127.0.0.1 unless somebody opens it. */
  readonly host: string;
  readonly tokens: Tokens;
  /** Requests that one token may send in a minute. */
  readonly requestsPerMinute: number;
  /** Where the counts of requests are; absent: in this process. */
  readonly redisUrl: string | undefined;
  /** File with the seed of the approver's credential; absent where the server asks for none. */
  readonly approverSeedFile: string | undefined;
}

const ALLOWED_TOKENS = 'a list of { "name", "role": viewer | operator | approver, "sha256": 64 hex digits of the token }';

/** The edge's settings; undefined where BALLAST_HTTP_PORT is absent: then there is none. @throws EnvironmentError naming every variable at fault */
export function httpConfig(env: NodeJS.ProcessEnv): HttpConfig | undefined {
  if ((env['BALLAST_HTTP_PORT'] ?? '') === '') return undefined;
  const reader = new EnvReader('operator', env);
  const port = reader.integer('BALLAST_HTTP_PORT', 0, 65_535);
  const host = reader.text('BALLAST_HTTP_HOST', 'an address to listen on', '127.0.0.1');
  const requestsPerMinute = reader.integer('BALLAST_HTTP_REQUESTS_PER_MINUTE', 1, 1_000_000, 600);
  const tokens = tokensIn(reader, env);
  const approverSeedFile = reader.optional('BALLAST_APPROVER_SEED');
  if (approverSeedFile === undefined && tokens.has('approver') && (env['NATS_SEED_FILE'] ?? '') !== '') reader.fault('BALLAST_APPROVER_SEED', undefined, 'the seed file of the approver, since a token has that role');
  reader.check();
  return { port, host, tokens, requestsPerMinute, redisUrl: reader.optional('BALLAST_HTTP_REDIS_URL'), approverSeedFile };
}

/** What is found is never shown: it might be a token in the clear. */
function tokensIn(reader: EnvReader, env: NodeJS.ProcessEnv): Tokens {
  const file = reader.optional('BALLAST_HTTP_TOKENS_FILE');
  const [name, text] = file === undefined ? ['BALLAST_HTTP_TOKENS', env['BALLAST_HTTP_TOKENS']] : ['BALLAST_HTTP_TOKENS_FILE', existsSync(file) ? readFileSync(file, 'utf8') : undefined];
  if (text === undefined || text === '') {
    reader.fault(name, undefined, `${ALLOWED_TOKENS}${file === undefined ? '; or BALLAST_HTTP_TOKENS_FILE, a file with one' : ', in a file that can be read'}`);
    return new Tokens([]);
  }
  const read = Tokens.read(text);
  if (read instanceof Tokens) return read;
  reader.fault(name, read, ALLOWED_TOKENS);
  return new Tokens([]);
}
