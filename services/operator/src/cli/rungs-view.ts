import { type Id, type Ms, partitionOf } from '@ballast/domain';
import { query } from './ask.js';
import { type CliBus, CliFailure } from './io.js';
import { tableOf, timeText } from './output.js';

/** Where one portfolio stands on its ladder, as risk tells it. */
export interface RungHeld {
  readonly portfolioId: Id;
  /** Null: it is on no ladder. Absent: it could not be asked. */
  readonly standing?: { readonly rung: string; readonly at: Ms; readonly watchUntil?: Ms } | null;
  /** `name@version` of the profile that has the ladder. */
  readonly profile?: string;
  readonly ladder?: string;
  readonly next?: string;
  /** A request that waits for an approver. */
  readonly pending?: { readonly to: string; readonly by: string };
  /** Why it could not be asked. */
  readonly fault?: string;
}

export async function rungOf(bus: CliBus, portfolioId: Id): Promise<RungHeld> {
  try {
    const { standing, profile, ladder, next, pending } = (await query(bus, 'risk', partitionOf(portfolioId), 'ladder', { portfolioId })) as RungHeld;
    return { portfolioId, standing: standing ?? null, ...(profile === undefined ? {} : { profile }), ...(ladder === undefined ? {} : { ladder }), ...(next === undefined ? {} : { next }), ...(pending ? { pending } : {}) };
  } catch (error) {
    if (error instanceof CliFailure) return { portfolioId, fault: error.message };
    throw error;
  }
}

function rowOf({ portfolioId, standing, profile = '', ladder = '', next, pending, fault }: RungHeld): readonly string[] {
  if (fault !== undefined) return [portfolioId, 'UNKNOWN', '', '', fault];
  if (!standing) return [portfolioId, 'on no ladder', '', '', ''];
  const { rung, at, watchUntil } = standing;
  const open = [
    ...(watchUntil === undefined ? [] : [`watched until ${timeText(watchUntil)}`]),
    ...(pending ? [`${pending.by} asks for ${pending.to}`] : next === undefined ? ['there is no rung above'] : []),
  ];
  return [portfolioId, rung, `${profile} (${ladder.toLowerCase()})`, timeText(at), open.join('\n')];
}

/** Which rung each portfolio is on, since when, and what is open there. */
export const rungsTable = (found: readonly RungHeld[]): string => tableOf(['portfolio', 'rung', 'of', 'since', 'what is open'], found.map(rowOf), 'no portfolios yet');
