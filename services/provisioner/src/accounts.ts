import { accountOf, inTrading, MARKET, SYSTEM, TRADING } from '@ballast/bus';
import type { Permissions } from './permissions.js';

/** What an account offers to others: requests that they may send to it, or subjects of its own that they may hear. */
export interface Export {
  readonly kind: 'service' | 'stream';
  readonly subject: string;
  /** Who may import it; nobody else. */
  readonly accounts: readonly string[];
  /** One request has several answers. */
  readonly answersMore: boolean;
}

export interface Import {
  readonly kind: 'service' | 'stream';
  readonly account: string;
  readonly subject: string;
  /** Its name in the importing account. */
  readonly as: string;
}

/** A zone of trust: nothing goes in or out but what is exported and imported. */
export interface Account {
  readonly name: string;
  /** Whether it holds the streams. */
  readonly jetStream: boolean;
  readonly users: readonly Permissions[];
  readonly exports: readonly Export[];
  readonly imports: readonly Import[];
}

const REQUEST = /^(cmd|qry)\.([^.]+)\.(.+)$/;
const PULL = /^\$JS\.API\.CONSUMER\.MSG\.NEXT\./;

/**
 * Where what a user publishes is taken: a request by whoever answers it, everything else by the trading account, which has the streams.
 * A request to any service is one import for each that answers: an import that overlaps with its own account's would go round.
 */
function destinationsOf(published: string, answering: readonly string[]): readonly Omit<Import, 'kind'>[] {
  const [, kind, service, rest] = REQUEST.exec(published) ?? [];
  if (kind === undefined) return [{ account: TRADING, subject: inTrading(published), as: published }];
  return answering.filter((user) => service === '*' || service === user).map((user) => ({ account: accountOf(user), subject: `${kind}.${user}.${rest}`, as: `${kind}.${user}.${rest}` }));
}

function importsOf(name: string, users: readonly Permissions[], answering: readonly string[]): readonly Import[] {
  const found = new Map<string, Import>();
  const add = (made: Import): void => {
    if (made.account !== name) found.set(`${made.kind} ${made.as}`, made);
  };
  for (const { publish, subscribe } of users) {
    for (const published of publish) for (const destination of destinationsOf(published, answering)) add({ kind: 'service', ...destination });
    if (subscribe.includes(MARKET)) add({ kind: 'stream', account: TRADING, subject: MARKET, as: MARKET });
  }
  return [...found.values()];
}

function exportsOf(name: string, imports: ReadonlyMap<string, readonly Import[]>): readonly Export[] {
  const found = new Map<string, Export>();
  for (const [importer, all] of imports) {
    for (const { kind, account, subject } of all) {
      if (account !== name) continue;
      const key = `${kind} ${subject}`;
      found.set(key, { kind, subject, accounts: [...(found.get(key)?.accounts ?? []), importer], answersMore: PULL.test(subject) });
    }
  }
  return [...found.values()];
}

/** The accounts of a permission table: what crosses from one to another is what a user of the one may publish, and the market. */
export function accountsOf(table: readonly Permissions[]): readonly Account[] {
  const answering = table.filter(({ answers }) => answers).map(({ user }) => user);
  const names = [...new Set(table.map(({ user }) => accountOf(user)))];
  const usersOf = (name: string): readonly Permissions[] => table.filter(({ user }) => accountOf(user) === name);
  const imports = new Map(names.map((name) => [name, name === SYSTEM ? [] : importsOf(name, usersOf(name), answering)]));
  return names.map((name) => ({ name, jetStream: name === TRADING, users: usersOf(name), exports: exportsOf(name, imports), imports: imports.get(name) ?? [] }));
}
