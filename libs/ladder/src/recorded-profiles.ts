import type { Id } from '@ballast/domain';
import type { BallastEvent, ProfileContent } from '@ballast/events';
import { type PolicyProfile, profileHash, profileOf, profileRef, profileTextHash } from '@ballast/policy';

/** Profiles with a ladder as the log has recorded them, version by version: what binds now may be another. Content that its hash is not of is none. */
export class RecordedProfiles {
  private readonly byHash = new Map<Id, PolicyProfile>();

  take(event: BallastEvent): void {
    if (event.type === 'PolicyInForceChanged') for (const content of event.contents ?? []) this.add(content);
  }

  /** `ref` is `name@version`. */
  of(ref: string, hash: Id): PolicyProfile | undefined {
    const found = this.byHash.get(hash);
    return found && profileRef(found) === ref ? found : undefined;
  }

  /** Every one of this `name@version`, in the order in which they were recorded. */
  named(ref: string): readonly PolicyProfile[] {
    return [...this.byHash.values()].filter((profile) => profileRef(profile) === ref);
  }

  private add({ hash, content }: ProfileContent): void {
    if (this.byHash.has(hash) || profileTextHash(content) !== hash) return;
    const profile = profileOf(content);
    if (profile && profileHash(profile) === hash) this.byHash.set(hash, profile);
  }
}
