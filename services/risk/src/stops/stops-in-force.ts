import type { Id, Ms } from '@ballast/domain';
import type { StopScope } from '@ballast/events';
import type { PolicyProfile } from '@ballast/policy';
import type { MarkOf } from './open-positions.js';
import type { StopFacts } from './stop-facts.projection.js';
import { stopLimitsOf } from './stop-limits.js';
import type { StopsSeen } from './stop-verdicts.js';
import type { StopLimit } from './stops.types.js';

interface Known {
  readonly revision: number;
  readonly limits: readonly StopLimit[];
  readonly byScope: ReadonlyMap<string, readonly StopLimit[]>;
}

const keyOf = ({ scope, scopeId }: { readonly scope: StopScope; readonly scopeId: Id }): string => `${scope}:${scopeId}`;

/** The limits of every portfolio's hard stops, looked up once for as long as nothing that they come from changes. */
export class StopsInForce {
  private readonly known = new Map<Id, Known>();

  constructor(
    private readonly facts: StopFacts,
    private readonly profiles: ReadonlyMap<string, PolicyProfile>,
  ) {}

  of(portfolioId: Id): readonly StopLimit[] {
    return this.lookUp(portfolioId).limits;
  }

  /** What a plan of this bot is judged by: the stops of its portfolio and its own; undefined where no profile has one (W-18). Figures that rest on old marks are none. */
  seenBy(portfolioId: Id, botId: Id, at: Ms, markOf: MarkOf): StopsSeen | undefined {
    const { limits, byScope } = this.lookUp(portfolioId);
    if (limits.length === 0) return undefined;
    const scopes = [{ scope: 'PORTFOLIO', scopeId: portfolioId }, { scope: 'BOT', scopeId: botId }] as const;
    const bound = scopes.filter((each) => byScope.has(keyOf(each)));
    const known = bound.filter(({ scope, scopeId }) => !this.facts.isBlind(scope, scopeId, at, markOf));
    return { figures: known.flatMap(({ scope, scopeId }) => this.facts.figures(scope, scopeId, at, markOf) ?? []), limits: bound.flatMap((each) => byScope.get(keyOf(each)) ?? []) };
  }

  private lookUp(portfolioId: Id): Known {
    const { revision } = this.facts;
    const known = this.known.get(portfolioId);
    if (known?.revision === revision) return known;
    const limits = stopLimitsOf(portfolioId, this.facts.botsOf(portfolioId), this.profiles, this.facts.rungOf(portfolioId));
    const byScope = new Map<string, StopLimit[]>();
    for (const limit of limits) byScope.set(keyOf(limit), [...(byScope.get(keyOf(limit)) ?? []), limit]);
    const found = { revision, limits, byScope };
    this.known.set(portfolioId, found);
    return found;
  }
}
