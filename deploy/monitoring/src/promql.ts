/** Words of the query language that stand where a metric could. */
const WORDS = new Set(['and', 'or', 'unless', 'by', 'without', 'on', 'ignoring', 'group_left', 'group_right', 'bool', 'offset', 'inf', 'nan', 'atan2']);
const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g;

/** Names of the metrics, and of recorded series, that a query reads, each once. */
export function seriesIn(query: string): readonly string[] {
  const bare = query.replace(/"[^"]*"/g, '').replace(/\{[^}]*\}/g, '').replace(/\[[^\]]*\]/g, '').replace(GROUPING, '');
  const found = [...bare.matchAll(/(?<![\w:$.])[a-zA-Z_:][\w:]*(?![\w:]|\s*\()/g)].map(([name]) => name);
  return [...new Set(found.filter((name) => !WORDS.has(name.toLowerCase())))];
}

/** The metric that a series belongs to: a histogram has three. */
export const metricOf = (series: string): string => series.replace(/_(?:bucket|sum|count)$/, '');
