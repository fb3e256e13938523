import type { Projection, Recorded } from '@ballast/bus';
import type { Id } from '@ballast/domain';

const keyOf = (scope: string, scopeId: string): string => `${scope}:${scopeId}`;

/** Which command has resumed the hard stops of a scope last: the same one again resumes nothing else. */
export class StopResumesFold implements Projection<ReadonlyMap<string, Id>> {
  readonly name = 'risk-stop-resumes';
  readonly reads = ['HardStopResumed'];
  state: ReadonlyMap<string, Id> = new Map();

  apply({ event, decision: { causationId } }: Recorded): void {
    if (event.type === 'HardStopResumed') this.state = new Map(this.state).set(keyOf(event.scope, event.scopeId), causationId);
  }

  isOf(scope: string, scopeId: string, causationId: Id): boolean {
    return this.state.get(keyOf(scope, scopeId)) === causationId;
  }
}
