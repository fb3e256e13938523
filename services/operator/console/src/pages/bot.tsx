import { useMemo, useState } from 'preact/hooks';
import type { BotDetail, Equity } from '../api/wire.js';
import { useAnswer, useDesk, useMay, useWrite } from '../desk.js';
import { time, trimmed, usd } from '../figures.js';
import { Badge } from '../parts/badge.js';
import { Chart } from '../parts/chart.js';
import { Deed } from '../parts/deed.js';
import { Field } from '../parts/field.js';
import { OutcomeNotice, Waiting } from '../parts/notice.js';
import { type Column, Table } from '../parts/table.js';
import { Distance, leverageOf, nearestDistance, unrealisedOf } from './bots.js';
import { objectIn } from './new-bot.js';
import { ProtectionSection } from './protection.js';
import { priceLines } from './price-lines.js';

/** One bot: what it is worth, what it holds and how far that is from liquidation. */
export function BotPage({ botId }: { readonly botId: string }) {
  const path = `/api/bots/${encodeURIComponent(botId)}`;
  const answer = useAnswer<BotDetail>(path);
  const bot = answer.value;
  return (
    <>
      <div class="head">
        <h1>{botId}</h1>
        {bot && <Badge state={bot.status} />}
      </div>
      <Waiting answer={answer} />
      {bot && (
        <>
          <Deeds bot={bot} path={path} />
          <Figures bot={bot} />
          <Holdings bot={bot} path={path} />
          <ProtectionSection path={path} />
          <Settings bot={bot} path={path} />
        </>
      )}
    </>
  );
}

function Deeds({ bot, path }: { readonly bot: BotDetail; readonly path: string }) {
  const isOver = bot.status === 'STOPPED';
  return (
    <div class="buttons start">
      {!isOver && bot.status !== 'RUNNING' && <Deed label="start" path={`${path}/start`} />}
      {bot.status === 'RUNNING' && <Deed label="pause" path={`${path}/pause`} />}
      {!isOver && <Deed label="stop" path={`${path}/stop`} text="stopText" asksReason bodyOf={(reason) => ({ reason })} tone="bad" />}
      <Deed label="closeAll" path={`${path}/close-all`} text="closeAllText" word="CLOSE" asksReason bodyOf={(reason) => ({ reason })} tone="bad" />
    </div>
  );
}

function Figures({ bot }: { readonly bot: BotDetail }) {
  const { say } = useDesk();
  const facts: readonly (readonly [string, string])[] = [
    [say('equity'), bot.equity ? usd(bot.equity.equity) : '–'],
    [say('collateral'), bot.equity ? usd(bot.equity.collateral) : '–'],
    [say('unrealised'), unrealisedOf(bot)],
    [say('leverage'), leverageOf(bot)],
    [say('portfolio'), bot.portfolioId],
    [say('account'), bot.accountId],
    [say('strategy'), bot.strategy],
    [say('profiles'), bot.profiles.join(', ')],
    [say('observed'), bot.equity ? time(bot.equity.venueTime) : '–'],
  ];
  return (
    <dl class="facts">
      <div><dt>{say('distance')}</dt><dd><Distance of={nearestDistance(bot)} /></dd></div>
      {facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

type Row = BotDetail['positions'][number];

function Holdings({ bot, path }: { readonly bot: BotDetail; readonly path: string }) {
  const { say, live } = useDesk();
  const observed = useAnswer<readonly Equity[]>(`${path}/equity?limit=500`);
  const open = bot.positions.filter(({ quantity }) => quantity !== '0');
  const seenOf = ({ instrument }: Row) => bot.equity?.positions.find((each) => each.instrument === instrument);
  const columns: readonly Column<Row>[] = [
    { key: 'instrument', head: say('instrument'), cell: ({ instrument }) => instrument },
    { key: 'quantity', head: say('quantity'), isFigure: true, cell: ({ quantity }) => trimmed(quantity, 8) },
    { key: 'entry', head: say('entryPrice'), isFigure: true, cell: ({ entryPrice }) => trimmed(entryPrice ?? '–', 6) },
    { key: 'mark', head: say('markPrice'), isFigure: true, cell: ({ instrument }) => trimmed(live.prices.get(instrument) ?? bot.equity?.marks.find((each) => each.instrument === instrument)?.markPrice ?? '–', 6) },
    { key: 'liquidation', head: say('liquidationPrice'), isFigure: true, cell: (row) => trimmed(seenOf(row)?.liquidationPrice ?? say('noLiquidation'), 6) },
    { key: 'distance', head: say('distance'), isFigure: true, cell: (row) => <Distance of={seenOf(row)?.distanceToLiquidation} /> },
    { key: 'pnl', head: say('pnl'), isFigure: true, cell: ({ realisedPnl }) => usd(realisedPnl) },
    { key: 'fees', head: say('fees'), isFigure: true, cell: ({ fees }) => usd(fees) },
    { key: 'funding', head: say('funding'), isFigure: true, cell: ({ funding }) => usd(funding) },
  ];
  return (
    <section>
      <h2>{say('positions')}</h2>
      <Table label={say('positions')} columns={columns} rows={open} keyOf={({ instrument }) => instrument} empty={say('noPositions')} />
      {bot.positions.map(({ instrument }) => <PriceChart key={instrument} instrument={instrument} observed={observed.value ?? []} />)}
    </section>
  );
}

function PriceChart({ instrument, observed }: { readonly instrument: string; readonly observed: readonly Equity[] }) {
  const { say, live, link } = useDesk();
  const data = useMemo(() => priceLines(instrument, observed, link.history(instrument), { price: say('markPrice'), liquidation: say('liquidationPrice') }), [instrument, observed, live.prices, say]);
  return (
    <figure class="card">
      <figcaption><h3>{instrument}</h3> <small>{say('chart')}: {say('chartHint')}</small></figcaption>
      {data.times.length === 0 ? <p class="empty">{say('chartEmpty')}</p> : <Chart label={`${instrument}: ${say('chart')}`} data={data} />}
    </figure>
  );
}

function Settings({ bot, path }: { readonly bot: BotDetail; readonly path: string }) {
  const { say } = useDesk();
  const may = useMay('operator');
  const write = useWrite();
  const [text, setText] = useState<string | undefined>(undefined);
  const shownText = text ?? JSON.stringify(bot.settings, null, 2);
  const settings = objectIn(shownText);
  const save = async (): Promise<void> => {
    if (settings && (await write.send('PUT', `${path}/settings`, { settings }))) setText(undefined);
  };
  return (
    <details class="card">
      <summary>{say('settings')}</summary>
      {!may ? <pre tabIndex={0}>{shownText}</pre> : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <Field label={say('settings')} value={shownText} onValue={setText} hint={settings ? say('settingsHint') : say('noJson')} type="area" />
          <OutcomeNotice outcome={write.outcome} />
          <div class="buttons"><button type="submit" disabled={!settings || text === undefined || write.outcome.state === 'busy'}>{say('save')}</button></div>
        </form>
      )}
    </details>
  );
}
