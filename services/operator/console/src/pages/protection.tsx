import { useState } from 'preact/hooks';
import type { ProtectionRow, ProtectionStatus } from '../api/wire.js';
import { type Answer, useDesk, usePage } from '../desk.js';
import { percent, time, usd } from '../figures.js';
import { Deed } from '../parts/deed.js';
import { Waiting } from '../parts/notice.js';
import { type Column, Table } from '../parts/table.js';
import { SettingsForm } from './protection-settings.js';
import { Standing } from './protection-standing.js';

/** How a bot is kept from liquidation: status, settings with the three warnings (R74, R77), and what was done. */
export function ProtectionSection({ path, status }: { readonly path: string; readonly status: Answer<ProtectionStatus> }) {
  const { say } = useDesk();
  const found = status.value;
  return (
    <section>
      <h2>{say('protection')}</h2>
      <Waiting answer={status} />
      {found && (
        <>
          {found.configured ? <Standing status={found} /> : <p class="empty">{say('notConfigured')}</p>}
          {found.settings?.enabled === true && <div class="buttons start"><Deed label="pauseProtection" path={`${path}/liquidation-protection/pause`} text="pauseProtectionText" asksReason bodyOf={(reason) => ({ reason })} /></div>}
          <SettingsForm path={path} status={found} />
          <History path={path} />
        </>
      )}
    </section>
  );
}

const PAGE_ROWS = 20;

/** Newest first, a page at a time. */
function History({ path }: { readonly path: string }) {
  const { say, code } = useDesk();
  const [older, setOlder] = useState<string | undefined>(undefined);
  const page = usePage<ProtectionRow>(older ?? `${path}/protection-history?limit=${PAGE_ROWS}`);
  const columns: readonly Column<ProtectionRow>[] = [
    { key: 'at', head: say('at'), cell: ({ at }) => time(at) },
    { key: 'type', head: say('what'), cell: ({ type }) => <span data-type={type}>{code(type)}</span> },
    { key: 'amount', head: say('amount'), isFigure: true, cell: ({ amount }) => (amount === undefined ? '–' : usd(amount)) },
    { key: 'fee', head: say('fee'), isFigure: true, cell: ({ fee }) => (fee === undefined ? '–' : usd(fee)) },
    { key: 'deposited', head: say('deposited'), isFigure: true, cell: ({ deposited }) => (deposited === undefined ? '–' : usd(deposited)) },
    { key: 'distance', head: say('distance'), isFigure: true, cell: ({ distance }) => (distance === undefined ? '–' : percent(distance)) },
    { key: 'detail', head: say('detail'), cell: ({ detail }) => (detail === undefined ? '–' : code(detail) === detail ? <span lang="en">{detail}</span> : code(detail)) },
  ];
  return (
    <>
      <h3>{say('history')}</h3>
      <Waiting answer={page} />
      {page.value && <Table label={say('history')} columns={columns} rows={page.value.rows} keyOf={({ id }) => id} empty={say('none')} />}
      <div class="buttons">
        {older !== undefined && <button type="button" onClick={() => setOlder(undefined)}>{say('newest')}</button>}
        {page.value?.next !== undefined && <button type="button" onClick={() => setOlder(page.value?.next)}>{say('older')}</button>}
      </div>
    </>
  );
}
