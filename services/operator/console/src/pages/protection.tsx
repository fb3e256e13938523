import { useState } from 'preact/hooks';
import type { ProtectionRow, ProtectionSettings, ProtectionStatus } from '../api/wire.js';
import { useAnswer, useDesk, useMay, usePage, useWrite } from '../desk.js';
import { percent, time, trimmed, usd } from '../figures.js';
import { Badge } from '../parts/badge.js';
import { Deed } from '../parts/deed.js';
import { Choice, Field } from '../parts/field.js';
import { OutcomeNotice, Waiting } from '../parts/notice.js';
import { type Column, Table } from '../parts/table.js';

/** How a bot is kept from liquidation: status, settings with the three warnings (R74, R77), and what was done. */
export function ProtectionSection({ path }: { readonly path: string }) {
  const { say } = useDesk();
  const status = useAnswer<ProtectionStatus>(`${path}/protection-status`);
  const found = status.value;
  return (
    <section>
      <h2>{say('protection')}</h2>
      <Waiting answer={status} />
      {found && (
        <>
          {found.configured ? <Standing status={found} /> : <p class="empty">{say('notConfigured')}</p>}
          {found.settings?.enabled === true && !found.paused && <Deed label="pauseProtection" path={`${path}/liquidation-protection/pause`} text="pauseProtectionText" asksReason bodyOf={(reason) => ({ reason })} />}
          <SettingsForm key={found.configured ? 'set' : 'new'} path={path} settings={found.settings} />
          <History path={path} />
        </>
      )}
    </section>
  );
}

function Standing({ status }: { readonly status: ProtectionStatus }) {
  const { say } = useDesk();
  const { settings, paused, venueFrozen, stale, fault, lastAction } = status;
  return (
    <>
      <p>
        <Badge state={say(settings?.enabled ? 'onWord' : 'offWord')} tone={settings?.enabled ? 'good' : 'plain'} /> {paused && <Badge state={say('pausedWord')} tone="warn" />} {venueFrozen && <Badge state={say('frozenWord')} tone="bad" />} {stale && <Badge state={say('staleWord')} tone="bad" />}
      </p>
      {fault && <p class="notice bad" role="alert">{fault}</p>}
      <dl class="facts">
        <div><dt>{say('distance')}</dt><dd>{status.distancePercent === undefined ? '–' : `${trimmed(status.distancePercent, 2)} %`}</dd></div>
        <div><dt>{say('deposited')}</dt><dd data-fact="deposited">{usd(status.protectionDeposited)}</dd></div>
        <div><dt>{say('walletFree')}</dt><dd>{status.walletFree === undefined ? '–' : usd(status.walletFree)}</dd></div>
        <div><dt>{say('lastAction')}</dt><dd>{lastAction ? `${lastAction.type} ${lastAction.amount === undefined ? '' : usd(lastAction.amount)} · ${time(lastAction.at)}` : '–'}</dd></div>
      </dl>
      {settings?.enabled === true && <Warnings cap={settings.maxDeposit} />}
    </>
  );
}

/** Word for word as operators know them (W-19). */
function Warnings({ cap }: { readonly cap: string }) {
  const { say } = useDesk();
  return <ul class="notice warn">{[say('warnCap').replace('{cap}', cap), say('warnWallet'), say('warnNoGuarantee')].map((text) => <li key={text}>{text}</li>)}</ul>;
}

const FIRST = { enabled: 'no', mode: 'increment', triggerDistance: '0.05', safeDistance: '0.15', maxDeposit: '', increment: '5', cooldownMs: '60000', exhausted: 'hold' };
type Form = typeof FIRST;

const formOf = (settings: ProtectionSettings | undefined): Form =>
  settings ? { enabled: settings.enabled ? 'yes' : 'no', mode: settings.mode, triggerDistance: settings.triggerDistance, safeDistance: settings.safeDistance, maxDeposit: settings.maxDeposit, increment: settings.increment, cooldownMs: `${settings.cooldownMs}`, exhausted: settings.exhausted } : FIRST;

function SettingsForm({ path, settings }: { readonly path: string; readonly settings: ProtectionSettings | undefined }) {
  const { say } = useDesk();
  const may = useMay('operator');
  const write = useWrite();
  const [changed, setChanged] = useState<Partial<Form>>({});
  const form: Form = { ...formOf(settings), ...changed };
  const set = (field: keyof Form) => (value: string): void => setChanged((before) => ({ ...before, [field]: value }));
  if (!may) return null;
  const save = async (): Promise<void> => {
    const { enabled, cooldownMs, ...more } = form;
    if (await write.send('PATCH', `${path}/liquidation-protection`, { ...more, enabled: enabled === 'yes', cooldownMs: Number.parseInt(cooldownMs, 10) })) setChanged({});
  };
  return (
    <details class="card">
      <summary>{say('protection')}: {say('settings')}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Choice label={say('enabled')} value={form.enabled} onValue={set('enabled')} options={[['no', say('no')], ['yes', say('yes')]]} />
        <Choice label={say('mode')} value={form.mode} onValue={set('mode')} options={[['increment', 'increment'], ['smart', 'smart']]} />
        <Field label={say('triggerDistance')} value={form.triggerDistance} onValue={set('triggerDistance')} hint={say('ratioHint')} isRequired />
        <Field label={say('safeDistance')} value={form.safeDistance} onValue={set('safeDistance')} hint={say('ratioHint')} isRequired />
        <Field label={say('maxDeposit')} value={form.maxDeposit} onValue={set('maxDeposit')} isRequired />
        <Field label={say('increment')} value={form.increment} onValue={set('increment')} isRequired />
        <Field label={say('cooldownMs')} value={form.cooldownMs} onValue={set('cooldownMs')} isRequired />
        <Choice label={say('exhausted')} value={form.exhausted} onValue={set('exhausted')} options={[['hold', 'hold'], ['reduce', 'reduce']]} />
        {form.enabled === 'yes' && <Warnings cap={form.maxDeposit} />}
        <OutcomeNotice outcome={write.outcome} />
        <div class="buttons"><button type="submit" class="primary" disabled={write.outcome.state === 'busy'}>{say('save')}</button></div>
      </form>
    </details>
  );
}

function History({ path }: { readonly path: string }) {
  const { say } = useDesk();
  const page = usePage<ProtectionRow>(`${path}/protection-history?limit=20`);
  const columns: readonly Column<ProtectionRow>[] = [
    { key: 'at', head: say('since'), cell: ({ at }) => time(at) },
    { key: 'type', head: say('state'), cell: ({ type }) => type },
    { key: 'amount', head: say('amount'), isFigure: true, cell: ({ amount }) => (amount === undefined ? '–' : usd(amount)) },
    { key: 'deposited', head: say('deposited'), isFigure: true, cell: ({ deposited }) => (deposited === undefined ? '–' : usd(deposited)) },
    { key: 'distance', head: say('distance'), isFigure: true, cell: ({ distance }) => (distance === undefined ? '–' : percent(distance)) },
    { key: 'detail', head: say('detail'), cell: ({ detail }) => detail ?? '–' },
  ];
  return (
    <>
      <h3>{say('history')}</h3>
      <Waiting answer={page} />
      {page.value && <Table label={say('history')} columns={columns} rows={page.value.rows} keyOf={({ id }) => id} empty={say('none')} />}
    </>
  );
}
