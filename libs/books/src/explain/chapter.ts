import type { BallastEvent, EventType } from '@ballast/events';
import type { StoryMemory } from './story-memory.js';

/** A chapter's words: what happened as one sentence, and every figure that it was decided with. */
export interface Words {
  readonly title: string;
  readonly facts: readonly string[];
}

/** How each type of event is told: an event type without its words does not compile. */
export type Tellers<Types extends EventType = EventType> = {
  readonly [Type in Types]: (event: Extract<BallastEvent, { readonly type: Type }>, memory: StoryMemory) => Words;
};
