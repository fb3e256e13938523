import { AwayConcern, type Concern } from '@ballast/bus';
import type { Id } from '@ballast/domain';
import type { Metrics } from '@ballast/observability';
import type { InfeasibleReason, PlanEvent } from './plan.types.js';

type Input = 'account' | 'record';

const LACKS: Readonly<Record<Input, InfeasibleReason>> = { account: 'NO_ACCOUNT_STATE', record: 'NO_RECORD' };
const INPUTS: readonly Input[] = ['account', 'record'];

/** Which bots' last signals came to nothing because something to size by was missing, for /readyz and as a metric. */
export class MissingInputs {
  private readonly concerns: Readonly<Record<Input, AwayConcern>>;

  constructor(
    concern: Concern,
    private readonly metrics: Pick<Metrics, 'set' | 'unset'> | undefined,
  ) {
    this.concerns = { account: new AwayConcern('sizing-account', concern), record: new AwayConcern('sizing-record', concern) };
  }

  see(botId: Id, decided: PlanEvent): void {
    for (const input of INPUTS) {
      const lacks = decided.type === 'TradePlanInfeasible' && decided.reason === LACKS[input];
      this.concerns[input].say(botId, lacks ? `plans nothing: ${decided.detail}` : undefined);
      this.metrics?.set('ballast_sizing_input_missing', { bot: botId, input }, lacks ? 1 : 0);
    }
  }

  /** The bot is at rest: nothing is missing to size what it does not ask for. */
  forget(botId: Id): void {
    for (const input of INPUTS) {
      this.concerns[input].say(botId, undefined);
      this.metrics?.unset('ballast_sizing_input_missing', { bot: botId, input });
    }
  }
}
