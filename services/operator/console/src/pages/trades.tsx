import { useState } from 'preact/hooks';
import type { Bot, Trade } from '../api/wire.js';
import { useAnswer, useDesk, usePage } from '../desk.js';
import { percent, time, trimmed, usd } from '../figures.js';
import { Badge } from '../parts/badge.js';
import { Choice } from '../parts/field.js';
import { Waiting } from '../parts/notice.js';
import { type Column, Table } from '../parts/table.js';

/** Rounds, newest first, a page at a time. */
export function TradesPage() {
  const { say, code } = useDesk();
  const [bot, setBot] = useState('');
  const [older, setOlder] = useState<string | undefined>(undefined);
  const bots = useAnswer<readonly Bot[]>('/api/bots');
  const page = usePage<Trade>(older ?? `/api/trades?limit=20${bot === '' ? '' : `&bot=${encodeURIComponent(bot)}`}`);
  const columns: readonly Column<Trade>[] = [
    { key: 'trade', head: say('trade'), isName: true, cell: ({ tradeId }) => <a class="id" href={`#/trades/${encodeURIComponent(tradeId)}`}>{tradeId}</a> },
    { key: 'bot', head: say('bot'), isName: true, cell: ({ botId }) => botId },
    { key: 'opened', head: say('opened'), cell: ({ openedAt }) => time(openedAt) },
    { key: 'state', head: say('state'), cell: ({ status }) => <Badge state={status} /> },
    { key: 'legs', head: say('legs'), cell: ({ legs }) => <ul class="legs">{legs.map((leg, index) => <li key={index}>{code(leg.side)} {trimmed(leg.filled ?? leg.planned, 6)} <span translate={false}>{leg.instrument}</span>{leg.averagePrice === undefined ? '' : ` @ ${trimmed(leg.averagePrice, 4)}`}</li>)}</ul> },
    { key: 'imbalance', head: say('imbalance'), isFigure: true, cell: ({ imbalanceAtReference }) => percent(imbalanceAtReference ?? '–', 3) },
    { key: 'fees', head: say('fees'), isFigure: true, cell: ({ fees }) => usdOr(fees) },
    { key: 'net', head: say('net'), isFigure: true, cell: ({ netBeforeFunding }) => usdOr(netBeforeFunding) },
  ];
  return (
    <>
      <h1>{say('trades')}</h1>
      <Choice areNames label={say('bot')} value={bot} onValue={(value) => { setBot(value); setOlder(undefined); }} options={[['', say('allBots')], ...(bots.value ?? []).map(({ botId }) => [botId, botId] as const)]} />
      <Waiting answer={page} />
      {page.value && <Table label={say('trades')} columns={columns} rows={page.value.rows} keyOf={({ tradeId }) => tradeId} empty={say('noTrades')} />}
      <div class="buttons">
        {older !== undefined && <button type="button" onClick={() => setOlder(undefined)}>{say('back')}</button>}
        {page.value?.next !== undefined && <button type="button" onClick={() => setOlder(page.value?.next)}>{say('older')}</button>}
      </div>
    </>
  );
}

const usdOr = (text: string | undefined): string => (text === undefined ? '–' : usd(text));
