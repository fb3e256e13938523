import type { Projection, Recorded } from '@ballast/bus';
import type { Id } from '@ballast/domain';
import type { BoundBot, ProfileContent } from '@ballast/events';
import { type PolicyProfile, profileHash, profileRef, profileText, profileTextHash, rungNamed, withRung } from '@ballast/policy';

interface Binding {
  /** Names of the profiles of each bot. */
  readonly bots: ReadonlyMap<Id, readonly string[]>;
  readonly rung?: string;
}

/** What is bound in each portfolio: profiles by bot, and the rung of its ladder. */
export class BindingsFold implements Projection<ReadonlyMap<Id, Binding>> {
  readonly name = 'risk-bindings';
  readonly reads = ['BotCreated', 'RungEntered'];
  state: ReadonlyMap<Id, Binding> = new Map();

  apply({ event }: Recorded): void {
    if (event.type === 'BotCreated') this.change(event.portfolioId, (binding) => ({ ...binding, bots: new Map(binding.bots).set(event.botId, event.profiles) }));
    if (event.type === 'RungEntered') this.change(event.portfolioId, (binding) => ({ ...binding, rung: event.rung }));
  }

  portfolios(): readonly Id[] {
    return [...this.state.keys()].sort();
  }

  rung(portfolioId: Id): string | undefined {
    return this.state.get(portfolioId)?.rung;
  }

  /** By bot id; a profile that is not known, or whose ladder has no such rung, has neither reference nor hash. */
  bots(portfolioId: Id, known: ReadonlyMap<string, PolicyProfile>): readonly BoundBot[] {
    const { bots, rung } = this.state.get(portfolioId) ?? { bots: new Map<Id, readonly string[]>() };
    return [...bots].sort(([a], [b]) => (a < b ? -1 : 1)).map(([botId, names]) => ({ botId, profiles: names.map((name) => boundAs(name, known.get(name), rung)) }));
  }

  /** Of every bound profile with a ladder, before any rung; by name. */
  contents(portfolioId: Id, known: ReadonlyMap<string, PolicyProfile>): readonly ProfileContent[] {
    const names = new Set([...(this.state.get(portfolioId)?.bots.values() ?? [])].flat());
    return [...names].sort().flatMap((name) => {
      const profile = known.get(name);
      return profile?.ladder ? [contentOf(profile)] : [];
    });
  }

  private change(portfolioId: Id, change: (binding: Binding) => Binding): void {
    this.state = new Map(this.state).set(portfolioId, change(this.state.get(portfolioId) ?? { bots: new Map() }));
  }
}

function contentOf(profile: PolicyProfile): ProfileContent {
  const content = profileText(profile);
  return { ref: profileRef(profile), hash: profileTextHash(content), content };
}

function boundAs(name: string, profile: PolicyProfile | undefined, rungName: string | undefined): BoundBot['profiles'][number] {
  const bound = profile?.ladder && rungName !== undefined ? onRung(profile, rungName) : profile;
  return bound ? { name, ref: profileRef(bound), hash: profileHash(bound) } : { name };
}

function onRung(profile: PolicyProfile, rungName: string): PolicyProfile | undefined {
  const rung = profile.ladder && rungNamed(profile.ladder, rungName);
  return rung && withRung(profile, rung);
}
