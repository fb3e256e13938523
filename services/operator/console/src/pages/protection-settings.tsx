import { useState } from 'preact/hooks';
import type { ProtectionSettings, ProtectionStatus } from '../api/wire.js';
import { useDesk, useMay, useWrite } from '../desk.js';
import { isDecimal, percent } from '../figures.js';
import { Choice, Field } from '../parts/field.js';
import { faultOf, OutcomeNotice } from '../parts/notice.js';
import type { WordKey } from '../words/en.js';
import { bodyOf, capOf, FIELDS, type Form, formOf, type TextField } from './protection-form.js';

/** Word for word as operators know them (W-19). */
export function Warnings({ settings }: { readonly settings: Pick<ProtectionSettings, 'maxDeposit' | 'poolCap'> }) {
  const { say } = useDesk();
  return <ul class="notice warn" data-fact="warnings">{[say('warnCap').replace('{cap}', capOf(settings)), say('warnWallet'), say('warnNoGuarantee')].map((text) => <li key={text}>{text}</li>)}</ul>;
}

/** Settings of a bot's protection (R62): each field says its unit and range, and what the desk finds wrong with it. */
export function SettingsForm({ path, status }: { readonly path: string; readonly status: ProtectionStatus }) {
  const { say, code } = useDesk();
  const may = useMay('operator');
  const write = useWrite();
  const [changed, setChanged] = useState<Partial<Form>>({});
  const form: Form = { ...formOf(status.settings), ...changed };
  const set = (field: keyof Form) => (value: string): void => setChanged((before) => ({ ...before, [field]: value }));
  if (!may) return null;
  const save = async (): Promise<void> => {
    if (await write.send('PATCH', `${path}/liquidation-protection`, bodyOf(form))) setChanged({});
  };
  const choice = (field: 'mode' | 'exhausted', label: WordKey, hint: WordKey, options: readonly string[]) => <Choice label={say(label)} value={form[field]} onValue={set(field)} options={options.map((each) => [each, code(each)])} hint={say(hint)} fault={faultOf(write.outcome, field)} />;
  return (
    <details class="card">
      <summary>{say('protection')}: {say('settings')}</summary>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <InitialDistances of={status.initialDistances} />
        <div class="fields">
          <Choice label={say('enabled')} value={form.enabled} onValue={set('enabled')} options={[['no', say('no')], ['yes', say('yes')]]} />
          {choice('mode', 'mode', 'modeHelp', ['increment', 'smart'])}
          {FIELDS.map((field) => <TextInput key={field.name} field={field} value={form[field.name]} onValue={set(field.name)} fault={faultOf(write.outcome, field.path)} />)}
          {choice('exhausted', 'exhausted', 'exhaustedHelp', ['hold', 'reduce'])}
        </div>
        {form.enabled === 'yes' && <Warnings settings={{ maxDeposit: form.maxDeposit, ...(form.poolCap === '' ? {} : { poolCap: form.poolCap }) }} />}
        <OutcomeNotice outcome={write.outcome} fields={['mode', 'exhausted', ...FIELDS.map((field) => field.path)]} />
        <div class="buttons"><button type="submit" class="primary" disabled={write.outcome.state === 'busy'}>{say('save')}</button></div>
      </form>
    </details>
  );
}

interface TextInputProps {
  readonly field: TextField;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly fault: string | undefined;
}

function TextInput({ field: { label, unit, range, help, isOptional = false }, value, onValue, fault }: TextInputProps) {
  const { say } = useDesk();
  const read = unit === 'RATIO' && isDecimal(value) ? ` (= ${percent(value)})` : '';
  const hint = `${say(help)} ${say(unit === 'RATIO' ? 'unitRatio' : unit === 'USD' ? 'unitUsd' : 'unitMs')}; ${say(range)}.${read}${isOptional ? ` ${say('optional')}` : ''}`;
  return <Field label={say(label)} value={value} onValue={onValue} hint={hint} fault={fault} isRequired={!isOptional} />;
}

function InitialDistances({ of }: { readonly of: ProtectionStatus['initialDistances'] }) {
  const { say, code } = useDesk();
  const sides = Object.entries(of ?? {}).map(([side, distance]) => `${code(side.toUpperCase())} ${percent(distance)}`);
  return sides.length === 0 ? null : <p class="quiet">{say('initialDistances')}: {sides.join(', ')}</p>;
}
