import type { MarketSource } from '@ballast/venues';

const LABELLED = /^(?<subject>[A-Z][^:]*): (?<text>.+)$/s;

/**
 * Where a market comes from and what is assumed beside it, in words by subject, as every report states it: recorded or
 * generated, its files and period, oracle, trades and funding of each instrument.
 */
export function provenanceTexts(source: Pick<MarketSource, 'provenance'>): Readonly<Record<string, string>> {
  const { kind, files, statements } = source.provenance();
  const told = new Map([['market', kind as string], ...(files.length === 0 ? [] : [['files', files.join(', ')] as const])]);
  for (const statement of statements) {
    const { subject, text } = LABELLED.exec(statement)?.groups ?? {};
    const key = subject?.replace(/^[A-Z]/, (first) => first.toLowerCase()) ?? 'period';
    told.set(key, [told.get(key) ?? [], text ?? statement].flat().join(' '));
  }
  return Object.fromEntries(told);
}
