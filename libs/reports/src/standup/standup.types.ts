import type { Happening } from '../report/happenings.js';
import type { PortfolioDay } from './portfolio-day.js';

/** What a desk tells each other in the morning (R108). */
export interface Standup {
  readonly kind: 'standup';
  readonly period: { readonly from: string | null; readonly to: string | null };
  readonly portfolios: readonly PortfolioDay[];
  /** What a person should look at, most urgent first. */
  readonly attention: readonly string[];
  readonly happenings: readonly Happening[];
}
