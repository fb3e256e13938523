import { csvOf } from '../export/csv.js';
import type { Report } from '../report/report.js';
import { weeklyText } from './weekly-text.js';
import type { WeeklyReport } from './weekly.types.js';

const FIGURE_COLUMNS = ['portfolioId', 'from', 'to', 'part', 'figure', 'value'] as const;
const CRITERION_COLUMNS = ['portfolioId', 'from', 'to', 'criterion', 'must', 'limit', 'unit', 'value', 'met'] as const;

type Row = Readonly<Record<string, string>>;
const PARTS = ['size', 'performance', 'execution', 'depth', 'risk'] as const;

function figureRows(report: WeeklyReport): readonly Row[] {
  const { portfolioId, from, to, recommendation, because } = report;
  const about = { portfolioId, from, to };
  const parts = PARTS.flatMap((part) => Object.entries(report[part]).map(([name, value]: readonly [string, string | null]) => ({ ...about, part, figure: name, value: value ?? '' })));
  return [...parts, { ...about, part: 'recommendation', figure: 'recommendation', value: recommendation }, { ...about, part: 'recommendation', figure: 'because', value: because.join('; ') }];
}

const criterionRows = ({ portfolioId, from, to, criteria }: WeeklyReport): readonly Row[] => criteria.map(({ criterion, must, limit, unit, value, met }) => ({ portfolioId, from, to, criterion, must, limit, unit, value: value ?? '', met: String(met) }));

/** The weekly scaling report (R58) of these weeks, in its three shapes. */
export const weeklyReport = (reports: readonly WeeklyReport[]): Report => ({
  kind: 'weekly',
  document: { reports },
  markdown: weeklyText(reports),
  csv: { 'weekly.csv': csvOf(FIGURE_COLUMNS, reports.flatMap(figureRows)), 'weekly-criteria.csv': csvOf(CRITERION_COLUMNS, reports.flatMap(criterionRows)) },
});
