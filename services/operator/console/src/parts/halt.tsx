import { useState } from 'preact/hooks';
import type { Status } from '../api/wire.js';
import { useAnswer, useDesk, useMay } from '../desk.js';
import { Badge } from './badge.js';
import { Deed } from './deed.js';
import { Choice } from './field.js';
import { haltBody, type StopScope, stopScopes, venueBody } from './stop-scopes.js';

/** Trading state of every portfolio, and the buttons that change it: each asks for its word to be typed. What stops at the venue is there whatever the desk answers. */
export function HaltBar() {
  const { say, live } = useDesk();
  const status = useAnswer<Status>('/api/status');
  const states = status.value?.tradingStates ?? [];
  const may = useMay('operator');
  return (
    <section class="haltbar" aria-label={say('tradingState')}>
      <span class={`badge ${live.isStale ? 'bad' : 'good'}`} data-fact="link">{say(live.isStale ? 'stale' : 'live')}</span>
      {status.value && <span class="quiet">{say('marketTime')}: {status.value.marketTime ?? '–'}</span>}
      {states.map(({ portfolioId, state }) => <span key={portfolioId} data-portfolio={portfolioId}><span translate={false}>{portfolioId}</span> <Badge state={state} /></span>)}
      {status.fault !== undefined && <span class="notice bad" role="alert" lang="en">{status.fault}</span>}
      {may && <ScopeDeeds key={status.value ? 'known' : 'unknown'} scopes={stopScopes(status.value?.bots)} />}
    </section>
  );
}

/** What a resume has come to: what others hold stays. */
interface Resumed {
  readonly state?: string;
}

function ScopeDeeds({ scopes }: { readonly scopes: readonly StopScope[] }) {
  const { say, code } = useDesk();
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const nameOf = (scope: StopScope): string => (scope.kind === 'EVERYTHING' ? say('everything') : scope.kind === 'PORTFOLIO' ? `${scope.portfolioId}: ${say('wholePortfolio')}` : `${say('bot')} ${scope.botId}`);
  const options = scopes.map((scope) => [JSON.stringify(scope), nameOf(scope)] as const);
  const now = scopes.find((scope) => JSON.stringify(scope) === chosen) ?? scopes[0];
  if (!now) return null;
  const halts = haltBody(now);
  const choice = <Choice label={say('scope')} value={JSON.stringify(now)} onValue={setChosen} options={options} />;
  return (
    <span class="buttons start">
      {halts && <Deed label="halt" path="/api/halt" text="haltText" word="HALT" asksReason bodyOf={(reason) => ({ ...halts, reason })} tone="bad">{choice}</Deed>}
      <Deed label="stopAtVenue" path="/api/halt/venue" text="stopAtVenueText" word="STOP" asksReason bodyOf={(reason) => ({ ...venueBody(now), reason })} tone="bad">{choice}</Deed>
      {halts && <Deed<Resumed> label="resume" path="/api/resume" text="resumeText" word="RESUME" asksReason bodyOf={(reason) => ({ ...halts, reason })} tell={({ state = 'ACTIVE' }) => (state === 'ACTIVE' ? undefined : say('stillHeld', { state: code(state) }))}>{choice}</Deed>}
    </span>
  );
}
