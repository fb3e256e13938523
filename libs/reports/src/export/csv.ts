import { stringify } from 'csv-stringify/sync';

/** Comma separated with a header line, quoted where a cell demands it (RFC 4180); lines end in LF. */
export const csvOf = (columns: readonly string[], rows: readonly Readonly<Record<string, string>>[]): string =>
  stringify(rows as Record<string, string>[], { header: true, columns: [...columns], record_delimiter: 'unix' });
