/** True where `subject` matches a NATS filter: `*` is one token, `>` is one or more at the end. */
export function matches(filter: string, subject: string): boolean {
  const wanted = filter.split('.');
  const tokens = subject.split('.');
  for (const [index, want] of wanted.entries()) {
    if (want === '>') return tokens.length > index;
    if (tokens[index] === undefined || (want !== '*' && want !== tokens[index])) return false;
  }
  return tokens.length === wanted.length;
}

const known = new WeakMap<readonly string[], Map<string, boolean>>();
const KNOWN_MAX = 10_000;

/** True where one of the filters matches, or where there are none. */
export function matchesAny(filters: readonly string[], subject: string): boolean {
  if (filters.length === 0) return true;
  // The id does not matter to filters that end in a wildcard, so what was found for one stream holds for all of its kind.
  const place = filters.every((filter) => filter.endsWith('.*') || filter.endsWith('.>')) ? subject.slice(0, subject.lastIndexOf('.')) : subject;
  const memory = known.get(filters) ?? new Map<string, boolean>();
  known.set(filters, memory);
  const found = memory.get(place);
  if (found !== undefined) return found;
  const matched = filters.some((filter) => matches(filter, subject));
  if (memory.size < KNOWN_MAX) memory.set(place, matched);
  return matched;
}

/** Without filters that another one includes: the durable log refuses filters that overlap. */
export const withoutOverlap = (filters: readonly string[]): readonly string[] => {
  const unique = [...new Set(filters)].sort();
  return unique.filter((filter) => !unique.some((other) => other !== filter && matches(other, filter)));
};
