import { createHash, timingSafeEqual } from 'node:crypto';
import { PERSON } from '@ballast/domain';

/** Each may do what the one before it may. */
export const ROLES = ['viewer', 'operator', 'approver'] as const;
export type Role = (typeof ROLES)[number];

/** Who a token lets in: its name is the person's, in every event that follows. */
export interface Caller {
  readonly name: string;
  readonly role: Role;
}

interface Token extends Caller {
  readonly hash: Buffer;
}

const HASH = /^[0-9a-f]{64}$/;

export const hashOf = (token: string): string => createHash('sha256').update(token, 'utf8').digest('hex');
export const mayDo = ({ role }: Caller, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);

/** Tokens by their SHA-256; what is presented is compared with every one of them, in the same time whatever it is. */
export class Tokens {
  constructor(private readonly tokens: readonly Token[]) {}

  /** Reads the configured list. A text says what is wrong with it, by place and field, without a value. */
  static read(text: string): Tokens | string {
    let list: unknown;
    try {
      list = JSON.parse(text);
    } catch (error) {
      if (error instanceof SyntaxError) return 'no JSON';
      throw error;
    }
    if (!Array.isArray(list) || list.length === 0) return 'no list, or an empty one';
    const faults = list.flatMap((each: unknown, index) => faultsOf(each).map((field) => `${field} of token ${index}`));
    if (faults.length > 0) return `a fault in ${faults.join(', ')}`;
    const tokens = (list as readonly { readonly name: string; readonly role: Role; readonly sha256: string }[]).map(({ name, role, sha256 }) => ({ name, role, hash: Buffer.from(sha256, 'hex') }));
    const names = tokens.map(({ name }) => name);
    return new Set(names).size === names.length && new Set(tokens.map(({ hash }) => hash.toString('hex'))).size === names.length ? new Tokens(tokens) : 'a name or a hash twice';
  }

  has(role: Role): boolean {
    return this.tokens.some((token) => token.role === role);
  }

  callerOf(presented: string): Caller | undefined {
    const hash = Buffer.from(hashOf(presented), 'hex');
    let found: Token | undefined;
    for (const token of this.tokens) if (timingSafeEqual(token.hash, hash)) found = token;
    return found && { name: found.name, role: found.role };
  }
}

function faultsOf(each: unknown): readonly string[] {
  if (typeof each !== 'object' || each === null) return ['the whole'];
  const { name, role, sha256, ...more } = each as Record<string, unknown>;
  return [
    ...(typeof name === 'string' && PERSON.test(name) ? [] : ['name']),
    ...(ROLES.some((known) => known === role) ? [] : ['role']),
    ...(typeof sha256 === 'string' && HASH.test(sha256) ? [] : ['sha256']),
    ...Object.keys(more).map(() => 'a further field'),
  ];
}
