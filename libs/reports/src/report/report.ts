/** One report, computed once and shown in three ways. */
export interface Report {
  /** Name of it and of its files: `standup`. */
  readonly kind: string;
  /** Plain JSON; decimals are strings, null = nothing was measured. */
  readonly document: object;
  readonly markdown: string;
  /** Contents by file name. */
  readonly csv: Readonly<Record<string, string>>;
}

/** What a report writes into a folder, by file name. */
export const filesOf = ({ kind, document, markdown, csv }: Report): Readonly<Record<string, string>> => ({ [`${kind}.md`]: markdown, [`${kind}.json`]: `${JSON.stringify(document, undefined, 2)}\n`, ...csv });
