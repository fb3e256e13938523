import type { HardStop, Rule, Rules, Stops, TradingState } from '../api/wire.js';
import { useAnswer, useDesk } from '../desk.js';
import { figure, percent, time } from '../figures.js';
import { Badge } from '../parts/badge.js';
import { Waiting } from '../parts/notice.js';
import { usePortfolio } from '../parts/portfolio.js';
import { type Column, Table } from '../parts/table.js';

/** Every rule and hard stop: its limit, where it is now, how far that is. */
export function RiskPage() {
  const { say } = useDesk();
  const [portfolio, choice] = usePortfolio();
  const query = portfolio === undefined ? undefined : `?portfolio=${encodeURIComponent(portfolio)}`;
  const state = useAnswer<TradingState>(query && `/api/risk/trading-state${query}`);
  const stops = useAnswer<Stops>(query && `/api/risk/stops${query}`);
  const rules = useAnswer<Rules>(query && `/api/risk/rules${query}`);
  return (
    <>
      <h1>{say('risk')}</h1>
      {choice}
      <section>
        <h2>{say('tradingState')}</h2>
        {query !== undefined && <Waiting answer={state} />}
        {state.value && <Scopes state={state.value} />}
      </section>
      <section>
        <h2>{say('stops')}</h2>
        {query !== undefined && <Waiting answer={stops} />}
        {stops.value && <StopsTable stops={stops.value.stops} />}
      </section>
      <section>
        <h2>{say('rules')}</h2>
        {query !== undefined && <Waiting answer={rules} />}
        {rules.value && <RulesTable rules={rules.value.rules} />}
      </section>
    </>
  );
}

function Scopes({ state }: { readonly state: TradingState }) {
  const { code } = useDesk();
  const held = Object.entries(state.scopes).filter(([, scope]) => scope.state !== 'ACTIVE').flatMap(([key, scope]) => Object.values(scope.holds ?? { scope }).map((hold) => ({ key, ...hold })));
  return (
    <>
      <p><Badge state={state.state} /></p>
      {held.length > 0 && <ul>{held.map(({ key, by, reason, state: to }, index) => <li key={index}>{code(key.split(':')[0] ?? key)} <code translate={false}>{key.split(':').slice(1).join(':')}</code> <Badge state={to} /> <span lang="en">{by}: {reason}</span></li>)}</ul>}
    </>
  );
}

function StopsTable({ stops }: { readonly stops: readonly HardStop[] }) {
  const { say, code } = useDesk();
  const columns: readonly Column<HardStop>[] = [
    { key: 'stop', head: say('stopName'), isName: true, cell: ({ stop }) => stop },
    { key: 'of', head: say('of'), cell: ({ scope, scopeId }) => <>{code(scope)} <span translate={false}>{scopeId}</span></> },
    { key: 'now', head: say('now'), isFigure: true, cell: ({ value, unit }) => figure(value, unit) },
    { key: 'trips', head: say('trips'), isFigure: true, cell: ({ limit, unit }) => figure(limit, unit) },
    { key: 'distance', head: say('roomLeft'), isFigure: true, cell: ({ distance, unit }) => figure(distance, unit) },
    { key: 'from', head: say('profiles'), isName: true, cell: ({ profile }) => profile },
    { key: 'state', head: say('state'), cell: ({ latched }) => <Badge state={say(latched ? 'tripped' : 'armed')} tone={latched ? 'bad' : 'good'} /> },
  ];
  return <Table label={say('stops')} columns={columns} rows={stops} keyOf={({ stop, scope, scopeId }) => `${stop}/${scope}/${scopeId}`} empty={say('noStops')} />;
}

function RulesTable({ rules }: { readonly rules: readonly Rule[] }) {
  const { say, code } = useDesk();
  const columns: readonly Column<Rule>[] = [
    { key: 'rule', head: say('rule'), isName: true, cell: ({ rule }) => rule },
    { key: 'state', head: say('state'), cell: ({ standing }) => <Badge state={standing} /> },
    { key: 'limit', head: say('limit'), isFigure: true, cell: ({ latest }) => figure(latest?.limit, latest?.unit ?? '', code) },
    { key: 'now', head: say('now'), isFigure: true, cell: ({ latest }) => figure(latest?.value, latest?.unit ?? '', code) },
    { key: 'distance', head: say('roomLeft'), isFigure: true, cell: ({ latest }) => (latest ? percent(latest.ratio, 1) : '–') },
    { key: 'nearest', head: say('nearest'), isFigure: true, cell: ({ nearest }) => (nearest ? percent(nearest.ratio, 1) : '–') },
    { key: 'results', head: say('results'), cell: ({ results }) => (results ? Object.entries(results).filter(([, count]) => count > 0).map(([result, count]) => `${code(result)} ${count}`).join(', ') || '–' : '–') },
    { key: 'profiles', head: say('profiles'), isName: true, cell: ({ profiles }) => profiles.join(', ') || '–' },
    { key: 'ran', head: say('lastRan'), cell: ({ lastRanAt }) => (lastRanAt === undefined ? say('never') : time(lastRanAt)) },
  ];
  return <Table label={say('rules')} columns={columns} rows={rules} keyOf={({ rule }) => rule} empty={say('noRules')} />;
}
