import { useState } from 'preact/hooks';
import type { Bot, Status } from '../api/wire.js';
import { useAnswer, useDesk, useMay } from '../desk.js';
import { Badge } from './badge.js';
import { Deed } from './deed.js';
import { Choice } from './field.js';

/** Trading state of every portfolio, and the buttons that change it: each asks for its word to be typed. */
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
      {may && states.length > 0 && <ScopeDeeds bots={status.value?.bots ?? []} />}
    </section>
  );
}

function ScopeDeeds({ bots }: { readonly bots: readonly Bot[] }) {
  const { say } = useDesk();
  const portfolios = [...new Set(bots.map(({ portfolioId }) => portfolioId))].sort();
  const options = [...portfolios.map((each) => [`PORTFOLIO/${each}/${each}`, `${each}: ${say('wholePortfolio')}`] as const), ...bots.map(({ botId, portfolioId }) => [`BOT/${portfolioId}/${botId}`, `${say('bot')} ${botId}`] as const)];
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const now = chosen ?? options[0]?.[0] ?? '';
  const bodyOf = (reason: string): object => {
    const [scope, portfolioId, scopeId] = now.split('/', 3);
    return { scope, portfolioId, ...(scope === 'PORTFOLIO' ? {} : { scopeId }), reason };
  };
  const venueBodyOf = (reason: string): object => {
    const [scope, portfolioId, scopeId] = now.split('/', 3);
    const accountId = scope === 'BOT' ? bots.find(({ botId }) => botId === scopeId)?.accountId : undefined;
    return { portfolioId, ...(accountId === undefined ? {} : { accountId }), reason };
  };
  const choice = <Choice label={say('scope')} value={now} onValue={setChosen} options={options} />;
  return (
    <span class="buttons start">
      <Deed label="halt" path="/api/halt" text="haltText" word="HALT" asksReason bodyOf={bodyOf} tone="bad">{choice}</Deed>
      <Deed label="stopAtVenue" path="/api/halt/venue" text="stopAtVenueText" word="STOP" asksReason bodyOf={venueBodyOf} tone="bad">{choice}</Deed>
      <Deed label="resume" path="/api/resume" text="resumeText" word="RESUME" asksReason bodyOf={bodyOf}>{choice}</Deed>
    </span>
  );
}
