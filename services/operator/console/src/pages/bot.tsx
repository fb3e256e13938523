import { useState } from 'preact/hooks';
import type { BotDetail, ProtectionStatus } from '../api/wire.js';
import { useAnswer, useDesk, useMay, useWrite } from '../desk.js';
import { time, usd } from '../figures.js';
import { Badge } from '../parts/badge.js';
import { Deed } from '../parts/deed.js';
import { Field } from '../parts/field.js';
import { faultOf, OutcomeNotice, Waiting } from '../parts/notice.js';
import { Distance, leverageOf, nearestDistance, unrealisedOf } from './bots.js';
import { Holdings } from './holdings.js';
import { objectIn } from './new-bot.js';
import { ProtectionSection } from './protection.js';

/** Prices move without a decision: so often the status of protection is asked for. */
const STATUS_MS = 5_000;

/** One bot: what it is worth, what it holds and how far that is from liquidation. */
export function BotPage({ botId }: { readonly botId: string }) {
  const path = `/api/bots/${encodeURIComponent(botId)}`;
  const answer = useAnswer<BotDetail>(path);
  const status = useAnswer<ProtectionStatus>(`${path}/protection-status`, STATUS_MS);
  const bot = answer.value;
  return (
    <>
      <div class="head">
        <h1 translate={false}>{botId}</h1>
        {bot && <Badge state={bot.status} />}
      </div>
      <Waiting answer={answer} />
      {bot && (
        <>
          <Deeds bot={bot} path={path} />
          <Figures bot={bot} />
          <Holdings bot={bot} path={path} settings={status.value?.settings} />
          <ProtectionSection path={path} status={status} />
          <Settings bot={bot} path={path} />
        </>
      )}
    </>
  );
}

function Deeds({ bot, path }: { readonly bot: BotDetail; readonly path: string }) {
  if (bot.status === 'DELETED') return null;
  const isOver = bot.status === 'STOPPED';
  const isAtRest = bot.status !== 'RUNNING' && bot.status !== 'CLOSING';
  return (
    <div class="buttons start">
      {!isOver && bot.status !== 'RUNNING' && <Deed label="start" path={`${path}/start`} />}
      {bot.status === 'RUNNING' && <Deed label="pause" path={`${path}/pause`} />}
      {!isOver && <Deed label="stop" path={`${path}/stop`} text="stopText" asksReason bodyOf={(reason) => ({ reason })} tone="bad" />}
      <Deed label="closeAll" path={`${path}/close-all`} text="closeAllText" word="CLOSE" asksReason bodyOf={(reason) => ({ reason })} tone="bad" />
      {isAtRest && <Deed label="deleteBot" method="DELETE" path={path} text="deleteText" word={bot.botId} asksReason bodyOf={(reason) => ({ reason })} tone="bad" onDone={() => { location.hash = '#/bots'; }} />}
    </div>
  );
}

function Figures({ bot }: { readonly bot: BotDetail }) {
  const { say } = useDesk();
  const names: readonly (readonly [string, string])[] = [
    [say('portfolio'), bot.portfolioId],
    [say('account'), bot.accountId],
    [say('strategy'), bot.strategy],
    [say('profiles'), bot.profiles.join(', ')],
  ];
  const facts: readonly (readonly [string, string])[] = [
    [say('equity'), bot.equity ? usd(bot.equity.equity) : '–'],
    [say('collateral'), bot.equity ? usd(bot.equity.collateral) : '–'],
    [say('unrealised'), unrealisedOf(bot)],
    [say('leverage'), leverageOf(bot)],
    [say('observed'), bot.equity ? time(bot.equity.venueTime) : '–'],
  ];
  return (
    <dl class="facts">
      <div><dt>{say('distance')}</dt><dd><Distance of={nearestDistance(bot)} /></dd></div>
      {facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
      {names.map(([name, value]) => <div key={name}><dt>{name}</dt><dd translate={false}>{value}</dd></div>)}
    </dl>
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
          <Field label={say('settings')} value={shownText} onValue={setText} hint={settings ? say('settingsHint') : say('noJson')} fault={faultOf(write.outcome, 'settings')} type="area" />
          <OutcomeNotice outcome={write.outcome} fields={['settings']} />
          <div class="buttons"><button type="submit" disabled={!settings || text === undefined || write.outcome.state === 'busy'}>{say('save')}</button></div>
        </form>
      )}
    </details>
  );
}
