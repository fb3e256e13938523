import type { Projection, Recorded } from '@ballast/bus';
import type { Id } from '@ballast/domain';

/** Bots that are not deleted. */
export interface BotsState {
  readonly known: Set<Id>;
  /** Of them, those that a person or the end of their strategy has stopped. */
  readonly stopped: Set<Id>;
}

/** Which bots there are, and which are at rest. */
export class BotsProjection implements Projection<BotsState> {
  readonly name = 'bots';
  readonly reads = ['BotCreated', 'BotStarted', 'BotStopped', 'BotDeleted'];
  state: BotsState = { known: new Set(), stopped: new Set() };

  apply({ event }: Recorded): void {
    const { known, stopped } = this.state;
    switch (event.type) {
      case 'BotCreated':
        known.add(event.botId);
        return;
      case 'BotStarted':
        stopped.delete(event.botId);
        return;
      case 'BotStopped':
        stopped.add(event.botId);
        return;
      case 'BotDeleted':
        known.delete(event.botId);
        stopped.delete(event.botId);
        return;
    }
  }
}
