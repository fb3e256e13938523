import type { Id, Ms } from '@ballast/domain';
import type { DecisionRecord } from '@ballast/bus';
import type { BallastEvent, EventType } from '@ballast/events';
import type { Words } from './chapter.js';
import { StoryMemory } from './story-memory.js';
import { TELLERS } from './tellers.js';

/** One step of a story: what happened, who decided it, and every figure it was decided with. */
export interface Chapter extends Words {
  readonly at: Ms;
  readonly partition: number;
  readonly sequence: number;
  readonly decisionId: Id;
  readonly causationId: Id;
  readonly writer: string;
  readonly event: EventType;
}

/** Tells decisions of one trade in words. Keeps what earlier chapters saw, so that later ones can compare with it. */
export class Storyteller {
  private readonly memory = new StoryMemory();

  tell(decision: DecisionRecord): readonly Chapter[] {
    const { occurredAt: at, partition, sequence, decisionId, causationId, writer } = decision;
    return decision.events.map((event) => ({ at, partition, sequence, decisionId, causationId, writer, event: event.type, ...this.words(event) }));
  }

  private words(event: BallastEvent): Words {
    const tell = TELLERS[event.type] as (event: BallastEvent, memory: StoryMemory) => Words;
    return tell(event, this.memory);
  }
}
