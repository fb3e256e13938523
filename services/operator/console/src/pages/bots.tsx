import { type Balance, type Bot, type BotDetail, type Status } from '../api/wire.js';
import { useAnswer, useDesk, useMay } from '../desk.js';
import { compared, negated, percent, sum, trimmed, usd } from '../figures.js';
import { Badge } from '../parts/badge.js';
import { Waiting } from '../parts/notice.js';
import { type Column, Table } from '../parts/table.js';
import { useDetails } from './details.js';

/** Distance of the position that is nearest to its liquidation; undefined where none can be liquidated. */
export function nearestDistance(bot: BotDetail | undefined): string | undefined {
  const distances = (bot?.equity?.positions ?? []).flatMap(({ distanceToLiquidation }) => (distanceToLiquidation === undefined ? [] : [distanceToLiquidation]));
  return [...distances].sort(compared)[0];
}

const realisedOf = (balance: Balance | undefined): string => (balance ? usd(sum(balance.realised, negated(balance.fees), balance.funding)) : '–');

/** How dangerous a distance is, for its colour: the figure itself is always shown. */
export function Distance({ of }: { readonly of: string | undefined }) {
  if (of === undefined) return <>–</>;
  const tone = compared(of, '0.05') < 0 ? 'bad' : compared(of, '0.15') < 0 ? 'warn' : 'good';
  return <span class={`distance ${tone}`}>{percent(of)}</span>;
}

export function BotsPage() {
  const { say } = useDesk();
  const bots = useAnswer<readonly Bot[]>('/api/bots');
  const balances = useAnswer<readonly Balance[]>('/api/balances');
  const details = useDetails((bots.value ?? []).map(({ botId }) => botId));
  const mayCreate = useMay('operator');
  const balanceOf = ({ accountId }: Bot): Balance | undefined => balances.value?.find((each) => each.accountId === accountId);
  const columns: readonly Column<Bot>[] = [
    { key: 'bot', head: say('bot'), isName: true, cell: ({ botId }) => <a href={`#/bots/${encodeURIComponent(botId)}`}>{botId}</a> },
    { key: 'state', head: say('state'), cell: ({ status }) => <Badge state={status} /> },
    { key: 'strategy', head: say('strategy'), isName: true, cell: ({ strategy }) => strategy },
    { key: 'equity', head: say('equity'), isFigure: true, cell: ({ botId }) => usd(details.get(botId)?.equity?.equity ?? '–') },
    { key: 'pnl', head: say('pnl'), isFigure: true, cell: (bot) => <span title={say('pnlHint')}>{realisedOf(balanceOf(bot))}</span> },
    { key: 'unrealised', head: say('unrealised'), isFigure: true, cell: ({ botId }) => unrealisedOf(details.get(botId)) },
    { key: 'leverage', head: say('leverage'), isFigure: true, cell: ({ botId }) => leverageOf(details.get(botId)) },
    { key: 'distance', head: say('distance'), isFigure: true, cell: ({ botId }) => <span title={say('distanceHint')}><Distance of={nearestDistance(details.get(botId))} /></span> },
  ];
  return (
    <>
      <div class="head">
        <h1>{say('bots')}</h1>
        {mayCreate && <a class="button" href="#/new">{say('newBot')}</a>}
      </div>
      <Waiting answer={bots} />
      {bots.value && <Table label={say('bots')} columns={columns} rows={bots.value} keyOf={({ botId }) => botId} empty={say('none')} />}
      <Services />
    </>
  );
}

export const unrealisedOf = (bot: BotDetail | undefined): string => (bot?.equity ? usd(sum(bot.equity.equity, negated(bot.equity.collateral))) : '–');
export const leverageOf = (bot: BotDetail | undefined): string => (bot?.equity ? `${trimmed(bot.equity.accountLeverage, 2)} ×` : '–');

function Services() {
  const { say } = useDesk();
  const status = useAnswer<Status>('/api/status');
  const columns: readonly Column<Status['services'][number]>[] = [
    { key: 'service', head: say('service'), isName: true, cell: ({ service }) => service },
    { key: 'state', head: say('state'), cell: ({ state }) => <Badge state={state} /> },
    { key: 'detail', head: say('detail'), cell: ({ detail, parkedLanes }) => <span lang="en">{[parkedLanes.join(' '), detail].filter((text) => text !== '').join(': ') || '–'}</span> },
  ];
  return (
    <section>
      <h2>{say('services')}</h2>
      <Waiting answer={status} />
      {status.value && <Table label={say('services')} columns={columns} rows={status.value.services} keyOf={({ service }) => service} empty={say('none')} />}
    </section>
  );
}
