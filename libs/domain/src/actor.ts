/** A person's name behind a credential, as a token of the HTTP edge carries it. */
export const PERSON = /^[A-Za-z0-9_-]{1,48}$/;

const BETWEEN = '/';

/** Who asked, as events record it in `by`: a credential alone, or `<credential>/<person>` where a service that holds the credential vouches for a person. */
export const actorOf = (credential: string, person?: string): string => (person === undefined ? credential : `${credential}${BETWEEN}${person}`);

/** The credential of who asked: what the server let in. */
export const credentialOf = (by: string): string => by.split(BETWEEN, 1)[0] ?? by;

/** The person whom the credential vouches for; undefined where it is used alone. */
export function personOf(by: string): string | undefined {
  const at = by.indexOf(BETWEEN);
  return at < 0 ? undefined : by.slice(at + 1);
}

/**
 * Whether two who asked can be one person (four-eyes, W-18): the same name behind whatever credential, or, where one used a
 * credential without a name, the same credential.
 */
export function mayBeOnePerson(one: string, other: string): boolean {
  const [a, b] = [personOf(one), personOf(other)];
  return a !== undefined && b !== undefined ? a === b : credentialOf(one) === credentialOf(other);
}
