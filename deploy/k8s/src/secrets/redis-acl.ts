import { createHash } from 'node:crypto';

/** What a service may do in Redis: keys by pattern, commands by name; nothing else. */
interface RedisRole {
  readonly keys: readonly string[];
  readonly commands: readonly string[];
}

/** Scripts count the budget and the edge's requests; what they call inside needs its own right. */
const BUDGET: RedisRole = { keys: ['ballast:budget:*'], commands: ['eval', 'evalsha', 'time', 'get', 'set'] };
const ROLES: Readonly<Record<string, RedisRole>> = {
  execution: BUDGET,
  collateral: BUDGET,
  'market-data': { keys: [...BUDGET.keys, 'ballast:mkt:*'], commands: [...BUDGET.commands, 'mset'] },
  operator: { keys: ['ballast:http:*'], commands: ['eval', 'evalsha', 'incr', 'pexpire', 'pttl'] },
};
/** What a client asks when it connects; Redis 7.0 knows no `client|setinfo`, and clients go on without. */
const CONNECTION = ['auth', 'hello', 'ping', 'info', 'client|setname'];
const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/**
 * Redis's file of users: a password's hash each, only their own keys and commands, and no default user.
 * @throws Error for a service that has no role here
 */
export function redisAcl(passwords: Readonly<Record<string, string>>): string {
  const lines = Object.entries(passwords).map(([user, password]) => {
    const role = ROLES[user];
    if (!role) throw new Error(`redis: found user "${user}", allowed are ${Object.keys(ROLES).join(', ')}`);
    return ['user', user, 'on', `#${sha256(password)}`, ...role.keys.map((pattern) => `~${pattern}`), 'resetchannels', '-@all', ...[...CONNECTION, ...role.commands].map((command) => `+${command}`)].join(' ');
  });
  return ['user default off', ...lines, ''].join('\n');
}
