import { PROVISIONER } from './names.js';

/**
 * The account that holds the log and the market, with those who keep positions safe. Its name is part of the place where
 * JetStream keeps the log: under another one, a server would not find what was written before.
 */
export const TRADING = 'BALLAST';
/** The server's own account. */
export const SYSTEM = 'SYS';
/** Who looks at the server itself, and at nothing that it carries. */
export const MONITOR = 'monitor';
/** All market data. */
export const MARKET = 'mkt.>';
const TRADING_USERS: readonly string[] = [PROVISIONER, 'market-data', 'sizing', 'risk', 'execution', 'collateral'];
/** JetStream's API inside the account that has it. */
export const OWN_API = '$JS.API';
const IMPORTED_API = `${TRADING}.API`;

/**
 * A user's account: the trading one, or one of its own. An account hears nothing of another's, whatever reply subjects its messages
 * name, but what it imports: exactly what its user may publish (permissions alone do not hold a server to that: docs/security.md).
 */
export function accountOf(user: string): string {
  if (TRADING_USERS.includes(user)) return TRADING;
  return user === MONITOR ? SYSTEM : user.toUpperCase().replaceAll('-', '_');
}

/** Where a user finds JetStream's API: in its account, or under the name by which it is imported there. */
export const apiOf = (user: string): string => (accountOf(user) === TRADING ? OWN_API : IMPORTED_API);

/** The subject in the trading account for one that a user publishes to. */
export const inTrading = (subject: string): string => (subject.startsWith(`${IMPORTED_API}.`) ? OWN_API + subject.slice(IMPORTED_API.length) : subject);
